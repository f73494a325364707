/**
 * One allowance of one scope in one window: what it holds, what was taken of it, and the next level
 * at which its use must be reported.
 */
import { crossingEntry, crossingKey } from '../../core/ids.ts'
import type { Allowance } from '../../catalogue/catalogue.ts'
import type { TakeBalance } from '../balance.ts'
import { thresholdOf, type Crossing } from '../limit/meter.ts'
import { amountAt, type AllowanceWindow, type AmountChanges } from './allowance-amount.ts'

export interface AllowanceInstance {
  readonly allowance: Allowance
  /** The subscription or group that it belongs to. */
  readonly scopeId: string
  readonly window: AllowanceWindow
  /** Nothing can be taken from here on; after the window's end where it rolls over. */
  readonly expiresMs: number
  readonly balance: TakeBalance
  /** Usages of several billing periods can take from it (rollover, lifetime). */
  readonly spansPeriods: boolean
  readonly changes: AmountChanges
  /** The amount at the moment that was asked last. */
  amount: number
  /** The lowest threshold still to report; Infinity when there is none. */
  nextThreshold: number
}

const WATCHED_PERCENTS = [80, 100] as const

/** Left to take at the instant; 0 when the use exceeds a pool that has shrunk. */
export function leftAt(instance: AllowanceInstance, instantMs: number): number {
  if (instance.changes.length > 1) {
    const amount = amountAt(instance.changes, instantMs)
    if (amount !== instance.amount) {
      instance.amount = amount
      instance.nextThreshold = 0 // Looked at anew by the next usage, for the new amount.
    }
  }
  const left = instance.amount - instance.balance.used
  return left > 0 ? left : 0
}

/** Amount at which 100 % is reached: the fair-use amount where the allowance itself has no end. */
export function watchedAmount(instance: AllowanceInstance): number {
  const { allowance, amount } = instance
  if (allowance.watchedBy === undefined) return Infinity
  return amount === Infinity ? (allowance.fairUseAmount ?? Infinity) : amount
}

/**
 * The levels that a use has reached and that were not reported in this period, lowest first. Where
 * several periods use the instance, a level that was reached before belongs to an earlier period.
 */
export function crossedBundleLevels(
  instance: AllowanceInstance,
  used: { before: number; after: number },
  reported: ReadonlySet<string>,
): Crossing[] {
  const amount = watchedAmount(instance)
  if (amount === Infinity) return []
  return WATCHED_PERCENTS.filter((percent) => {
    const threshold = thresholdOf(percent, amount)
    return used.after >= threshold && (used.before < threshold || !instance.spansPeriods)
  })
    .map((percent) => ({ key: bundleKey(instance, percent), used: used.after, amount }))
    .filter(({ key }) => !reported.has(key))
}

/** Reports the levels that `balance.used` has reached, each once; returns the entries of the row. */
export function reportBundleLevels(
  instance: AllowanceInstance,
  usedBefore: number,
  reported: Set<string>,
): string[] {
  const { used } = instance.balance
  const crossings = crossedBundleLevels(instance, { before: usedBefore, after: used }, reported)
  for (const { key } of crossings) reported.add(key)
  const amount = watchedAmount(instance)
  const ahead = WATCHED_PERCENTS.map((percent) => thresholdOf(percent, amount)).filter(
    (threshold) => threshold > used,
  )
  instance.nextThreshold = Math.min(Infinity, ...ahead)
  return crossings.map(crossingEntry)
}

function bundleKey({ allowance, scopeId }: AllowanceInstance, percent: number): string {
  return crossingKey({
    code: allowance.watchedBy ?? '',
    scopeId,
    subject: allowance.allowanceId,
    level: String(percent),
  })
}
