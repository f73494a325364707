/**
 * Rating as one object: prices usages in log order, keeps the balances, and explains. Pure: what it
 * knows comes from the catalogue, the directory, the restored sums and the usages themselves.
 */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import type { RatedUsage } from '../core/usage/ledger-row.ts'
import type { Usage } from '../core/usage/usage.ts'
import { applyRating } from './apply-rating.ts'
import { createCostBook } from './cost/usage-cost.ts'
import { explainRating } from './explain/explain-rating.ts'
import { priceInRange } from './price/price-in-range.ts'
import { createRating } from './price/price-rating.ts'
import type { Rater } from './rater.ts'
import { createResultBuffer, fillRated, fillRejected } from './rated-usage.ts'
import { laneAt } from './memory/lane.ts'
import { createRatingState } from './memory/rating-state.ts'
import { balanceTotals } from './restore/balance-totals.ts'
import { missingBalances } from './restore/missing-balances.ts'
import { restoreBalances } from './restore/restore-balances.ts'
import { NO_SLOT } from './memory/sums.ts'

/**
 * Numbers of balances in memory, about 175 for a subscription in use, which takes 3.6 kilobytes with
 * the objects around them: 0.6 GB with the array's room to grow, or the month of 137,000 subscriptions.
 * Beyond it a rater gives up what it holds. A worker with a million subscriptions and ten million usage
 * ids (0.9 GB, docs/scaling.md) stays below 1.5 GB with it.
 */
const BALANCE_NUMBERS_MAX = 24_000_000 // The default of TIK_BALANCE_NUMBERS_MAX.

/** Throws `money_invalid` when the catalogue holds a price that cannot be read exactly. */
export function createRater(parts: {
  catalogue: Catalogue
  directory: Directory
  balanceNumbersMax?: number
}): Rater {
  const { catalogue, directory, balanceNumbersMax = BALANCE_NUMBERS_MAX } = parts
  let state = createRatingState(catalogue, directory)
  const costs = createCostBook(catalogue, state.ratesById)
  const rating = createRating()
  const buffer = createResultBuffer()
  const recording = { recordedMs: NaN, epoch: -1 }

  function rate(usage: Usage, recordedMs: number): RatedUsage {
    if (recording.recordedMs !== recordedMs) {
      recording.recordedMs = recordedMs
      recording.epoch = state.limits.epochAt(recordedMs)
    }
    const lane = priceInRange(state, usage, rating)
    if (lane === NO_SLOT) return fillRejected(buffer, rating)
    const crossings = applyRating(state, usage, lane, rating, recording)
    const rated = fillRated(buffer, state.sums, lane, rating, crossings, recordedMs)
    if (usage.supplier !== '') {
      const { country } = laneAt(state, lane).standing.account.account
      costs.costOf(usage, country, rated)
    }
    return rated
  }

  return {
    get isFull() {
      return state.sums.usedCount > balanceNumbersMax
    },
    forget() {
      state = createRatingState(catalogue, directory)
      recording.epoch = state.limits.epochAt(recording.recordedMs)
    },
    rate,
    explain: (usage, recordedMs) => explainRating(state, usage, recordedMs),
    missingBalances: (usages) => missingBalances(state, usages),
    restore: (request, totals) => restoreBalances(state, request, totals),
    totals: (request) => balanceTotals(state, request),
  }
}
