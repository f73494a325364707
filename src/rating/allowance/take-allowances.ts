/**
 * Takes a quantity from allowances in their order. One usage can span several, and the boundary may
 * fall inside it; nothing is written to the balances here, so that explaining can do the same.
 */
import { leftAt, type AllowanceInstance } from './allowance-instance.ts'

/** What one usage takes; reused for each usage. */
export interface Takes {
  readonly instances: AllowanceInstance[]
  readonly quantities: Float64Array
  count: number
  /** Units that no allowance covered. */
  outOfBundleQuantity: number
  /** What is counted beyond the need, because an allowance counts in coarse units. */
  aheadQuantity: number
}

/** Allowances that one usage can span; more are ignored, as no catalogue comes near. */
export const TAKES_MAX = 32

export function createTakes(): Takes {
  return {
    instances: [],
    quantities: new Float64Array(TAKES_MAX),
    count: 0,
    outOfBundleQuantity: 0,
    aheadQuantity: 0,
  }
}

/**
 * Fills `takes` for a usage of `quantity` at `startMs`. `aheadQuantity` units were counted for an
 * earlier part of the same session and are used up first.
 */
export function takeAllowances(
  instances: readonly AllowanceInstance[],
  usage: { startMs: number; quantity: number },
  aheadQuantity: number,
  takes: Takes,
): void {
  const fromAhead = Math.min(aheadQuantity, usage.quantity)
  let needed = usage.quantity - fromAhead
  let ahead = aheadQuantity - fromAhead
  for (const instance of instances) {
    if (needed === 0 || takes.count === TAKES_MAX) break
    const left = leftAt(instance, usage.startMs)
    if (left === 0 && instance.balance.used < instance.nextThreshold) continue
    const counted = roundUp(needed, instance.allowance.increment)
    const taken = Math.min(counted, left)
    const covered = Math.min(needed, taken)
    addTake(takes, instance, taken)
    needed -= covered
    ahead += taken - covered
  }
  takes.outOfBundleQuantity = needed
  takes.aheadQuantity = ahead
}

/** Takes a charge from money allowances, in the same order; returns what they paid, in micros. */
export function takeMoney(
  instances: readonly AllowanceInstance[],
  charge: { startMs: number; chargeMicros: number },
  takes: Takes,
): number {
  let due = charge.chargeMicros
  for (const instance of instances) {
    if (due === 0 || takes.count === TAKES_MAX) break
    const left = leftAt(instance, charge.startMs)
    if (left === 0 && instance.balance.used < instance.nextThreshold) continue
    const taken = Math.min(due, left)
    addTake(takes, instance, taken)
    due -= taken
  }
  return charge.chargeMicros - due
}

/** A take of 0 is kept while the usage is rated: a pool that shrank may have a level to report. */
function addTake(takes: Takes, instance: AllowanceInstance, quantity: number): void {
  takes.instances[takes.count] = instance
  takes.quantities[takes.count] = quantity
  takes.count += 1
}

function roundUp(quantity: number, increment: number): number {
  return increment === 1 ? quantity : Math.ceil(quantity / increment) * increment
}
