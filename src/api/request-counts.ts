/**
 * How much an address and a caller asked in this minute. Each process counts in memory and tells the others
 * through the operations store about once a second, so a limit holds across processes, late by that second,
 * and no request waits for it. While the store is away each counts for itself.
 */
import { systemClock, type Clock } from '../core/time/clock.ts'
import { countUp, forgetEndedCounts } from '../app/access/rate-counts-of.ts'
import type { Stores } from '../app/stores.ts'

const MINUTE_MS = 60_000
const TELL_EVERY_MS = 1_000
/** Addresses and callers of one minute; with more the oldest are forgotten. */
const KEYS_MAX = 100_000
const KEYS_TOLD_AT_ONCE_MAX = 5_000

export interface RequestCounts {
  /** Counts one more, and says how many there were with it. */
  next(key: string): { readonly count: number; readonly endsInMs: number }
  /** Tells the others now. */
  tell(): Promise<void>
}

interface Entry {
  count: number
  untold: number
}

export function createRequestCounts(
  stores: Pick<Stores, 'operations' | 'config'>,
  {
    clock = systemClock,
    isShared = stores.config.postgresUrl !== undefined,
  }: {
    readonly clock?: Clock
    /** Whether other processes can be there: not where the store is in a folder. */
    readonly isShared?: boolean
  } = {},
): RequestCounts {
  let minute = 0
  let entries = new Map<string, Entry>()
  let toldMs = clock.nowMs()
  let telling: Promise<void> | undefined

  async function tell(): Promise<void> {
    telling ??= tellOthers().finally(() => {
      telling = undefined
    })
    await telling
  }

  async function tellOthers(): Promise<void> {
    const of = minute
    const told = [...entries].filter(([, { untold }]) => untold > 0).slice(0, KEYS_TOLD_AT_ONCE_MAX)
    if (told.length === 0) return
    const added = told.map(([key, { untold }]) => ({ key: `${of} ${key}`, points: untold }))
    const counts = await countUp(stores, added, 2 * MINUTE_MS).catch(() => undefined)
    if (counts === undefined) return // What was not told is told with the next.
    for (const [index, [, entry]] of told.entries()) {
      entry.untold -= added[index]?.points ?? 0
      entry.count = Math.max(entry.count, (counts[index]?.points ?? 0) + entry.untold)
    }
  }

  function begin(of: number): void {
    minute = of
    entries = new Map()
    if (isShared) void forgetEndedCounts(stores).catch(() => undefined)
  }

  return {
    next(key) {
      const nowMs = clock.nowMs()
      const current = Math.floor(nowMs / MINUTE_MS)
      if (current !== minute) begin(current)
      const entry = entries.get(key) ?? { count: 0, untold: 0 }
      if (!entries.has(key)) {
        const [oldest] = entries.keys()
        if (entries.size >= KEYS_MAX && oldest !== undefined) entries.delete(oldest)
        entries.set(key, entry)
      }
      entry.count += 1
      entry.untold += 1
      if (isShared && nowMs - toldMs >= TELL_EVERY_MS) {
        toldMs = nowMs
        void tell()
      }
      return { count: entry.count, endsInMs: (minute + 1) * MINUTE_MS - nowMs }
    },
    tell,
  }
}
