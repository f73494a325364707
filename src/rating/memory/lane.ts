/**
 * A lane is what rating needs for the usages of one subscription and call type in a stretch of time
 * in which nothing changes: rate, allowances and their amounts, the cell to add to. It is resolved
 * once and then looked up, so a usage costs a few comparisons and additions. Its numbers are a
 * record in `Sums`; the object is for what happens seldom.
 */
import type { CallType } from '../../catalogue/catalogue.ts'
import type { Validity } from '../../core/accounts/accounts.ts'
import { isWithin, overlap } from '../../core/time/validity.ts'
import { allowancesAt, type AllowancesAt } from '../allowance/allowances-at.ts'
import type { AllowanceInstance } from '../allowance/allowance-instance.ts'
import { usableAmount } from '../allowance/carried-amount.ts'
import type { UsageCell } from './balance.ts'
import { offeredAt, type Offer, type OfferedRate } from './offer.ts'
import { versionAt, type CompiledRate } from '../price/compiled-rate.ts'
import type { RatingState } from './rating-state.ts'
import type { Standing } from './standing.ts'
import { NO_SLOT, takeRecord } from './sums.ts'
import { callTypeUse, usageCell } from './usage-cell.ts'

export interface Lane {
  readonly rate: CompiledRate
  readonly cell: UsageCell
  /** In order of use. */
  readonly units: readonly AllowanceInstance[]
  readonly money: readonly AllowanceInstance[]
  readonly standing: Standing
  readonly offered: OfferedRate
  readonly callType: CallType
}

/**
 * Record of a lane in `Sums`: its stretch, when its period was closed, the period's first day, the
 * records of its cell and its use, the numbers of its pricing and of its object, whether several
 * periods can use one of its allowances, whether all that its period needs was restored, the lane of
 * another stretch or NO_SLOT, and then for each allowance (units first, money after) the UNIT numbers.
 */
export const LANE = {
  fromMs: 0,
  toMs: 1,
  closedAtMs: 2,
  periodStartDay: 3,
  cellSlot: 4,
  useSlot: 5,
  pricing: 6,
  number: 7,
  spansPeriods: 8,
  isRestored: 9,
  next: 10,
  unitsCount: 11,
  moneyCount: 12,
  units: 13,
} as const

/** Slot of what was taken, amount in this stretch, next level to report, increment, key's number. */
export const UNIT = {
  usedSlot: 0,
  amount: 1,
  nextThreshold: 2,
  increment: 3,
  keyNumber: 4,
  size: 5,
} as const

/** The lane that holds the instant, of a list that begins with `first`; NO_SLOT for none. */
export function laneIn(first: number, startMs: number, values: Float64Array): number {
  let lane = first
  while (lane !== NO_SLOT) {
    if (isWithin(startMs, values[lane + LANE.fromMs]!, values[lane + LANE.toMs]!)) return lane
    lane = values[lane + LANE.next]!
  }
  return NO_SLOT
}

/** The cell of the lane, or that of another rate where a session began under another one. */
export function cellOf(state: RatingState, slot: number, rate: CompiledRate): UsageCell {
  const lane = laneAt(state, slot)
  if (rate === lane.rate) return lane.cell
  return usageCell(lane.standing, lane.callType, rate.rateId, state)
}

/** The object of the lane whose record is at the slot. */
export function laneAt({ lanes, sums }: RatingState, slot: number): Lane {
  const lane = lanes[sums.values[slot + LANE.number]!]
  if (lane === undefined) throw new Error(`no lane at slot ${slot}`)
  return lane
}

/**
 * Makes the lane and returns the slot of its record; `next` is that of another stretch. NO_SLOT
 * when no version of the rate holds at the instant.
 */
export function createLane(
  state: RatingState,
  standing: Standing & { readonly offer: Offer },
  usage: { readonly callTypeIndex: number; readonly startMs: number },
  next: number,
): number {
  const { callTypeIndex, startMs } = usage
  const callType = state.catalogue.callTypes[callTypeIndex]
  const offered = offeredAt(standing.offer, callTypeIndex, startMs)
  if (callType === undefined || offered === undefined) return NO_SLOT
  const rate = versionAt(offered.rates, startMs)
  if (rate === undefined) return NO_SLOT
  const { subscription, account, accountPeriod } = standing
  const found = allowancesAt(
    startMs,
    callTypeIndex,
    { ...standing, state: account, subscription, period: accountPeriod.period, stretch: standing },
    state,
  )
  const cell = usageCell(standing, callType, rate.rateId, state)
  const { units, money } = found
  const lane = { rate, cell, units, money, standing, offered, callType }
  return recordOf(state, lane, { found, startMs, next })
}

function recordOf(
  state: RatingState,
  lane: Lane,
  { found, startMs, next }: { found: AllowancesAt; startMs: number; next: number },
): number {
  const { rate, cell, units, money, standing, callType } = lane
  const { account, accountPeriod } = standing
  const { fromMs, toMs }: Validity = overlap(found, rate) ?? found
  const instances = units.concat(money)
  const record = [
    fromMs,
    toMs,
    accountPeriod.closedAtMs,
    accountPeriod.period.startDay,
    cell.slot,
    callTypeUse(standing, callType.index, state.sums).slot,
    state.pricings.numberOf(rate, account),
    state.lanes.push(lane) - 1,
    Number(instances.some((instance) => instance.spansPeriods)),
    Number(account.ready.includes(accountPeriod.period.startDay)),
    next,
    units.length,
    money.length,
  ]
  for (const instance of instances) pushUnit(record, instance, startMs)
  return takeRecord(state.sums, account.home, record)
}

function pushUnit(record: number[], instance: AllowanceInstance, startMs: number): void {
  const { allowance, balance } = instance
  const nextThreshold = allowance.watchedBy === undefined ? Infinity : 0
  const amount = usableAmount(instance, startMs)
  record.push(balance.slot, amount, nextThreshold, allowance.increment, balance.keyNumber)
}
