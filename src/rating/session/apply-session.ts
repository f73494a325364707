/** Adds a priced part to its session. */
import type { Usage } from '../../core/usage/usage.ts'
import { LANE, laneAt, UNIT } from '../memory/lane.ts'
import type { Rating } from '../price/price-rating.ts'
import type { RatingState } from '../memory/rating-state.ts'
import { repriceSession } from './reprice-session.ts'
import { isEarliestPart } from './session-price.ts'
import { addSessionTake, addToSessionTake, SESSION } from './session-record.ts'
import { addSession } from './session-table.ts'
import { NO_SLOT, type Home } from '../memory/sums.ts'

/** May replace the array of sums by a longer one. */
export function applySession(state: RatingState, usage: Usage, lane: number, rating: Rating): void {
  const { request, price, takes, moneyTakenMicros } = rating
  const { sums } = state
  let { session } = rating
  if (session === NO_SLOT) session = beginSession(state, usage, lane, rating)
  if (isEarliestPart(sums.values, session, request)) {
    const { standing: owner, callType } = laneAt(state, lane)
    const { pricing } = rating
    repriceSession(state, { owner, callType }, session, { startMs: request.startMs, pricing })
  }
  const { values } = sums
  values[session + SESSION.quantity]! += usage.quantity
  values[session + SESSION.outOfBundleQuantity]! += takes.outOfBundleQuantity
  values[session + SESSION.billedQuantity]! += price.billedQuantity
  values[session + SESSION.chargeMicros]! += price.chargeMicros - moneyTakenMicros
  values[session + SESSION.informationChargeMicros]! += price.informationChargeMicros
  values[session + SESSION.aheadQuantity] = takes.aheadQuantity
  values[session + SESSION.moneyTakenMicros]! += moneyTakenMicros
  for (let index = 0; index < takes.count; index += 1) {
    const quantity = takes.quantities[index]!
    if (quantity === 0) continue
    const unit = lane + LANE.units + takes.positions[index]! * UNIT.size
    const keyNumber = sums.values[unit + UNIT.keyNumber]!
    if (!addToSessionTake(sums.values, session, keyNumber, quantity)) {
      addSessionTake(sums, homeOf(state, lane), session, keyNumber, quantity)
    }
  }
  for (const { keyNumber, quantity } of rating.givenBack) {
    addToSessionTake(sums.values, session, keyNumber, -quantity)
  }
}

/** The rate of a session is that of its first part, until an earlier one comes. */
function beginSession(state: RatingState, usage: Usage, lane: number, { pricing }: Rating): number {
  const useSlot = state.sums.values[lane + LANE.useSlot]!
  const { startMs, sessionKey } = usage
  return addSession(state.sessions, state.sums, homeOf(state, lane), {
    startMs,
    pricing,
    useSlot,
    key: sessionKey,
  })
}

function homeOf(state: RatingState, lane: number): Home {
  return laneAt(state, lane).standing.account.home
}
