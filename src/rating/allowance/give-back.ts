/**
 * Where credit goes back to that paid more for a session than it costs: a part that arrives late and
 * began earlier can make the whole cheaper.
 */
import { LANE, UNIT } from '../memory/lane.ts'
import type { RatingState } from '../memory/rating-state.ts'
import { SESSION, sessionTakes } from '../session/session-record.ts'
import { allowanceOf } from './allowance-of-key.ts'

/** Micros that go back to one money allowance. */
export interface GivenBack {
  /** The balance's key, and its number among the texts of `Sums`. */
  readonly key: string
  readonly keyNumber: number
  readonly quantity: number
}

/**
 * Divides `micros` over what money allowances paid for the session. What only other parts could use
 * gets it first, then those of the part's lane, the last in order of use first: what is left paid is
 * what the session would have taken had it come in one piece. Changes nothing.
 */
export function creditToGiveBack(
  state: RatingState,
  lane: number,
  session: number,
  micros: number,
): GivenBack[] {
  const { sums } = state
  const paid = sessionTakes(sums.values, session)
    .map(({ keyNumber, quantity }) => {
      const key = sums.texts[keyNumber]!
      const { unit } = allowanceOf(state, key) ?? { unit: undefined }
      return { key, keyNumber, quantity, unit, position: positionOf(sums.values, lane, keyNumber) }
    })
    .filter(({ unit }) => unit === undefined || unit === 'money')
    .sort((left, right) => right.position - left.position || (left.key < right.key ? 1 : -1))
  const givenBack: GivenBack[] = []
  let left = micros
  // Of allowances that left the catalogue only what they paid, which is known of them together.
  let paidByUnknown = sums.values[session + SESSION.moneyTakenMicros]!
  for (const { unit, quantity } of paid) if (unit === 'money') paidByUnknown -= quantity
  for (const { key, keyNumber, quantity, unit } of paid) {
    const most = unit === 'money' ? quantity : Math.min(quantity, paidByUnknown)
    const back = Math.min(most, left)
    if (back <= 0) continue
    givenBack.push({ key, keyNumber, quantity: back })
    left -= back
    if (unit === undefined) paidByUnknown -= back
  }
  return givenBack
}

/** Place in the lane's order of use; behind all of them where the lane cannot use it. */
function positionOf(values: Float64Array, lane: number, keyNumber: number): number {
  const count = values[lane + LANE.unitsCount]! + values[lane + LANE.moneyCount]!
  for (let position = 0; position < count; position += 1) {
    const unit = lane + LANE.units + position * UNIT.size
    if (values[unit + UNIT.keyNumber] === keyNumber) return position
  }
  return count
}
