/**
 * Adds a priced usage to the balances and says which levels of which limits it crossed. Late usage
 * of a closed period counts and crosses nothing.
 */
import { crossingEntry } from '../core/ids.ts'
import type { Usage } from '../core/usage.ts'
import {
  crossedBundleLevels,
  nextBundleThreshold,
  type AllowanceInstance,
} from './allowance/allowance-instance.ts'
import { addToCell, addToPeriod, CELL, SESSION, type Session } from './balance.ts'
import { LANE, UNIT, type Lane } from './lane.ts'
import { arm, METER, reportCrossed, type Level, type Meter } from './limit/meter.ts'
import { cellOf, type Rating } from './price-rating.ts'
import type { RatingState } from './rating-state.ts'
import { createSession, isEarliestPart } from './session/session-price.ts'
import type { Standing } from './standing.ts'
import type { Sums } from './sums.ts'

export interface RecordingTime {
  recordedMs: number
  /** Stretch of limit settings that holds at `recordedMs`. */
  epoch: number
}

/** Returns the crossings, lowest level first, bundles before limits; undefined for none. */
export function applyRating(
  state: RatingState,
  usage: Usage,
  lane: Lane,
  rating: Rating,
  recording: Readonly<RecordingTime>,
): string[] | undefined {
  // A session is made first: it may replace the array of sums by a longer one.
  if (usage.sessionKey !== '') applySession(state.sums, usage, lane, rating)
  const { values } = state.sums
  const { price, takes, moneyTakenMicros } = rating
  const isLate = recording.recordedMs >= values[lane.slot + LANE.closedAtMs]!
  let crossed = takes.count === 0 ? undefined : applyTakes(values, lane, rating, isLate)
  const cell = cellOf(state, lane, rating.rate)
  const slot = rating.rate === lane.rate ? values[lane.slot + LANE.cellSlot]! : cell.slot
  addToCell(
    values,
    cell,
    slot,
    usage.quantity,
    takes.outOfBundleQuantity,
    price.chargeMicros - moneyTakenMicros,
    price.informationChargeMicros,
  )
  if (isLate) return crossed
  if (values[slot + CELL.epoch] !== recording.epoch) {
    for (const meter of cell.quantityMeters) armFor(recording, meter, lane.standing, state)
    for (const meter of cell.moneyMeters) armFor(recording, meter, lane.standing, state)
    values[slot + CELL.epoch] = recording.epoch
  }
  if (hasCrossed(values, slot)) {
    for (const meter of [...cell.quantityMeters, ...cell.moneyMeters]) {
      crossed = reportMeter(values, meter, lane.standing, usage.startMs, crossed)
    }
  }
  return crossed
}

function applyTakes(
  values: Float64Array,
  lane: Lane,
  { takes }: Rating,
  isLate: boolean,
): string[] | undefined {
  let crossed: string[] | undefined
  for (let index = 0; index < takes.count; index += 1) {
    const position = takes.positions[index]!
    const quantity = takes.quantities[index]!
    const unit = lane.slot + LANE.units + position * UNIT.size
    const usedSlot = values[unit + UNIT.usedSlot]!
    const before = values[usedSlot]!
    const after = before + quantity
    values[usedSlot] = after
    if (lane.spansPeriods) noteUseOfPeriod(lane, position, quantity)
    if (after >= values[unit + UNIT.nextThreshold]! && !isLate) {
      const instance = instanceAt(lane, position)
      const amount = values[unit + UNIT.amount]!
      const { reported } = lane.standing.accountPeriod
      const levels = crossedBundleLevels(instance, { amount, before, after }, reported)
      for (const { key } of levels) reported.add(key)
      crossed = [...(crossed ?? []), ...levels.map(crossingEntry)]
      values[unit + UNIT.nextThreshold] = nextBundleThreshold(instance, { amount, used: after })
    }
  }
  return crossed
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

function applySession(sums: Sums, usage: Usage, lane: Lane, rating: Rating): void {
  const { request, price, takes, moneyTakenMicros } = rating
  let { session } = rating
  if (session === undefined) {
    session = createSession(sums, request.startMs, request.rate)
    lane.use.sessions ??= new Map()
    lane.use.sessions.set(usage.sessionKey, session)
  }
  const { values } = sums
  const { slot } = session
  if (isEarliestPart(values, session, request)) {
    values[slot + SESSION.startMs] = request.startMs
    session.rate = request.rate
  }
  values[slot + SESSION.quantity]! += usage.quantity
  values[slot + SESSION.outOfBundleQuantity]! += takes.outOfBundleQuantity
  values[slot + SESSION.billedQuantity]! += price.billedQuantity
  values[slot + SESSION.chargeMicros]! += price.chargeMicros - moneyTakenMicros
  values[slot + SESSION.informationChargeMicros]! += price.informationChargeMicros
  values[slot + SESSION.aheadQuantity] = takes.aheadQuantity
  values[slot + SESSION.moneyTakenMicros]! += moneyTakenMicros
  for (let index = 0; index < takes.count; index += 1) {
    const quantity = takes.quantities[index]!
    if (quantity === 0) continue
    addSessionTake(session, lane.takeKeys[takes.positions[index]!]!, quantity)
  }
}

function addSessionTake(session: Session, key: string, quantity: number): void {
  const at = session.takeKeys.indexOf(key)
  if (at >= 0) session.takeQuantities[at]! += quantity
  else {
    session.takeKeys = session.takeKeys.concat(key)
    session.takeQuantities = session.takeQuantities.concat(quantity)
  }
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
  const isActive = meter.activity?.some((each) => startMs >= each.fromMs && startMs < each.toMs)
  if (isActive === false) return crossed
  return [...(crossed ?? []), ...reportCrossed(values, meter, accountPeriod.reported)]
}

/** Levels of the meter's limit by the settings that hold at the time of recording. */
export function levelsFor(
  state: RatingState,
  standing: Standing,
  { code, scopeId, subject }: Meter,
  recordedMs: number,
): readonly Level[] {
  const { accountId, partnerId } = standing.account.account
  const scopeIds = scopeId === accountId ? [accountId] : [scopeId, accountId]
  return state.limits.levelsAt(recordedMs, { code, subject, scopeIds, partnerId })
}
