/**
 * Rating from an empty state, in log order, as the first run did: same duplicates, same balances.
 * Where the catalogue changed in the middle of the log, the balances are handed over to a rater of
 * the next one.
 */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import { ENTRIES_OF_KIND } from '../ledger/columns/ledger-block.ts'
import type { LedgerRow, RatedUsage } from '../core/usage/ledger-row.ts'
import { scopedCrossing, scopedTakeKey } from '../core/usage/old-keys.ts'
import type { Usage } from '../core/usage/usage.ts'
import { createRater } from '../rating/create-rater.ts'
import type { BalanceRequest, BalanceTotals, Explanation, Rater } from '../rating/rater.ts'
import { notRated } from '../pipeline.ts'

const NO_TOTALS: BalanceTotals = { takes: [], usage: [], sessions: [], crossings: [] }

export interface Replay {
  useCatalogue(catalogueHash: string): Promise<Catalogue>
  /** Must be called with the usages, in order, before they are rated. */
  prepare(usages: readonly Usage[]): void
  /**
   * Adds a row as it stands to the balances: a correction (a reversal, or what replaced an entry), or one
   * whose record is no longer there to be rated again.
   */
  take(row: LedgerRow): void
  /** The steps of the price that `rate` would give now; adds nothing to the balances. */
  explain(usage: Usage, recordedMs: number): Explanation['steps']
  rate(usage: Usage, recordedMs: number): RatedUsage
  /** What `rate` would give; adds nothing to the balances. */
  peek(usage: Usage, recordedMs: number): RatedUsage
}

export function createReplay(
  directory: Directory,
  catalogueOf: (catalogueHash: string) => Promise<Catalogue>,
): Replay {
  const seen = new Map<string, number>()
  const catalogues = new Map<string, Catalogue>()
  /** What was restored, by account: all that was rated lies in it. */
  const restored = new Map<string, BalanceRequest[]>()
  let current: { hash: string; catalogue: Catalogue; rater: Rater } | undefined
  const rater = (): Rater => {
    if (current === undefined) throw new Error('useCatalogue comes first')
    return current.rater
  }
  /** Refused by mediation, or seen before: the rater is not asked. */
  const withoutRating = (usage: Usage): RatedUsage | undefined => {
    if (usage.rejectReason !== '') return notRated('rejected', usage.rejectReason)
    if (usage.unbillableReason !== '') return notRated('unbillable', usage.unbillableReason)
    const contentHash = seen.get(usage.usageId)
    if (contentHash === undefined) return undefined
    return contentHash === usage.contentHash
      ? notRated('duplicate', '')
      : notRated('rejected', 'cdr_conflict')
  }
  return {
    async useCatalogue(hash) {
      if (current?.hash !== hash) {
        const catalogue = catalogues.get(hash) ?? (await catalogueOf(hash))
        catalogues.set(hash, catalogue)
        const next = createRater({ catalogue, directory })
        // All balances at once: an account may be silent under a catalogue and come back after it.
        for (const request of [...restored.values()].flat()) {
          next.restore(request, current?.rater.totals(request) ?? NO_TOTALS)
        }
        current = { hash, catalogue, rater: next }
      }
      return current.catalogue
    },
    prepare(usages) {
      for (const request of rater().missingBalances(usages)) {
        rater().restore(request, NO_TOTALS)
        noteRestored(restored, request)
      }
    },
    take(row) {
      if (row.outcome !== 'rated') return
      if (row.entryKind !== 'reversal') seen.set(row.usageId, row.contentHash)
      rater().restore(requestOf(row), totalsOf(row))
      noteRestored(restored, requestOf(row))
    },
    explain(usage, recordedMs) {
      if (usage.rejectReason !== '' || usage.unbillableReason !== '') {
        return [{ rule: usage.rejectReason || usage.unbillableReason, text: usage.detail }]
      }
      return rater().explain(usage, recordedMs).steps
    },
    peek: (usage, recordedMs) => withoutRating(usage) ?? rater().explain(usage, recordedMs).result,
    rate(usage, recordedMs) {
      const unrated = withoutRating(usage)
      if (unrated !== undefined) return unrated
      const rated = rater().rate(usage, recordedMs)
      if (rated.outcome === 'rated') seen.set(usage.usageId, usage.contentHash)
      return rated
    },
  }
}

/** Once, so that nothing is handed over twice. */
function noteRestored(restored: Map<string, BalanceRequest[]>, request: BalanceRequest): void {
  const known = restored.get(request.accountId) ?? []
  const isKnown = known.some(
    (one) =>
      one.fromPeriodStartDay <= request.fromPeriodStartDay &&
      one.toPeriodStartDay >= request.toPeriodStartDay,
  )
  if (!isKnown) restored.set(request.accountId, [...known, request])
}

function requestOf({ accountId, periodStartDay }: LedgerRow): BalanceRequest {
  return { accountId, fromPeriodStartDay: periodStartDay, toPeriodStartDay: periodStartDay }
}

/** One row as the sums that a restart would read of it. */
function totalsOf(row: LedgerRow): BalanceTotals {
  const takes = row.takeKeys.map((key, index) => ({
    periodStartDay: row.periodStartDay,
    key: scopedTakeKey(key, row.subscriptionId),
    quantity: row.takeQuantities[index] ?? 0,
  }))
  const { periodStartDay, crossings } = row
  return {
    takes,
    usage: [{ ...row, count: ENTRIES_OF_KIND[row.entryKind] }],
    sessions: row.sessionKey === '' ? [] : [{ ...row, takes }],
    crossings: crossings.map((entry) => ({
      periodStartDay,
      entry: scopedCrossing(entry, row.subscriptionId),
    })),
  }
}
