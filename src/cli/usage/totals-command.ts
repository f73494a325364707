/** `tik totals`: what was used and what it cost, grouped. */
import { Option, type Command } from 'commander'
import { TOTALS_BY, type TotalsBy } from '../../reports/usage-totals.ts'
import { totalsOf } from '../../app/usage/usage-reports.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { questionOf, withReportOptions, type ReportOptions } from './report-options.ts'
import { totalsTable } from './totals-table.ts'

export function addTotalsCommand(program: Command): void {
  withReportOptions(program.command('totals'))
    .description('usage and charges of a period, without VAT and not rounded')
    .addOption(
      new Option('--by <grouping>', 'what a line stands for')
        .choices(TOTALS_BY)
        .default('call-type'),
    )
    .option('--json', 'as JSON')
    .action(async (options: ReportOptions & { by: TotalsBy }, command: Command) => {
      await using desk = await openDeskOf(command, 'totals')
      const { filter } = await questionOf(desk, options)
      const rows = await totalsOf(desk, options.by, filter)
      if (options.json) return printJson(rows)
      if (rows.length === 0) print(`No rated usage for ${filter.period.label}.`)
      else print(totalsTable(rows, options.by))
    })
}
