/**
 * A lane is what rating needs for the usages of one subscription and call type in a stretch of time
 * in which nothing changes: rate, allowances and their amounts, the cell to add to. It is resolved
 * once and then looked up, so a usage costs a few comparisons and additions.
 */
import type { CallType } from '../catalogue/catalogue.ts'
import type { Validity } from '../core/accounts.ts'
import { allowancesAt, type AllowancesAt } from './allowance/allowances-at.ts'
import { amountAt } from './allowance/allowance-amount.ts'
import type { AllowanceInstance } from './allowance/allowance-instance.ts'
import type { CallTypeUse, UsageCell } from './balance.ts'
import { overlap } from './entitlement.ts'
import type { Offer, OfferedRate } from './offer.ts'
import type { BandClock } from './price/band-clock.ts'
import { versionAt, type CompiledRate } from './price/compiled-rate.ts'
import type { RatingState } from './rating-state.ts'
import type { Standing } from './standing.ts'
import { takeRecord, type Sums } from './sums.ts'
import { callTypeUse, usageCell } from './usage-cell.ts'

export interface Lane {
  /** Where its record is; see LANE below. */
  readonly slot: number
  readonly rate: CompiledRate
  /** Undefined where the rate has no time bands. */
  readonly clock: BandClock | undefined
  /** Keys of `units` and then of `money`. */
  readonly takeKeys: readonly string[]
  readonly use: CallTypeUse
  readonly cell: UsageCell
  readonly hasMoney: boolean
  /** Some of the allowances can be used by several periods. */
  readonly spansPeriods: boolean
  /** In order of use. */
  readonly units: readonly AllowanceInstance[]
  readonly money: readonly AllowanceInstance[]
  readonly standing: Standing
  readonly offered: OfferedRate
  readonly callType: CallType
  /** Another stretch of the same subscription and call type. */
  readonly next: Lane | undefined
}

/**
 * Record of a lane in `Sums`: its stretch, when its period was closed, the record of its cell, the
 * period's first day, and then for each allowance (units first, money after) the UNIT numbers.
 */
export const LANE = {
  fromMs: 0,
  toMs: 1,
  closedAtMs: 2,
  cellSlot: 3,
  periodStartDay: 4,
  unitsCount: 5,
  moneyCount: 6,
  units: 7,
} as const

/** Slot of what was taken, amount in this stretch, next level to report, counting increment. */
export const UNIT = { usedSlot: 0, amount: 1, nextThreshold: 2, increment: 3, size: 4 } as const

/** The lane of the list that holds the instant. */
export function laneIn(
  first: Lane | undefined,
  startMs: number,
  values: Float64Array,
): Lane | undefined {
  let lane = first
  while (lane !== undefined) {
    const { slot } = lane
    if (startMs >= values[slot + LANE.fromMs]! && startMs < values[slot + LANE.toMs]!) return lane
    lane = lane.next
  }
  return undefined
}

/** Undefined when no version of the rate holds at the instant. */
export function createLane(
  state: RatingState,
  standing: Standing & { readonly offer: Offer },
  usage: { readonly callTypeIndex: number; readonly startMs: number },
  next: Lane | undefined,
): Lane | undefined {
  const { callTypeIndex, startMs } = usage
  const callType = state.catalogue.callTypes[callTypeIndex]
  const offered = standing.offer.rates[callTypeIndex]
  if (callType === undefined || offered === undefined) return undefined
  const rate = versionAt(offered.rates, startMs)
  if (rate === undefined) return undefined
  const { subscription, account, accountPeriod } = standing
  const found = allowancesAt(
    startMs,
    callTypeIndex,
    { ...standing, state: account, subscription, period: accountPeriod.period, stretch: standing },
    state,
  )
  const cell = usageCell(standing, callType, rate.rateId, state)
  const stretch = overlap(found, rate) ?? found
  return {
    slot: recordOf(state.sums, found, stretch, standing, cell, startMs),
    rate,
    clock: state.clockOf(rate, account),
    takeKeys: found.units.concat(found.money).map((instance) => instance.balance.key),
    use: callTypeUse(standing.subscriptionPeriod, callTypeIndex),
    cell,
    hasMoney: found.money.length > 0,
    spansPeriods: found.units.concat(found.money).some((instance) => instance.spansPeriods),
    units: found.units,
    money: found.money,
    standing,
    offered,
    callType,
    next,
  }
}

function recordOf(
  sums: Sums,
  { units, money }: AllowancesAt,
  { fromMs, toMs }: Validity,
  { accountPeriod }: Standing,
  cell: UsageCell,
  startMs: number,
): number {
  const record = [
    fromMs,
    toMs,
    accountPeriod.closedAtMs,
    cell.slot,
    accountPeriod.period.startDay,
    units.length,
    money.length,
  ]
  for (const instance of units) pushUnit(record, instance, startMs)
  for (const instance of money) pushUnit(record, instance, startMs)
  return takeRecord(sums, record)
}

function pushUnit(
  record: number[],
  { allowance, balance, changes }: AllowanceInstance,
  startMs: number,
): void {
  const nextThreshold = allowance.watchedBy === undefined ? Infinity : 0
  record.push(balance.slot, amountAt(changes, startMs), nextThreshold, allowance.increment)
}
