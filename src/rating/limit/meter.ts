/**
 * A sum that limits watch, and the levels at which it must be reported. The hot path compares one
 * number, the lowest level that was not reported yet. Integer arithmetic only.
 */
import type { LimitCode, Validity } from '../../core/accounts/accounts.ts'
import { crossingEntry, crossingKey, type ScopeKind } from '../../core/usage/ids.ts'
import { isWithin } from '../../core/time/validity.ts'
import {
  furthestOf,
  nextThreshold,
  reachedLevels,
  type Level,
  type ReportedLevels,
} from '../../limits/limit-levels.ts'
import { takeRecord, type Home, type Sums } from '../memory/sums.ts'

export interface Meter {
  readonly code: LimitCode
  readonly scopeKind: ScopeKind
  readonly scopeId: string
  readonly subject: string
  /** When the limit is watched; undefined = always. */
  readonly activity: readonly Validity[] | undefined
  /** Where its record is; see METER below. */
  readonly slot: number
  levels: readonly Level[]
}

/**
 * Record of a meter in `Sums`: micros, seconds, bytes or messages of the period, the lowest
 * threshold that was not reported (Infinity when there is none), and the stretch of limit settings
 * for which it was armed.
 */
export const METER = { sum: 0, next: 1, epoch: 2 } as const
export const NEVER_ARMED = -1

export interface Crossing {
  readonly key: string
  readonly used: number
  readonly amount: number
}

const NO_LEVELS: readonly Level[] = []

export function createMeter(sums: Sums, home: Home, watch: Omit<Meter, 'slot' | 'levels'>): Meter {
  const { code, scopeKind, scopeId, subject, activity } = watch
  const slot = takeRecord(sums, home, [0, Infinity, NEVER_ARMED])
  return { code, scopeKind, scopeId, subject, activity, slot, levels: NO_LEVELS }
}

/** Whether the limit is watched for usage that starts then. */
export function isWatchedAt({ activity }: Meter, startMs: number): boolean {
  return activity?.some(({ fromMs, toMs }) => isWithin(startMs, fromMs, toMs)) ?? true
}

/** Gives the meter its levels, less those that were reported already. */
export function arm(
  values: Float64Array,
  meter: Meter,
  levels: readonly Level[],
  reported: ReadonlySet<string>,
): void {
  meter.levels = levels
  values[meter.slot + METER.next] = nextThreshold(levels, reportedOf(meter, reported))
}

/** The levels that a sum has reached and that were not reported, lowest first. */
export function crossedLevels(
  meter: Meter,
  sum: number,
  reported: ReadonlySet<string>,
): Crossing[] {
  return reachedLevels(meter.levels, sum, reportedOf(meter, reported)).map(({ name, amount }) => ({
    key: levelKey(meter, name),
    used: sum,
    amount,
  }))
}

/** Reports every level that the sum has reached, each once; returns the entries of the row. */
export function reportCrossed(values: Float64Array, meter: Meter, reported: Set<string>): string[] {
  const crossings = crossedLevels(meter, values[meter.slot + METER.sum]!, reported)
  for (const { key } of crossings) reported.add(key)
  values[meter.slot + METER.next] = nextThreshold(meter.levels, reportedOf(meter, reported))
  return crossings.map(crossingEntry)
}

/** What was reported of one meter, of the keys of all. */
function reportedOf(meter: Meter, keys: ReadonlySet<string>): ReportedLevels {
  return {
    has: (name) => keys.has(levelKey(meter, name)),
    furthest: () => furthestOf(keys, levelKey(meter, '')),
  }
}

function levelKey({ code, scopeKind, scopeId, subject }: Meter, level: string): string {
  return crossingKey({ code, scopeKind, scopeId, subject, level })
}
