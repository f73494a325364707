/**
 * Adds a priced usage to the balances and says which levels of which limits it crossed. Late usage
 * of a closed period counts and crosses nothing.
 */
import { crossingEntry } from '../core/usage/ids.ts'
import type { Usage } from '../core/usage/usage.ts'
import { takeBalance } from './memory/account-state.ts'
import {
  crossedBundleLevels,
  nextBundleThreshold,
  type AllowanceInstance,
} from './allowance/allowance-instance.ts'
import { keySpansPeriods } from './allowance/allowance-of-key.ts'
import type { GivenBack } from './allowance/give-back.ts'
import type { Takes } from './allowance/take-allowances.ts'
import { addToCell, addToPeriod, addToTotals, CELL } from './memory/balance.ts'
import { cellOf, LANE, laneAt, UNIT, type Lane } from './memory/lane.ts'
import type { Level } from '../limits/limit-levels.ts'
import { arm, isWatchedAt, METER, reportCrossed, type Meter } from './limit/meter.ts'
import type { Rating } from './price/price-rating.ts'
import type { RatingState } from './memory/rating-state.ts'
import { forgetLevels } from './restore/restore-balances.ts'
import { applySession } from './session/apply-session.ts'
import type { Standing } from './memory/standing.ts'
import { NO_SLOT } from './memory/sums.ts'

export interface RecordingTime {
  recordedMs: number
  /** Stretch of limit settings that holds at `recordedMs`. */
  epoch: number
}

/** Returns the crossings, lowest level first, bundles before limits; undefined for none. */
export function applyRating(
  state: RatingState,
  usage: Usage,
  lane: number,
  rating: Rating,
  recording: Readonly<RecordingTime>,
): string[] | undefined {
  const crossed = applyAmounts(state, usage, lane, rating, recording)
  if (state.sums.values[lane + LANE.spansPeriods] === 1) forgetWhatIsKept(state, lane)
  return crossed
}

/**
 * How much of an instance later periods may use depends on what its own period used: their lanes
 * look it up again after late usage.
 */
function forgetWhatIsKept(state: RatingState, slot: number): void {
  const { units, money, standing } = laneAt(state, slot)
  const { account, accountPeriod } = standing
  const { startDay } = accountPeriod.period
  const isBounded = ({ allowance, window }: AllowanceInstance): boolean =>
    allowance.rolloverMaximum !== undefined && window.startDay === startDay
  if (!units.some(isBounded) && !money.some(isBounded)) return
  for (const day of account.periods.keys()) if (day > startDay) return forgetLevels(state, account)
}

function applyAmounts(
  state: RatingState,
  usage: Usage,
  lane: number,
  rating: Rating,
  recording: Readonly<RecordingTime>,
): string[] | undefined {
  // These come first: they may replace the array of sums by a longer one.
  if (usage.sessionKey !== '') applySession(state, usage, lane, rating)
  const slot = rating.cellSlot === NO_SLOT ? cellOf(state, lane, rating.rate).slot : rating.cellSlot
  const { values } = state.sums
  const { price, takes, moneyTakenMicros } = rating
  const isLate = recording.recordedMs >= values[lane + LANE.closedAtMs]!
  let crossed = takes.count === 0 ? undefined : applyTakes(state, lane, takes, isLate)
  if (rating.givenBack.length > 0) applyGivenBack(state, lane, rating.givenBack)
  addToCell(
    values,
    slot,
    1,
    usage.quantity,
    takes.outOfBundleQuantity,
    price.chargeMicros - moneyTakenMicros,
    price.informationChargeMicros,
  )
  if (values[slot + CELL.isCumulative] === 1) {
    addToTotals(cellOf(state, lane, rating.rate), takes.outOfBundleQuantity, 1)
  }
  if (isLate) return crossed
  if (values[slot + CELL.epoch] !== recording.epoch) {
    const { standing } = laneAt(state, lane)
    const cell = cellOf(state, lane, rating.rate)
    for (const meter of cell.quantityMeters) armFor(recording, meter, standing, state)
    for (const meter of cell.moneyMeters) armFor(recording, meter, standing, state)
    values[slot + CELL.epoch] = recording.epoch
  }
  if (hasCrossed(values, slot)) {
    const { standing } = laneAt(state, lane)
    const cell = cellOf(state, lane, rating.rate)
    for (const meter of [...cell.quantityMeters, ...cell.moneyMeters]) {
      crossed = reportMeter(values, meter, standing, usage.startMs, crossed)
    }
  }
  return crossed
}

