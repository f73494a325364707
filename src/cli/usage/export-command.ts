/** `tik export`: the whole selection as CSV or JSON lines, to a file or to standard output. */
import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import { EXCEL_CSV, type CsvOptions } from '../../reports/usage-csv.ts'
import { exportOf } from '../../app/usage/usage-reports.ts'
import type { ExportFormat } from '../../reports/export-usage.ts'
import { printPieces, remark } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import {
  filterOf,
  withComparisons,
  withReportOptions,
  type ReportOptions,
} from './report-options.ts'

interface ExportOptions extends ReportOptions {
  readonly format: 'csv' | 'jsonl'
  readonly out?: string
  readonly bom?: true
  readonly semicolon?: true
  readonly decimalComma?: true
  readonly excelNl?: true
}

export function addExportCommand(program: Command): void {
  withComparisons(withReportOptions(program.command('export')))
    .description('every usage of the selection as CSV or JSON lines, newest first')
    .addOption(
      new Option('--format <format>', 'csv or jsonl').choices(['csv', 'jsonl']).default('csv'),
    )
    .option('--out <file>', 'write to this file; default: standard output')
    .option('--bom', 'begin with a UTF-8 byte order mark')
    .option('--semicolon', 'separate by semicolons')
    .option('--decimal-comma', 'write amounts with a comma')
    .option('--excel-nl', 'all three: what a Dutch or Belgian Excel opens')
    .action(async (options: ExportOptions, command: Command) => {
      const filter = filterOf(options)
      await using desk = await openDeskOf(command, 'export')
      const pieces = exportOf(desk, filter, {
        format: formatOf(options),
        timeZone: options.timeZone,
      })
      await write(pieces, options.out)
    })
}

function formatOf(options: ExportOptions): ExportFormat {
  if (options.format === 'jsonl') return { kind: 'jsonl' }
  const csv: CsvOptions = options.excelNl
    ? EXCEL_CSV
    : {
        bom: options.bom === true,
        delimiter: options.semicolon ? ';' : ',',
        decimalComma: options.decimalComma === true,
      }
  return { kind: 'csv', csv }
}

/** A file appears whole or not at all. */
async function write(pieces: AsyncGenerator<string>, path: string | undefined): Promise<void> {
  if (path === undefined) {
    await printPieces(pieces)
    return
  }
  await pipeline(Readable.from(pieces), createWriteStream(`${path}.part`))
  await rename(`${path}.part`, path)
  remark(`Written to ${path}.`)
}
