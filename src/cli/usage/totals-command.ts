/** `tik totals`: what was used and what it cost, grouped. */
import { Option, type Command } from 'commander'
import { TOTALS_BY, type TotalsBy } from '../../reports/usage-totals.ts'
import { PEOPLE_BY, peopleTotals, type PeopleBy } from '../../app/usage/people-totals.ts'
import { totalsOf } from '../../app/usage/usage-reports.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { questionOf, withReportOptions, type ReportOptions } from './report-options.ts'
import { totalsTable } from './totals-table.ts'

interface TotalsOptions extends ReportOptions {
  readonly by: TotalsBy | PeopleBy
  readonly totalAmount?: string
  readonly totalDuration?: string
  readonly totalVolume?: string
}

export function addTotalsCommand(program: Command): void {
  withReportOptions(program.command('totals'))
    .description('usage and charges of a period, without VAT and not rounded')
    .addOption(
      new Option('--by <grouping>', 'what a line stands for')
        .choices([...TOTALS_BY, ...PEOPLE_BY])
        .default('call-type'),
    )
    .option('--total-amount <comparison>', 'only sums in EUR: ">100"')
    .option('--total-duration <comparison>', 'only sums in seconds: ">3600"')
    .option('--total-volume <comparison>', 'only sums in bytes, kB, MB or GB: ">50 MB"')
    .option('--json', 'as JSON')
    .action(async (options: TotalsOptions, command: Command) => {
      await using desk = await openDeskOf(command, 'totals')
      const { filter } = await questionOf(desk, options)
      const { by } = options
      const rows =
        by === 'person' || by === 'cost-centre'
          ? await peopleTotals(desk, by, filter)
          : await totalsOf(desk, by, filter)
      if (options.json) return printJson(rows)
      if (rows.length === 0) print(`No rated usage for ${filter.period.label}.`)
      else print(totalsTable(rows, by))
    })
}
