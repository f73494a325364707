/** What re-rating many accounts comes to: sums by account and by tariff, bounded whatever it looked at. */
import { addMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import type { AccountRerating } from './rerate.ts'
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

function add(sums: Map<string, DifferenceSum>, key: string, difference: Micros): void {
  const before = sums.get(key) ?? { count: 0, differenceMicros: ZERO_MICROS }
  sums.set(key, {
    count: before.count + 1,
    differenceMicros: addMicros(before.differenceMicros, difference),
  })
}
