/**
 * A session gets another rate when a part arrives that began earlier. Its units out of bundle then count for
 * the total of that rate, whatever rate its rows have: so the total, and what is used after it, does not
 * depend on the order in which the parts came.
 */
import type { CallType } from '../../catalogue/catalogue.ts'
import { addToTotals } from '../memory/balance.ts'
import type { RatingState } from '../memory/rating-state.ts'
import { SESSION } from './session-record.ts'
import { noteAnotherRate } from './strayed-units.ts'
import { usageCell, type CellOwner } from '../memory/usage-cell.ts'

/** May replace the array of sums by a longer one. */
export function repriceSession(
  state: RatingState,
  { owner, callType }: { readonly owner: CellOwner; readonly callType: CallType },
  session: number,
  earliest: { readonly startMs: number; readonly pricing: number },
): void {
  const { values } = state.sums
  const { list } = state.pricings
  const from = list[values[session + SESSION.pricing]!]!.rate.rateId
  const to = list[earliest.pricing]!.rate.rateId
  const quantity = values[session + SESSION.outOfBundleQuantity]!
  values[session + SESSION.startMs] = earliest.startMs
  values[session + SESSION.pricing] = earliest.pricing
  if (from === to) return
  noteAnotherRate(state.strayed, session, { from, to, quantity })
  moveUnits(state, { owner, callType }, { from, to, quantity })
}

/** From the total of one rate to that of another, where they have one. */
export function moveUnits(
  state: RatingState,
  { owner, callType }: { readonly owner: CellOwner; readonly callType: CallType },
  { from, to, quantity }: { readonly from: string; readonly to: string; readonly quantity: number },
): void {
  if (from === to || quantity === 0) return
  add(from, -quantity)
  add(to, quantity)

  function add(rateId: string, added: number): void {
    if (state.ratesById.get(rateId)?.isCumulative !== true) return
    const usages = 0 // They count where they were recorded.
    addToTotals(usageCell(owner, callType, rateId, state), added, usages)
  }
}
