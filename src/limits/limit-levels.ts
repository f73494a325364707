/** The sums at which a limit says something, for whoever adds up: rating, and a change of a limit. */
import type { LimitCode } from '../core/accounts.ts'
import { BUNDLE_LIMITS, LIMIT_KINDS } from './limit-kinds.ts'

/** One level of a limit. `sum >= threshold` is the same as `sum × 100 >= percent × amount`. */
export interface Level {
  /** '80' for bundles; '80@50000000' for limits with a set amount, so that raising re-arms. */
  readonly name: string
  readonly threshold: number
  readonly amount: number
}

const FULL_PERCENT = 100
const NO_LEVELS: readonly Level[] = []
const NO_PERCENTS: readonly number[] = []

const BUNDLE_PERCENTS: Readonly<Partial<Record<LimitCode, readonly number[]>>> = Object.fromEntries(
  BUNDLE_LIMITS.map((code) => [code, percentsOf(code)]),
)

/** What is reported of an allowance, in percents of its amount, lowest first; made once. */
export function bundlePercents(code: LimitCode | undefined): readonly number[] {
  return (code === undefined ? undefined : BUNDLE_PERCENTS[code]) ?? NO_PERCENTS
}

function percentsOf(code: LimitCode): readonly number[] {
  return [...LIMIT_KINDS[code].warnPercents, FULL_PERCENT]
}

/** Lowest first; none where the limit is off. `amount` undefined: nobody set it. */
export function levelsOf(code: LimitCode, amount: number | undefined): readonly Level[] {
  const { regulation } = LIMIT_KINDS[code]
  const limit = amount ?? regulation?.amountMicros ?? 0
  if (limit === 0) return NO_LEVELS
  const levels = percentsOf(code).map((percent) => level(percent, limit))
  const again = regulation?.againMicros ?? 0
  return again > limit ? [...levels, level(FULL_PERCENT, again)] : levels
}

function level(percent: number, amount: number): Level {
  return { name: `${percent}@${amount}`, threshold: thresholdOf(percent, amount), amount }
}

/** The smallest whole sum that reaches `percent` of `amount`. */
export function thresholdOf(percent: number, amount: number): number {
  const product = percent * amount
  if (!Number.isSafeInteger(product)) {
    return Number((BigInt(percent) * BigInt(amount) + 99n) / 100n)
  }
  return (product - (product % 100)) / 100 + (product % 100 === 0 ? 0 : 1)
}
