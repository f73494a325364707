/** The order in which allowances are used: rating.md §3. */
import type { AllowanceInstance } from './allowance-instance.ts'

type Criterion = (left: AllowanceInstance, right: AllowanceInstance) => number

/** The first criterion that tells two instances apart decides. */
const CRITERIA: readonly Criterion[] = [
  // The catalogue's owner decides first: EU data before national data that includes the EU.
  (left, right) => left.allowance.priority - right.allowance.priority,
  // What only one can use goes before what others could use as well.
  (left, right) => scopeRank(left) - scopeRank(right),
  // What is lost first is used first; so rolled-over remainders go oldest first. Infinity − Infinity
  // is no number, hence the comparison.
  (left, right) => compare(left.expiresMs, right.expiresMs),
  (left, right) => compare(left.allowance.allowanceId, right.allowance.allowanceId),
  // The same allowance twice: two windows, or two groups.
  (left, right) => compare(left.balance.key, right.balance.key),
]

export function inOrderOfUse(left: AllowanceInstance, right: AllowanceInstance): number {
  for (const criterion of CRITERIA) {
    const difference = criterion(left, right)
    if (difference !== 0) return difference
  }
  return 0
}

function scopeRank({ allowance }: AllowanceInstance): number {
  return allowance.scope === 'own' ? 0 : 1
}

function compare(left: number | string, right: number | string): number {
  return left < right ? -1 : Number(left > right)
}
