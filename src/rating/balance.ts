/**
 * What rating adds up, in memory: the state that a restart rebuilds from sums of the ledger. Plain
 * objects with numbers that are changed in place, one for each account, subscription, period and
 * call type that is in use, so that rating a usage allocates nothing.
 */
import type { CompiledRates } from './price/compiled-rate.ts'
import type { CompiledRate } from './price/compiled-rate.ts'
import type { Meter } from './limit/meter.ts'
import type { BillingPeriod } from '../core/period.ts'

/** One account in one billing period. */
export interface AccountPeriod {
  readonly period: BillingPeriod
  /** When an invoice closed it; Infinity while it is open. */
  readonly closedAtMs: number
  /** Keys of limit levels that were reported in this period. */
  readonly reported: Set<string>
  /** Meters of the account, by `code|scopeId|subject`. */
  readonly meters: Map<string, Meter>
  /** Units out of bundle by `scopeId|rateId`, for cumulative models. */
  readonly cumulative: Map<string, CumulativeTotal>
  readonly subscriptions: Map<string, SubscriptionPeriod>
}

/** One subscription in one billing period. */
export interface SubscriptionPeriod {
  readonly subscriptionId: string
  /** By call type index. */
  readonly uses: (CallTypeUse | undefined)[]
}

/** What a subscription used of one call type in one period. */
export interface CallTypeUse {
  /** One for each rate that priced it; nearly always one. */
  readonly cells: UsageCell[]
  sessions: Map<string, Session> | undefined
}

/** The finest sum of the ledger: period, subscription, call type and rate. */
export interface UsageCell {
  readonly rateId: string
  quantity: number
  outOfBundleQuantity: number
  chargeMicros: number
  informationChargeMicros: number
  readonly moneyMeters: readonly Meter[]
  readonly quantityMeters: readonly Meter[]
  /** Present where some version of the rate has a cumulative model. */
  readonly ofSubscription: CumulativeTotal | undefined
  readonly ofAccount: CumulativeTotal | undefined
}

export interface CumulativeTotal {
  quantity: number
}

/** The parts of one session that were seen, and what was taken and charged for them. */
export interface Session {
  /** Earliest start of the parts, and the rate that held then: the price of the whole. */
  startMs: number
  rate: CompiledRate
  quantity: number
  outOfBundleQuantity: number
  billedQuantity: number
  chargeMicros: number
  informationChargeMicros: number
  /** Units that coarse allowances have counted beyond what the parts needed so far. */
  aheadQuantity: number
  /** What money allowances paid. */
  moneyTakenMicros: number
  readonly takes: Map<string, number>
}

/** What was taken of one allowance instance, over all loaded periods. */
export interface TakeBalance {
  readonly key: string
  used: number
  /** The same by the period of the usage, for instances that several periods can use. */
  readonly byPeriod: Map<number, number>
}

export type RatesById = ReadonlyMap<string, CompiledRates>

/** Adds what a usage, or a sum of usages, contributes to its cell and to everything above it. */
export function addToCell(
  cell: UsageCell,
  quantity: number,
  outOfBundleQuantity: number,
  chargeMicros: number,
  informationChargeMicros: number,
): void {
  cell.quantity += quantity
  cell.outOfBundleQuantity += outOfBundleQuantity
  cell.chargeMicros += chargeMicros
  cell.informationChargeMicros += informationChargeMicros
  for (const meter of cell.quantityMeters) meter.sum += quantity
  const spentMicros = chargeMicros + informationChargeMicros
  if (spentMicros !== 0) for (const meter of cell.moneyMeters) meter.sum += spentMicros
  if (cell.ofSubscription !== undefined) cell.ofSubscription.quantity += outOfBundleQuantity
  if (cell.ofAccount !== undefined) cell.ofAccount.quantity += outOfBundleQuantity
}
