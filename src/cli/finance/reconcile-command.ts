/** `tik finance reconcile`: records of a month by source, and what they were charged. */
import { Option, type Command } from 'commander'
import { reconciliationOf } from '../../app/finance/reconcile-of.ts'
import { formatTable } from '../../core/text/text-table.ts'
import {
  END_NAMES,
  groupRevenue,
  REVENUE_GROUPINGS,
  sumEnds,
  type Reconciliation,
  type RecordEnds,
  type RevenueGrouping,
} from '../../finance/reconcile/reconcile.ts'
import { amountText } from '../../reports/usage-csv.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson } from '../options.ts'

export function addReconcileCommand(finance: Command): void {
  finance
    .command('reconcile')
    .argument('<month>', 'a calendar month such as 2026-10')
    .description('what came in of a month, what became of each record, and what it was charged')
    .addOption(
      new Option('--by <what>', 'revenue by').choices(REVENUE_GROUPINGS).default('product'),
    )
    .option('--json', 'as JSON, revenue by all of them')
    .addHelpText('after', AFTER_RECONCILE)
    .action(reconcileMonth)
}

const AFTER_RECONCILE = `
Records are of the month in which their usage began; those whose time could not be read, of the month in which they
were recorded. Exit status 1 when the ends of a source do not come to its records.`

async function reconcileMonth(
  month: string,
  options: { readonly by: RevenueGrouping; readonly json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'finance reconcile')
  const found = await reconciliationOf(desk, month)
  if (found.differences.length > 0) process.exitCode = 1
  if (options.json) printJson({ month, ...found })
  else print(describeReconciliation(month, found, options.by))
}

const TITLES: Readonly<Record<keyof RecordEnds, string>> = {
  recordsIn: 'In',
  rated: 'Rated',
  late: 'Of it late',
  duplicates: 'Duplicate',
  unbillable: 'Unbillable',
  rejected: 'Rejected',
  waiting: 'Of it waiting',
  ratedSince: 'Rated since',
  endedSince: 'Ended else',
}

export function describeReconciliation(
  month: string,
  { sources, revenue, differences }: Reconciliation,
  by: RevenueGrouping,
): string {
  const all = { ...sumEnds(sources), source: 'total', isTimed: true }
  const records = formatTable(
    [
      { key: 'source', title: 'Source' },
      ...END_NAMES.map((key) => ({ key, title: TITLES[key], align: 'right' as const })),
    ],
    [...sources, ...(sources.length > 1 ? [all] : [])].map((row) => ({
      source: row.isTimed ? row.source : `${row.source}, no time`,
      recordsIn: String(row.recordsIn),
      rated: String(row.rated),
      late: String(row.late),
      duplicates: String(row.duplicates),
      unbillable: String(row.unbillable),
      rejected: String(row.rejected),
      waiting: String(row.waiting),
      ratedSince: String(row.ratedSince),
      endedSince: String(row.endedSince),
    })),
  )
  const groups = groupRevenue(revenue, by)
  const charged = formatTable(
    [
      { key: 'key', title: by },
      { key: 'count', title: 'Usages', align: 'right' },
      { key: 'amount', title: 'EUR ex VAT', align: 'right' },
    ],
    groups.map(({ key, count, amountMicros }) => ({
      key,
      count: String(count),
      amount: amountText(amountMicros),
    })),
  )
  return [
    `Records of ${month}`,
    records,
    '',
    'Revenue of usage',
    charged,
    ...differences.map((difference) => `DIFFERS: ${difference}`),
  ].join('\n')
}