function applyTakes(
  state: RatingState,
  lane: number,
  takes: Takes,
  isLate: boolean,
): string[] | undefined {
  const { values } = state.sums
  const spansPeriods = values[lane + LANE.spansPeriods] === 1
  let crossed: string[] | undefined
  for (let index = 0; index < takes.count; index += 1) {
    const position = takes.positions[index]!
    const quantity = takes.quantities[index]!
    const unit = lane + LANE.units + position * UNIT.size
    const usedSlot = values[unit + UNIT.usedSlot]!
    const before = values[usedSlot]!
    const after = before + quantity
    values[usedSlot] = after
    if (spansPeriods) noteUseOfPeriod(laneAt(state, lane), position, quantity)
    if (after >= values[unit + UNIT.nextThreshold]! && !isLate) {
      const amount = values[unit + UNIT.amount]!
      const ofLane = laneAt(state, lane)
      const instance = instanceAt(ofLane, position)
      const { reported } = ofLane.standing.accountPeriod
      const levels = crossedBundleLevels(instance, { amount, before, after }, reported)
      for (const { key } of levels) reported.add(key)
      crossed = [...(crossed ?? []), ...levels.map(crossingEntry)]
      values[unit + UNIT.nextThreshold] = nextBundleThreshold(instance, { amount, used: after })
    }
  }
  return crossed
}

/** It came from these balances, so they exist. No level is reported by having less. */
function applyGivenBack(state: RatingState, lane: number, givenBack: readonly GivenBack[]): void {
  const { account, accountPeriod } = laneAt(state, lane).standing
  for (const { key, quantity } of givenBack) {
    const balance = takeBalance(account, key, state.sums)
    state.sums.values[balance.slot]! -= quantity
    if (keySpansPeriods(state, key)) addToPeriod(balance, accountPeriod.period.startDay, -quantity)
  }
}

/** Takes stand in the lane's order: units first, then money. */
export function instanceAt(lane: Lane, position: number): AllowanceInstance {
  const unitsCount = lane.units.length
  return position < unitsCount ? lane.units[position]! : lane.money[position - unitsCount]!
}

function noteUseOfPeriod(lane: Lane, position: number, quantity: number): void {
  const { balance, spansPeriods } = instanceAt(lane, position)
  if (!spansPeriods) return
  const { startDay } = lane.standing.accountPeriod.period
  addToPeriod(balance, startDay, quantity)
}

/** Several cells feed one meter: the first of them arms it. */
function armFor(
  { recordedMs, epoch }: Readonly<RecordingTime>,
  meter: Meter,
  standing: Standing,
  state: RatingState,
): void {
  const { values } = state.sums
  if (values[meter.slot + METER.epoch] === epoch) return
  const levels = levelsFor(state, standing, meter, recordedMs)
  arm(values, meter, levels, standing.accountPeriod.reported)
  values[meter.slot + METER.epoch] = epoch
}

/** Whether any meter of the cell has reached its next level. */
function hasCrossed(values: Float64Array, cellSlot: number): boolean {
  const from = cellSlot + CELL.meters
  const end =
    from + values[cellSlot + CELL.quantityMetersCount]! + values[cellSlot + CELL.moneyMetersCount]!
  for (let at = from; at < end; at += 1) {
    const meter = values[at]!
    if (values[meter + METER.sum]! >= values[meter + METER.next]!) return true
  }
  return false
}

function reportMeter(
  values: Float64Array,
  meter: Meter,
  { accountPeriod }: Standing,
  startMs: number,
  crossed: string[] | undefined,
): string[] | undefined {
  if (values[meter.slot + METER.sum]! < values[meter.slot + METER.next]!) return crossed
  if (!isWatchedAt(meter, startMs)) return crossed
  return [...(crossed ?? []), ...reportCrossed(values, meter, accountPeriod.reported)]
}

/** Levels of the meter's limit by the settings that hold at the time of recording. */
export function levelsFor(
  state: RatingState,
  standing: Standing,
  { code, scopeKind, scopeId, subject }: Meter,
  recordedMs: number,
): readonly Level[] {
  const { accountId, partnerId } = standing.account.account
  const subscriptionId = scopeKind === 'subscription' ? scopeId : undefined
  const watch = { code, subject, subscriptionId, accountId, partnerId }
  return state.limits.levelsAt(recordedMs, watch)
}
