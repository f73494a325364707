/** The sums at which a limit says something, for whoever adds up: rating, and a change of a limit. */
import type { LimitCode, LimitSetting } from '../core/accounts/accounts.ts'
import { BUNDLE_LIMITS, LIMIT_KINDS } from './limit-kinds.ts'

/** One level of a limit. `sum >= threshold` is the same as `sum × 100 >= percent × amount`. */
export interface Level {
  /**
   * '80' for bundles; '80@50000000' for limits with a set amount, so that raising re-arms. Of a level
   * that repeats each has its own, with the sum that it stands for: '+60000000@50000000'.
   */
  readonly name: string
  readonly threshold: number
  readonly amount: number
  /** The level comes again each time that the sum has grown by this; absent = it comes once. */
  readonly every?: number
}

/** Levels that somebody set beside 100 %. */
export interface SetLevels {
  /** 1 to 99, ascending. */
  readonly warnPercents: readonly number[]
  /** From the amount on, each time that the sum has grown by this; 0 = not. In the limit's unit. */
  readonly everyAmount: number
}

/** What was reported of one limit in one period. */
export interface ReportedLevels {
  has(name: string): boolean
  /** The highest sum that a level that repeats was reported at; -Infinity for none. */
  furthest(): number
}

const FULL_PERCENT = 100
const NO_LEVELS: readonly Level[] = []
const NO_PERCENTS: readonly number[] = []

const BUNDLE_PERCENTS: Readonly<Partial<Record<LimitCode, readonly number[]>>> = Object.fromEntries(
  BUNDLE_LIMITS.map((code) => [code, [...LIMIT_KINDS[code].warnPercents, FULL_PERCENT]]),
)

/** What is reported of an allowance, in percents of its amount, lowest first; made once. */
export function bundlePercents(code: LimitCode | undefined): readonly number[] {
  return (code === undefined ? undefined : BUNDLE_PERCENTS[code]) ?? NO_PERCENTS
}

/**
 * Lowest first, one that repeats last; none where the limit is off. `setting` undefined: nobody set it.
 * What the kind always reports is added to what is set.
 */
export function levelsOf(
  code: LimitCode,
  setting: Pick<LimitSetting, 'amount' | 'levels'> | undefined,
): readonly Level[] {
  const { regulation, warnPercents } = LIMIT_KINDS[code]
  const amount = setting?.amount ?? regulation?.amountMicros ?? 0
  if (amount === 0) return NO_LEVELS
  const set = readLevels(setting?.levels ?? '')
  const percents = [...new Set([...warnPercents, ...set.warnPercents, FULL_PERCENT])]
  percents.sort((left, right) => left - right)
  const levels = percents.map((percent) => level(percent, amount))
  const again = regulation?.againMicros ?? 0
  if (again > amount) levels.push(level(FULL_PERCENT, again))
  const { everyAmount: every } = set
  if (every > 0) levels.push({ name: '', threshold: amount + every, amount, every })
  return levels
}

/**
 * The levels that a sum has reached and that were not reported, lowest first. Of one that repeats only
 * the highest, and only above what was reported of it.
 */
export function reachedLevels(
  levels: readonly Level[],
  sum: number,
  reported: ReportedLevels,
): Level[] {
  return levels.flatMap((each) => {
    if (sum < each.threshold) return []
    if (each.every === undefined) return reported.has(each.name) ? [] : [each]
    const threshold = sum - ((sum - each.threshold) % each.every)
    if (threshold <= reported.furthest()) return []
    return [{ ...each, threshold, name: `+${threshold}@${each.amount}` }]
  })
}

/** The lowest sum at which one of them is to be reported; Infinity for none. */
export function nextThreshold(levels: readonly Level[], reported: ReportedLevels): number {
  let next = Infinity
  for (const each of levels) {
    if (each.every !== undefined) next = Math.min(next, firstAbove(each, each.every, reported))
    else if (each.threshold < next && !reported.has(each.name)) next = each.threshold
  }
  return next
}

function firstAbove({ threshold }: Level, every: number, reported: ReportedLevels): number {
  const furthest = reported.furthest()
  if (furthest < threshold) return threshold
  return threshold + (Math.floor((furthest - threshold) / every) + 1) * every
}

/** The sum that a level that repeats stands for; undefined for another level. */
export function repeatedAt(name: string): number | undefined {
  return name.startsWith('+') ? Number.parseInt(name.slice(1), 10) : undefined
}

/** The furthest of all keys that are `prefix` and the name of a level. */
export function furthestOf(keys: Iterable<string>, prefix: string): number {
  let furthest = -Infinity
  for (const key of keys) {
    const sum = key.startsWith(prefix) ? repeatedAt(key.slice(prefix.length)) : undefined
    if (sum !== undefined && sum > furthest) furthest = sum
  }
  return furthest
}

/** Percent of the amount that a level stands for: 80 of '80' and '80@50', 120 of '+60@50'. */
export function percentOfLevel(name: string): number {
  const sum = repeatedAt(name)
  if (sum === undefined) return Number.parseInt(name, 10)
  return Math.floor((sum * 100) / Number.parseInt(name.split('@')[1] ?? '', 10))
}

/** As a setting keeps them: '50,80,+10000000'. */
export function writeLevels({ warnPercents, everyAmount }: SetLevels): string {
  return [...warnPercents, ...(everyAmount > 0 ? [`+${everyAmount}`] : [])].join(',')
}

export function readLevels(written: string): SetLevels {
  const parts = written === '' ? [] : written.split(',')
  const every = parts.find((part) => part.startsWith('+'))
  return {
    warnPercents: parts.filter((part) => part !== every).map((part) => Number.parseInt(part, 10)),
    everyAmount: every === undefined ? 0 : Number.parseInt(every.slice(1), 10),
  }
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
