/** Rates the usage of a ledger row again, as the next of the replay, and says what differs. */
import type { LedgerRow } from '../core/usage/ledger-row.ts'
import type { Usage } from '../core/usage/usage.ts'
import { compareRow, isOfRating, type Difference } from './compare-row.ts'
import type { Replay } from './replay.ts'

/**
 * Where the row was rated again since and rating gives something else than it holds, its correction
 * counts: the row only moves the balances as it did, until the correction takes that out again. Whose
 * the usage is can be corrected too; `correction`, where it is known, must say what is so today.
 */
export function rateRow(
  row: LedgerRow,
  usage: Usage,
  {
    replay,
    isCorrected,
    correction,
  }: {
    readonly replay: Replay
    readonly isCorrected: boolean
    readonly correction?: LedgerRow | undefined
  },
): Difference[] {
  if (isCorrected) {
    const differences = compareRow(row, usage, replay.peek(usage, row.recordedMs))
    if (differences.some((one) => isOfRating(one) || isOfHolder(one))) {
      replay.take(row)
      const wrong = correction === undefined ? [] : compareHolder(correction, usage)
      // What mediation refuses it does not describe: there is no more to compare.
      if (isNobodys(usage)) return wrong
      return [...differences.filter((one) => !isOfRating(one) && !isOfHolder(one)), ...wrong]
    }
  }
  return compareRow(row, usage, replay.rate(usage, row.recordedMs))
}

function isOfHolder({ field }: Difference): boolean {
  return field === 'partnerId' || field === 'accountId' || field === 'subscriptionId'
}

function compareHolder(correction: LedgerRow, usage: Usage): Difference[] {
  const ledger = holderIn(correction, correction.outcome !== 'rated')
  const again = holderIn(usage, isNobodys(usage))
  return ledger === again ? [] : [{ field: 'holder of the correction', ledger, again }]
}

function holderIn(
  of: Pick<LedgerRow, 'accountId' | 'subscriptionId'>,
  isOfNobody: boolean,
): string {
  return isOfNobody ? 'nobody' : `${of.accountId}/${of.subscriptionId}`
}

function isNobodys({ rejectReason }: Usage): boolean {
  return rejectReason === 'subscription_inactive' || rejectReason === 'served_unknown'
}
