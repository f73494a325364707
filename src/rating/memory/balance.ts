/**
 * What rating adds up, in memory: the state that a restart rebuilds from sums of the ledger. One
 * object for each account, subscription, period and call type that is in use; its numbers are in
 * `Sums`, so that rating a usage allocates nothing.
 */
import type { BillingPeriod } from '../../core/time/period.ts'
import type { Meter } from '../limit/meter.ts'
import type { CompiledRates } from '../price/compiled-rate.ts'

/** One account in one billing period. */
export interface AccountPeriod {
  readonly period: BillingPeriod
  /** When an invoice closed it; Infinity while it is open. */
  readonly closedAtMs: number
  /** Keys of limit levels that were reported in this period. */
  readonly reported: Set<string>
  /** Those that watch the account as a whole. */
  meters: readonly Meter[]
  /** Slot of what all its usage costs, in micros; NO_SLOT until something is used. */
  spentSlot: number
  /** Units out of bundle by `scopeKind|scopeId|rateId`, for cumulative models. */
  readonly cumulative: Map<string, CumulativeTotal>
  readonly subscriptions: Map<string, SubscriptionPeriod>
}

/** One subscription in one billing period. */
export interface SubscriptionPeriod {
  readonly subscriptionId: string
  /** A handful: looked through one by one, which takes less memory than an index. */
  uses: readonly CallTypeUse[]
  meters: readonly Meter[]
}

/** What a subscription used of one call type in one period. */
export interface CallTypeUse {
  readonly callTypeIndex: number
  /** Where its record is; see USE below. */
  readonly slot: number
  /** One for each rate that priced it; nearly always one. */
  cells: readonly UsageCell[]
}

/** Record of a use in `Sums`: the record of the session that was seen last, or NO_SLOT. */
export const USE = { lastSession: 0 } as const

/** The finest sum of the ledger: period, subscription, call type and rate. */
export interface UsageCell {
  readonly rateId: string
  /** Where its record is; see CELL below. */
  readonly slot: number
  readonly quantityMeters: readonly Meter[]
  readonly moneyMeters: readonly Meter[]
  /** Present where some version of the rate has a cumulative model. */
  readonly ofSubscription: CumulativeTotal | undefined
  readonly ofAccount: CumulativeTotal | undefined
}

/**
 * Record of a cell in `Sums`: five sums, the stretch of limit settings for which its meters are
 * armed, whether it feeds cumulative totals, the slot of what the account spends in the period, how many
 * meters it feeds with quantity and with money, and then the slots of those meters.
 */
export const CELL = {
  quantity: 0,
  outOfBundleQuantity: 1,
  chargeMicros: 2,
  informationChargeMicros: 3,
  count: 4,
  epoch: 5,
  isCumulative: 6,
  spentSlot: 7,
  quantityMetersCount: 8,
  moneyMetersCount: 9,
  meters: 10,
} as const

export interface CumulativeTotal {
  quantity: number
  /** Usages, also those of which nothing was out of bundle. */
  count: number
}

/** What was taken of one allowance instance, over all loaded periods. */
export interface TakeBalance {
  readonly key: string
  /** Position of the key among the texts of `Sums`. */
  readonly keyNumber: number
  /** Slot of the quantity taken. */
  readonly slot: number
  /** The same by the period of the usage, for instances that several periods can use. */
  byPeriod: Map<number, number> | undefined
}

/** Adds to what usages of one period took of an instance that several can use. */
export function addToPeriod(balance: TakeBalance, startDay: number, quantity: number): void {
  balance.byPeriod ??= new Map() // Few instances need one, and there are millions of balances.
  balance.byPeriod.set(startDay, (balance.byPeriod.get(startDay) ?? 0) + quantity)
}

export type RatesById = ReadonlyMap<string, CompiledRates>

/**
 * Adds what a usage, or a sum of usages, contributes to the cell's sums and to its meters. Where the
 * cell is cumulative, `addToTotals` must follow.
 */
export function addToCell(
  values: Float64Array,
  slot: number,
  count: number,
  quantity: number,
  outOfBundleQuantity: number,
  chargeMicros: number,
  informationChargeMicros: number,
): void {
  values[slot + CELL.count]! += count
  values[slot + CELL.quantity]! += quantity
  values[slot + CELL.outOfBundleQuantity]! += outOfBundleQuantity
  values[slot + CELL.chargeMicros]! += chargeMicros
  values[slot + CELL.informationChargeMicros]! += informationChargeMicros
  let at = slot + CELL.meters
  const moneyFrom = at + values[slot + CELL.quantityMetersCount]!
  const end = moneyFrom + values[slot + CELL.moneyMetersCount]!
  while (at < moneyFrom) values[values[at++]!]! += quantity
  const spentMicros = chargeMicros + informationChargeMicros
  if (spentMicros === 0) return
  values[values[slot + CELL.spentSlot]!]! += spentMicros
  while (at < end) values[values[at++]!]! += spentMicros
}

/** Adds to the totals that cumulative models look at. */
export function addToTotals(cell: UsageCell, outOfBundleQuantity: number, count: number): void {
  for (const total of [cell.ofSubscription, cell.ofAccount]) {
    if (total === undefined) continue
    total.quantity += outOfBundleQuantity
    total.count += count
  }
}
