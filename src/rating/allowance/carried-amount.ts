/** How much of an allowance can be used: what an earlier period left is kept up to a maximum. */
import type { AllowanceInstance } from './allowance-instance.ts'
import { amountAt } from './allowance-amount.ts'

/**
 * For usages of the instance's own period all of it; for later ones what their own period used and
 * the most that is kept. Less what was taken altogether, that is what they have left.
 */
export function usableAmount(
  { allowance, window, balance, changes }: AllowanceInstance,
  instantMs: number,
): number {
  const amount = amountAt(changes, instantMs)
  const { rolloverMaximum } = allowance
  if (rolloverMaximum === undefined || instantMs < window.endMs) return amount
  return keptAmount(amount, rolloverMaximum, balance.byPeriod?.get(window.startDay) ?? 0)
}

/** `ownUse` is what usages of the window itself took. */
export function keptAmount(amount: number, maximum: number, ownUse: number): number {
  return Math.min(amount, maximum + ownUse)
}
