/** `tik history`: what was used in each billing period, by kind or by subscription. */
import { Option, type Command } from 'commander'
import { historyOf } from '../../app/usage/usage-reports.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { dayToIso } from '../../core/time/period.ts'
import { HISTORY_BY, type HistoryBy, type UsageHistoryRow } from '../../reports/usage-history.ts'
import { amountText } from '../../reports/usage-csv.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { questionOf, withReportOptions, type ReportOptions } from './report-options.ts'

export function addHistoryCommand(program: Command): void {
  withReportOptions(program.command('history'), 'last-6')
    .description('usage and charges of each billing period, oldest first')
    .addOption(
      new Option('--by <grouping>', 'what a line stands for in a period')
        .choices(HISTORY_BY)
        .default('kind'),
    )
    .option('--json', 'as JSON')
    .action(async (options: ReportOptions & { by: HistoryBy }, command: Command) => {
      await using desk = await openDeskOf(command, 'history')
      const { filter } = await questionOf(desk, options)
      const rows = await historyOf(desk, options.by, filter)
      if (options.json) return printJson(rows)
      if (rows.length === 0) print(`No rated usage for ${filter.period.label}.`)
      else print(historyTable(rows, options.by))
    })
}

function historyTable(rows: readonly UsageHistoryRow[], by: HistoryBy): string {
  return formatTable(
    [
      { key: 'period', title: 'Period from' },
      ...(by === 'subscription' ? [{ key: 'subscription', title: 'Subscription' } as const] : []),
      { key: 'product', title: 'Product' },
      { key: 'kind', title: 'Kind' },
      { key: 'count', title: 'Count', align: 'right' },
      { key: 'seconds', title: 'Seconds', align: 'right' },
      { key: 'bytes', title: 'Bytes', align: 'right' },
      { key: 'amount', title: 'EUR ex VAT', align: 'right' },
    ],
    rows.map((row) => ({
      period: dayToIso(row.periodStartDay),
      subscription: row.subscriptionId,
      product: row.product,
      kind: row.kind,
      count: String(row.count),
      seconds: String(row.durationSeconds),
      bytes: String(row.volumeBytes),
      amount: amountText(row.amountMicros),
    })),
  )
}
