/**
 * Fingerprints of the usage ids of whole days, loaded from the ledger when a day is met often
 * enough to be worth it. Bounded in ids and days: beyond either it starts afresh, and loads again
 * only what the next batches need.
 */
import type { Usage } from '../../core/usage/usage.ts'
import { createFingerprintSet } from './fingerprint-set.ts'
import type { Ledger } from '../ledger.ts'

export interface SeenDaysOptions {
  /** Ids in memory, 13 to 27 bytes each. */
  readonly idsMax: number
  /** Days in memory at once. */
  readonly daysMax: number
  /** Up to so many ids of one day are looked up one by one instead of loading the day. */
  readonly directIdsMax: number
}

export interface SeenDays {
  /**
   * Loads the days of these usages that are worth it. Ids that are on their way to the ledger are in
   * memory since they were added, so `settled` is awaited only when the memory starts afresh.
   */
  load(usages: readonly Usage[], settled: Promise<void>): Promise<void>
  /**
   * Adds the id, and says whether it was there: `seen` almost certainly was, perhaps in a batch that
   * is on its way; `unknown` was not since this memory began, but its day is not in it.
   */
  add(usage: Usage): 'new' | 'seen' | 'unknown'
}

const DAY_MS = 86_400_000
/** Of the memory is loaded; the rest is for new ids, so that it does not start afresh right away. */
const LOADED_SHARE_MAX = 0.75

export function createSeenDays(
  ledger: Pick<Ledger, 'usageIdsBetween'>,
  options: SeenDaysOptions,
): SeenDays {
  const { idsMax, daysMax, directIdsMax } = options
  const seen = createFingerprintSet()
  const loadedDays = new Set<number>()
  /** How many ids of a day that is not loaded were looked up one by one. */
  const directCounts = new Map<number, number>()
  /** Found no room in this memory: their ids are looked up until it starts afresh. */
  const skippedDays = new Set<number>()

  function startAfresh(): void {
    seen.clear()
    loadedDays.clear()
    directCounts.clear()
    skippedDays.clear()
  }

  function daysToLoad(counts: ReadonlyMap<number, number>): number[] {
    const days: number[] = []
    for (const [day, count] of counts) {
      if (loadedDays.has(day) || skippedDays.has(day)) continue
      const total = (directCounts.get(day) ?? 0) + count
      directCounts.set(day, total)
      if (total > directIdsMax) days.push(day)
    }
    return days
  }

  /** False where there was no room for all of them. */
  async function loadRange({ first, last }: DayRange): Promise<boolean> {
    const startMs = { from: first * DAY_MS, to: (last + 1) * DAY_MS }
    for await (const rows of ledger.usageIdsBetween(startMs)) {
      for (const row of rows) seen.add(row.usageId)
      if (seen.size > idsMax * LOADED_SHARE_MAX) return false
    }
    for (let day = first; day <= last; day += 1) loadedDays.add(day)
    return true
  }

  /** The latest day first: most of what comes is of it. */
  async function loadWhatFits(days: readonly number[]): Promise<void> {
    let hasRoom = true
    for (const day of days.toSorted((left, right) => right - left)) {
      hasRoom = hasRoom && (await loadRange({ first: day, last: day }))
      if (!hasRoom) skippedDays.add(day)
    }
  }

  return {
    async load(usages, settled) {
      if (seen.size + usages.length > idsMax || loadedDays.size > daysMax) {
        await settled
        startAfresh()
      }
      const days = daysToLoad(countDays(usages))
      for (const range of consecutive(days)) {
        if (await loadRange(range)) continue
        const rest = days.filter((day) => !loadedDays.has(day))
        if (loadedDays.size > 0 || rest.length === 1) {
          for (const day of rest) skippedDays.add(day)
        } else {
          // Days that came together fill the memory; one by one, some of them have room in it.
          await settled
          startAfresh()
          await loadWhatFits(rest)
        }
        return
      }
    },
    add(usage) {
      if (!seen.add(usage.usageId)) return 'seen'
      return loadedDays.has(dayOf(usage)) ? 'new' : 'unknown'
    },
  }
}

/** UTC day of the start. */
function dayOf(usage: Usage): number {
  return Math.floor(usage.startMs / DAY_MS)
}

/** Records come more or less in order of time, so runs of one day are counted before they are kept. */
function countDays(usages: readonly Usage[]): Map<number, number> {
  const counts = new Map<number, number>()
  let day = Number.NaN
  let run = 0
  const keep = () => {
    if (run > 0) counts.set(day, (counts.get(day) ?? 0) + run)
  }
  for (const usage of usages) {
    const next = dayOf(usage)
    if (next !== day) {
      keep()
      day = next
      run = 0
    }
    run += 1
  }
  keep()
  return counts
}

interface DayRange {
  readonly first: number
  last: number
}

function consecutive(days: readonly number[]): DayRange[] {
  const ranges: DayRange[] = []
  for (const day of days.toSorted((left, right) => left - right)) {
    const range = ranges.at(-1)
    if (range !== undefined && range.last + 1 === day) range.last = day
    else ranges.push({ first: day, last: day })
  }
  return ranges
}
