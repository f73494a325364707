/** One act on a selection of subscriptions, each for itself: what was done, and why something was not. */
import { TikError } from '../../core/failures/errors.ts'
import type { LimitCode } from '../../core/accounts/accounts.ts'
import type { Desk } from '../desk.ts'
import { changeLimit, dropLimit } from './account-limits.ts'
import { askSimBlock, type SimBlockWish } from './sim-blocks.ts'

/** Of one call; more are another one. */
export const SELECTION_MAX = 1_000

export interface SelectionResult {
  readonly subscriptionId: string
  /** '' where it was done. */
  readonly problem: string
}

export interface SelectionLimit {
  readonly code: LimitCode
  readonly subject: string
  /** As a person writes it; undefined: back to the default. */
  readonly amount: string | undefined
}

export function limitSelection(
  desk: Desk,
  subscriptionIds: readonly string[],
  { code, subject, amount }: SelectionLimit,
): Promise<SelectionResult[]> {
  return eachOf(subscriptionIds, async (scopeId) => {
    const key = { code, subject, scopeKind: 'subscription', scopeId } as const
    await (amount === undefined ? dropLimit(desk, { key }) : changeLimit(desk, { key, amount }))
  })
}

export function blockSelection(
  desk: Desk,
  subscriptionIds: readonly string[],
  wish: SimBlockWish,
): Promise<SelectionResult[]> {
  return eachOf(subscriptionIds, async (subscriptionId) => {
    await askSimBlock(desk, subscriptionId, wish)
  })
}

/** What nobody may do at all is no result of one: it is thrown, as is a store that is away. */
async function eachOf(
  subscriptionIds: readonly string[],
  act: (subscriptionId: string) => Promise<void>,
): Promise<SelectionResult[]> {
  const ids = [...new Set(subscriptionIds)]
  if (ids.length === 0) throw new TikError('usage_error', 'nothing is chosen')
  if (ids.length > SELECTION_MAX) {
    throw new TikError('usage_error', `a selection has at most ${SELECTION_MAX} subscriptions`)
  }
  const results: SelectionResult[] = []
  for (const subscriptionId of ids) {
    try {
      await act(subscriptionId)
      results.push({ subscriptionId, problem: '' })
    } catch (error) {
      if (!(error instanceof TikError) || !OF_ONE.has(error.code)) throw error
      results.push({ subscriptionId, problem: error.message })
    }
  }
  return results
}

/** Refusals that are decided before anything is written. */
const OF_ONE: ReadonlySet<string> = new Set([
  'usage_error',
  'not_found',
  'limit_invalid',
  'money_invalid',
])
