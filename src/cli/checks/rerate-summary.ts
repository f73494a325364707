/** What re-rating many accounts comes to: sums by account and by tariff, bounded whatever it looked at. */
import type { AccountRerating } from '../../app/corrections/rerate.ts'
import { addMicros, microsToDecimal, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { correctionDifference } from './rerate-difference.ts'

export interface DifferenceSum {
  readonly count: number
  readonly differenceMicros: Micros
}

export interface RerateSummary {
  readonly accountsCount: number
  readonly ratedCount: number
  readonly correctedCount: number
  readonly failuresCount: number
  readonly failuresMicros: Micros
  readonly differenceMicros: Micros
  readonly run: number
  /** Stopped before all accounts were done. */
  readonly interrupted: boolean
  readonly byAccount: ReadonlyMap<string, DifferenceSum>
  /** By call type and the rate that it has now. */
  readonly byTariff: ReadonlyMap<string, DifferenceSum>
}

/** Adds up account after account; none of their rows is kept. */
export async function summariseReratings(
  reratings: AsyncIterable<AccountRerating>,
  onAccount: (count: number, accountId: string) => void,
): Promise<Omit<RerateSummary, 'interrupted'>> {
  const byAccount = new Map<string, DifferenceSum>()
  const byTariff = new Map<string, DifferenceSum>()
  let [accountsCount, ratedCount, correctedCount, failuresCount, run] = [0, 0, 0, 0, 0]
  let [failuresMicros, differenceMicros] = [ZERO_MICROS, ZERO_MICROS]
  for await (const one of reratings) {
    accountsCount += 1
    ratedCount += one.ratedCount
    correctedCount += one.corrections.length
    failuresCount += one.failures.length
    run = Math.max(run, one.run)
    for (const { amountMicros } of one.failures)
      failuresMicros = addMicros(failuresMicros, amountMicros)
    for (const correction of one.corrections) {
      const difference = correctionDifference(correction)
      const { callType, rateId } = correction.correction
      add(byAccount, one.accountId, difference)
      add(byTariff, `${callType} ${rateId || '-'}`, difference)
      differenceMicros = addMicros(differenceMicros, difference)
    }
    onAccount(accountsCount, one.accountId)
  }
  return {
    accountsCount,
    ratedCount,
    correctedCount,
    failuresCount,
    failuresMicros,
    differenceMicros,
    run,
    byAccount,
    byTariff,
  }
}

/** A person reads these; --json has all. */
const SUMS_SHOWN_MAX = 20

export function describeSummary(summary: RerateSummary): string {
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
    ...(run === 0 && correctedCount > 0
      ? ['Nothing was changed; --confirm appends the corrections.']
      : []),
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

function add(sums: Map<string, DifferenceSum>, key: string, difference: Micros): void {
  const before = sums.get(key) ?? { count: 0, differenceMicros: ZERO_MICROS }
  sums.set(key, {
    count: before.count + 1,
    differenceMicros: addMicros(before.differenceMicros, difference),
  })
}
