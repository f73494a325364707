/** `tik finance margin`: what usage of a month was charged and what it cost us. */
import { Option, type Command } from 'commander'
import { marginOf } from '../../app/finance/margin-of.ts'
import { formatTable } from '../../core/text/text-table.ts'
import {
  groupMargin,
  MARGIN_GROUPINGS,
  sumMargin,
  type MarginGroup,
  type MarginGrouping,
  type MarginRow,
} from '../../finance/margin/margin.ts'
import { amountText } from '../../reports/usage-csv.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson } from '../options.ts'

export function addMarginCommand(finance: Command): void {
  finance
    .command('margin')
    .argument('<month>', 'a calendar month such as 2026-10')
    .description('what usage of a month was charged, what it cost us, and what is left')
    .addOption(
      new Option('--by <what>', 'margin by').choices(MARGIN_GROUPINGS).default('call-type'),
    )
    .option('--json', 'as JSON, by all of them')
    .addHelpText('after', AFTER_MARGIN)
    .action(printMargin)
}

const AFTER_MARGIN = `
Usage is of the month in which it began. Charged, cost and margin are of usage whose cost is known: its source names a
supplier whose prices the catalogue has. The smallest margin comes first. Nothing of this is shown to customers.`

async function printMargin(
  month: string,
  options: { readonly by: MarginGrouping; readonly json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'finance margin')
  const rows = await marginOf(desk, month)
  if (options.json) printJson({ month, rows })
  else print(describeMargin(month, rows, options.by))
}

export function describeMargin(
  month: string,
  rows: readonly MarginRow[],
  by: MarginGrouping,
): string {
  const groups = groupMargin(rows, by)
  const total = { key: 'total', ...sumMargin(rows) }
  const table = formatTable(
    [
      { key: 'key', title: by },
      ...COLUMNS.map(([key, title]) => ({ key, title, align: 'right' as const })),
    ],
    [...groups, ...(groups.length > 1 ? [total] : [])].map(cellsOf),
  )
  const unknown = total.count - total.knownCount
  const rest =
    unknown === 0
      ? []
      : [`Cost not known: usages ${unknown}, charged ${amountText(total.otherAmountMicros)}`]
  return [`Margin of usage of ${month}, EUR ex VAT`, table, ...rest].join('\n')
}

const COLUMNS = [
  ['count', 'Usages'],
  ['known', 'Cost known'],
  ['charged', 'Charged'],
  ['cost', 'Cost'],
  ['margin', 'Margin'],
] as const

function cellsOf(group: MarginGroup): Record<'key' | (typeof COLUMNS)[number][0], string> {
  return {
    key: group.key || 'none',
    count: String(group.count),
    known: String(group.knownCount),
    charged: amountText(group.knownAmountMicros),
    cost: amountText(group.costMicros),
    margin: amountText(group.marginMicros),
  }
}
