/**
 * How much of one bundle is used. What could not be taken from it any more counts as well, so that a
 * bundle shows 1,003 of 1,000 MB and not just full.
 */
import { percentUsed } from '../limits/percent-used.ts'
import type { Allowance, Localized } from '../catalogue/catalogue.ts'

export interface BundleBalance {
  readonly allowanceId: string
  readonly names: Localized
  readonly unit: Allowance['unit']
  /** In the unit (micros for money); may exceed the amount. */
  readonly used: number
  /** Infinity = unlimited, shown as ∞ and as null in JSON. */
  readonly amount: number
  readonly remaining: number
  readonly above: number
  /** Whole percent, rounded down; undefined for an unlimited bundle. */
  readonly percent: number | undefined
  readonly mark: BundleMark
}

/** Yellow: own share exceeded, the group's not. Red: exhausted, further use is charged. */
export type BundleMark = 'none' | 'yellow' | 'red'

export function bundleBalance(
  { allowanceId, names, unit }: Allowance,
  { used, amount }: { used: number; amount: number },
  mark: BundleMark = isExhausted({ used, amount }) ? 'red' : 'none',
): BundleBalance {
  return {
    allowanceId,
    names,
    unit,
    used,
    amount,
    remaining: Math.max(0, amount - used),
    above: amount === Infinity ? 0 : Math.max(0, used - amount),
    percent: percentUsed(used, amount),
    mark,
  }
}

export function isExhausted({ used, amount }: { used: number; amount: number }): boolean {
  return used >= amount && amount !== Infinity
}
