/**
 * One allowance of one scope in one window: what it holds and what was taken of it, and which levels
 * of its use must be reported.
 */
import { crossingKey, type ScopeKind } from '../../core/usage/ids.ts'
import type { Allowance } from '../../catalogue/catalogue.ts'
import type { TakeBalance } from '../memory/balance.ts'
import { bundlePercents, thresholdOf } from '../../limits/limit-levels.ts'
import type { Crossing } from '../limit/meter.ts'
import type { AllowanceWindow, AmountChanges } from './allowance-amount.ts'

export interface AllowanceInstance {
  readonly allowance: Allowance
  /** The subscription or group that it belongs to. */
  readonly scopeKind: Extract<ScopeKind, 'subscription' | 'group'>
  readonly scopeId: string
  readonly window: AllowanceWindow
  /** Nothing can be taken from here on; after the window's end where it rolls over. */
  readonly expiresMs: number
  readonly balance: TakeBalance
  /** Usages of several billing periods can take from it (rollover, lifetime). */
  readonly spansPeriods: boolean
  readonly changes: AmountChanges
}

export interface BundleUse {
  /** Amount that holds at the usage's start. */
  readonly amount: number
  readonly before: number
  readonly after: number
}

/**
 * The levels that a use has reached and that were not reported in this period, lowest first. Where
 * several periods use the instance, a level that was reached before belongs to an earlier period.
 */
export function crossedBundleLevels(
  instance: AllowanceInstance,
  use: BundleUse,
  reported: ReadonlySet<string>,
): Crossing[] {
  const amount = watchedAmount(instance, use.amount)
  if (amount === Infinity) return []
  return bundlePercents(instance.allowance.watchedBy)
    .filter((percent) => {
      const threshold = thresholdOf(percent, amount)
      return use.after >= threshold && (use.before < threshold || !instance.spansPeriods)
    })
    .map((percent) => ({ key: bundleKey(instance, percent), used: use.after, amount }))
    .filter(({ key }) => !reported.has(key))
}

/** The lowest level above what was used; Infinity when there is none. */
export function nextBundleThreshold(
  instance: AllowanceInstance,
  { amount, used }: { amount: number; used: number },
): number {
  const watched = watchedAmount(instance, amount)
  if (watched === Infinity) return Infinity
  const ahead = bundlePercents(instance.allowance.watchedBy).map((percent) =>
    thresholdOf(percent, watched),
  )
  return Math.min(...ahead.filter((threshold) => threshold > used))
}

/**
 * Amount at which 100 % is reached: the fair-use amount where the allowance itself has no end.
 * Infinity where nothing is watched, also for an amount of 0: nobody has used up what is not there.
 */
function watchedAmount({ allowance }: AllowanceInstance, amount: number): number {
  if (allowance.watchedBy === undefined || amount === 0) return Infinity
  return amount === Infinity ? (allowance.fairUseAmount ?? Infinity) : amount
}

function bundleKey({ allowance, scopeKind, scopeId }: AllowanceInstance, percent: number): string {
  return crossingKey({
    code: allowance.watchedBy ?? '',
    scopeKind,
    scopeId,
    subject: allowance.allowanceId,
    level: String(percent),
  })
}
