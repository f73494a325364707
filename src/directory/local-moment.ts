/** Dates and moments as people write them, local to an account, as instants. */
import { Temporal } from 'temporal-polyfill'
import type { Validity } from '../core/accounts/accounts.ts'

/**
 * "2026-03-01" (its first instant) or "2026-03-01T14:30" → epoch milliseconds. A time that the
 * change to summer time skips is moved forward; one that comes twice means the first.
 * Throws RangeError when there is no such date.
 */
export function localMomentMs(text: string, timeZone: string): number {
  if (text.length === 10) {
    return Temporal.PlainDate.from(text).toZonedDateTime(timeZone).epochMilliseconds
  }
  return Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds
}

/** Half-open validity; without `from` it starts at `defaultFromMs`, without `to` it stays open. */
export function validityOf(
  written: { from?: string | undefined; to?: string | undefined },
  timeZone: string,
  defaultFromMs: number,
): Validity {
  return {
    fromMs: written.from === undefined ? defaultFromMs : localMomentMs(written.from, timeZone),
    toMs: written.to === undefined ? Infinity : localMomentMs(written.to, timeZone),
  }
}

export function isLocalMoment(text: string): boolean {
  return succeeds(() => localMomentMs(text, 'UTC'))
}

export function isTimeZone(name: string): boolean {
  return succeeds(() => localMomentMs('2026-01-01', name))
}

function succeeds(attempt: () => number): boolean {
  try {
    return Number.isFinite(attempt())
  } catch {
    return false
  }
}
