/**
 * Local wall-clock times to instants, by the zone's own rules. Most sources print local time without
 * an offset, so this runs for every record: the offset is looked up once for each local hour, and
 * only the hours around a change of the clock are worked out one by one.
 *
 * A time that the clock skipped (spring) is no moment: NaN. A time that came twice (autumn) is the
 * first of the two (summer time) unless the caller knows an instant that it cannot precede.
 */
import { Temporal } from 'temporal-polyfill'

export interface LocalClock {
  /**
   * @param localMs the wall-clock reading as if it were UTC, in epoch milliseconds
   * @param notBeforeMs of two candidates, the first that is not before this instant
   * @returns UTC epoch milliseconds, or NaN when the reading never happened
   */
  instantAt(localMs: number, notBeforeMs?: number): number
}

const HOUR_MS = 3_600_000
const QUARTER_MS = 900_000
/** About fourteen months of hours; the cache starts anew beyond it. */
const HOURS_CACHED_MAX = 10_000
/** Years outside are misread fields, and the zone's rules say nothing about them. */
const EARLIEST_MS = Date.UTC(1970, 0, 1)
const LATEST_MS = Date.UTC(2200, 0, 1)

const utcClock: LocalClock = {
  instantAt: (localMs) => (localMs >= EARLIEST_MS && localMs < LATEST_MS ? localMs : Number.NaN),
}

const clocks = new Map<string, LocalClock>()

/**
 * The one clock of the zone, so that each file finds the hours that others worked out. Throws
 * RangeError on an unknown zone.
 */
export function localClock(timeZone: string): LocalClock {
  let clock = clocks.get(timeZone)
  if (clock === undefined) {
    clock = timeZone === 'UTC' ? utcClock : createLocalClock(timeZone)
    clocks.set(timeZone, clock)
  }
  return clock
}

function createLocalClock(timeZone: string): LocalClock {
  Temporal.PlainDateTime.from('2026-01-01').toZonedDateTime(timeZone)
  /** Offset of each local hour; NaN where the clock changes within it or it is ambiguous. */
  const offsets = new Map<number, number>()
  let lastHour = Number.NaN
  let lastOffsetMs = Number.NaN

  function offsetOfHour(hour: number): number {
    let offsetMs = offsets.get(hour)
    if (offsetMs === undefined) {
      if (offsets.size >= HOURS_CACHED_MAX) offsets.clear()
      offsetMs = steadyOffsetMs(hour * HOUR_MS, timeZone)
      offsets.set(hour, offsetMs)
    }
    return offsetMs
  }

  return {
    instantAt(localMs, notBeforeMs) {
      if (!(localMs >= EARLIEST_MS && localMs < LATEST_MS)) return Number.NaN
      const hour = Math.floor(localMs / HOUR_MS)
      if (hour !== lastHour) {
        lastOffsetMs = offsetOfHour(hour)
        lastHour = hour
      }
      if (!Number.isNaN(lastOffsetMs)) return localMs - lastOffsetMs
      return instantAtChange(localMs, timeZone, notBeforeMs)
    },
  }
}

function candidates(localMs: number, timeZone: string): { earlierMs: number; laterMs: number } {
  const reading = Temporal.Instant.fromEpochMilliseconds(localMs)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime()
  const inZone = (disambiguation: 'earlier' | 'later') =>
    reading.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds
  return { earlierMs: inZone('earlier'), laterMs: inZone('later') }
}

/** The one offset that holds for every moment of the local hour, else NaN. */
function steadyOffsetMs(hourStartMs: number, timeZone: string): number {
  let offsetMs = Number.NaN
  for (let at = hourStartMs; at <= hourStartMs + HOUR_MS; at += QUARTER_MS) {
    const readingMs = Math.min(at, hourStartMs + HOUR_MS - 1)
    const { earlierMs, laterMs } = candidates(readingMs, timeZone)
    if (earlierMs !== laterMs) return Number.NaN
    if (at > hourStartMs && readingMs - earlierMs !== offsetMs) return Number.NaN
    offsetMs = readingMs - earlierMs
  }
  return offsetMs
}

function instantAtChange(localMs: number, timeZone: string, notBeforeMs = -Infinity): number {
  const { earlierMs, laterMs } = candidates(localMs, timeZone)
  if (earlierMs === laterMs) return earlierMs
  const offsetAtEarlierMs = offsetAt(earlierMs, timeZone)
  if (earlierMs + offsetAtEarlierMs !== localMs) return Number.NaN // Skipped by the clock.
  return earlierMs >= notBeforeMs ? earlierMs : laterMs
}

function offsetAt(instantMs: number, timeZone: string): number {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone)
  return zoned.offsetNanoseconds / 1_000_000
}
