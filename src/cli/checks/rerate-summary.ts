/** What re-rating many accounts comes to, as a person reads it. */
import type { DifferenceSum, RerateSummary } from '../../app/corrections/summarise-reratings.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { formatTable } from '../../core/text/text-table.ts'

/** A person reads these; --json has all. */
const SUMS_SHOWN_MAX = 20

/** `unchanged` is said where something differs and nothing was recorded. */
export function describeSummary(
  summary: RerateSummary,
  unchanged = 'Nothing was changed; --confirm appends the corrections.',
): string {
  const { accountsCount, ratedCount, correctedCount, failuresCount, run } = summary
  const total = microsToDecimal(summary.differenceMicros)
  return [
    ...tableOf('Account', summary.byAccount),
    ...tableOf('Call type and rate', summary.byTariff),
    `${accountsCount} accounts, ${ratedCount} usages rated again, ${correctedCount} differ, ${total} EUR in total.`,
    ...(failuresCount === 0
      ? []
      : [
          `${failuresCount} usages cannot be rated and stay as they are: ${microsToDecimal(summary.failuresMicros)} EUR in total; --account lists them.`,
        ]),
    ...(run > 0 ? [`Corrected: reversals and new rows in rerate/${run}.`] : []),
    ...(run === 0 && correctedCount > 0 ? [unchanged] : []),
    ...(summary.interrupted ? ['Stopped: running it again goes on with what is left.'] : []),
  ].join('\n')
}

/** The greatest differences first. */
function tableOf(title: string, sums: ReadonlyMap<string, DifferenceSum>): string[] {
  if (sums.size === 0) return []
  const inOrder = [...sums].sort(
    ([left, one], [right, other]) =>
      Math.abs(other.differenceMicros) - Math.abs(one.differenceMicros) || (left < right ? -1 : 1),
  )
  const shown = inOrder.slice(0, SUMS_SHOWN_MAX)
  const table = formatTable(
    [
      { key: 'name', title },
      { key: 'count', title: 'Usages', align: 'right' },
      { key: 'difference', title: 'Difference', align: 'right' },
    ],
    shown.map(([name, { count, differenceMicros }]) => ({
      name,
      count: String(count),
      difference: microsToDecimal(differenceMicros),
    })),
  )
  const rest = inOrder.length - shown.length
  return [table, ...(rest > 0 ? [`… and ${rest} more; --json has all`] : []), '']
}
