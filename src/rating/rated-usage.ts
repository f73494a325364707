/** Writes what rating found into a `RatedUsage` that is reused, so that a usage allocates nothing. */
import { nothingRated, type RatedUsage } from '../core/usage/ledger-row.ts'
import { micros, ZERO_MICROS } from '../core/money/money.ts'
import type { Rating } from './price/price-rating.ts'
import { LANE, UNIT } from './memory/lane.ts'
import type { Sums } from './memory/sums.ts'

/**
 * A result and its lists, one pair for each length that was needed: emptying a list would drop its
 * memory.
 */
export interface ResultBuffer {
  readonly result: RatedUsage
  readonly keys: string[][]
  readonly quantities: number[][]
}

export function createResultBuffer(): ResultBuffer {
  return { result: nothingRated(), keys: [[]], quantities: [[]] }
}

export function fillRejected({ result }: ResultBuffer, rating: Rating): RatedUsage {
  Object.assign(result, NOTHING_RATED)
  result.outcome = 'rejected'
  result.reason = rating.reason
  result.detail = rating.detail
  return result
}

/** Its lists are empty, and nobody adds to the list of a result. */
const NOTHING_RATED = nothingRated()

export function fillRated(
  buffer: ResultBuffer,
  { values, texts }: Sums,
  lane: number,
  rating: Rating,
  crossings: string[] | undefined,
  recordedMs: number,
): RatedUsage {
  const { result } = buffer
  const { takes, price } = rating
  result.outcome = 'rated'
  result.reason = ''
  result.detail = ''
  result.periodStartDay = values[lane + LANE.periodStartDay]!
  result.outOfBundleQuantity = takes.outOfBundleQuantity
  result.billedQuantity = price.billedQuantity
  result.chargeMicros = micros(price.chargeMicros - rating.moneyTakenMicros)
  result.informationChargeMicros = price.informationChargeMicros
  result.rateId = rating.rate.rateId
  result.costMicros = ZERO_MICROS
  result.costRateId = ''
  fillTakes(buffer, values, lane, rating, texts)
  result.crossings = crossings ?? buffer.keys[0]!
  result.late = recordedMs >= values[lane + LANE.closedAtMs]!
  return result
}

/** Takes of 0 stay out: they only served to look at a level. What is given back is a negative take. */
function fillTakes(
  buffer: ResultBuffer,
  values: Float64Array,
  lane: number,
  { takes, givenBack }: Rating,
  texts: readonly string[],
): void {
  let count = givenBack.length
  for (let index = 0; index < takes.count; index += 1) {
    if (takes.quantities[index] !== 0) count += 1
  }
  makeLists(buffer, count)
  const takeKeys = buffer.keys[count]!
  const takeQuantities = buffer.quantities[count]!
  let at = 0
  for (let index = 0; index < takes.count; index += 1) {
    const quantity = takes.quantities[index]!
    if (quantity === 0) continue
    const unit = lane + LANE.units + takes.positions[index]! * UNIT.size
    takeKeys[at] = texts[values[unit + UNIT.keyNumber]!]!
    takeQuantities[at] = quantity
    at += 1
  }
  for (const { key, quantity } of givenBack) {
    takeKeys[at] = key
    takeQuantities[at] = -quantity
    at += 1
  }
  buffer.result.takeKeys = takeKeys
  buffer.result.takeQuantities = takeQuantities
}

/** Lists of every length up to `count`, so that the array of them has no holes. */
function makeLists({ keys, quantities }: ResultBuffer, count: number): void {
  for (let length = keys.length; length <= count; length += 1) {
    keys.push(Array.from({ length }, () => ''))
    quantities.push(Array.from({ length }, () => 0))
  }
}
