/** `tik export`: the whole selection as CSV, JSON lines or Parquet, to a file or to standard output. */
import { Option, type Command } from 'commander'
import { exportOf } from '../../app/usage/usage-reports.ts'
import { EXPORT_FORMATS, exportFileKind } from '../../reports/export-format.ts'
import type { ExportFormat, ExportFormatName } from '../../reports/export-format.ts'
import { bytesOf } from '../../reports/export-usage.ts'
import { startProgress } from '../progress.ts'
import { printPieces, remark } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { stopOnSignal } from '../stop-on-signal.ts'
import { writeExportFile } from '../../app/usage/export-file.ts'
import {
  questionOf,
  withComparisons,
  withReportOptions,
  type ReportOptions,
} from './report-options.ts'

interface ExportOptions extends ReportOptions {
  readonly format: ExportFormatName
  readonly out?: string
  readonly bom?: true
  readonly semicolon?: true
  readonly decimalComma?: true
  readonly excelNl?: true
}

export function addExportCommand(program: Command): void {
  withComparisons(withReportOptions(program.command('export')))
    .description('every usage of the selection as a file, newest first')
    .addOption(
      new Option('--format <format>', 'excel is CSV as a Dutch or Belgian Excel opens it')
        .choices(EXPORT_FORMATS)
        .default('csv'),
    )
    .option('--out <file>', 'write to this file; default: standard output')
    .option('--bom', 'CSV: begin with a UTF-8 byte order mark')
    .option('--semicolon', 'CSV: separate by semicolons')
    .option('--decimal-comma', 'CSV: write amounts with a comma')
    .option('--excel-nl', 'the same as --format excel')
    .action(async (options: ExportOptions, command: Command) => {
      await using desk = await openDeskOf(command, 'export')
      const { filter, timeZone } = await questionOf(desk, options)
      const format = formatOf(options)
      const { out } = options
      const openFrom = (beforeMs: number | undefined) =>
        exportOf(desk, filter, { format, timeZone, beforeMs })
      if (out === undefined) {
        await printPieces(bytesOf(await openFrom(undefined)))
        return
      }
      const { rowsCount, earlierCount } = await writeExportFile(
        {
          path: out,
          asked: JSON.stringify({ filter, format, timeZone }),
          continues: format.kind !== 'parquet',
        },
        {
          open: openFrom,
          signal: stopOnSignal('stopping; what is written stays, as FILE.part'),
          startProgress: (total) => startProgress('export', total),
        },
      )
      const earlier =
        earlierCount === 0 ? '' : `, ${earlierCount} of them from before it was stopped`
      remark(`Written to ${out}: ${rowsCount} rows${earlier}.`)
    })
}

function formatOf(options: ExportOptions): ExportFormat {
  const { bom, semicolon, decimalComma, excelNl } = options
  const { format } = exportFileKind(excelNl === true ? 'excel' : options.format)
  if (format.kind !== 'csv' || options.format !== 'csv' || excelNl === true) return format
  return {
    kind: 'csv',
    csv: {
      bom: bom === true,
      delimiter: semicolon === true ? ';' : ',',
      decimalComma: decimalComma === true,
      sheetTimes: false,
    },
  }
}
