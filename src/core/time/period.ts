/**
 * Billing periods and local days. A period is half open [startMs, endMs) in the account's time zone
 * and begins on its anchor day (1-28). Boundaries are computed once per period with the zone's DST
 * rules and then looked up, so the cost per record is a comparison.
 */
import { Temporal } from 'temporal-polyfill'
import { isWithin } from './validity.ts'

export interface BillingPeriod {
  /** Local date of the first day, in days since 1970-01-01: the key of the period everywhere. */
  readonly startDay: number
  /** First local day of the next period. */
  readonly endDay: number
  readonly startMs: number
  readonly endMs: number
}

export interface BillingCalendar {
  readonly timeZone: string
  readonly anchorDay: number
  /** The period that holds the instant. Repeated calls for one period cost a comparison. */
  periodAt(instantMs: number): BillingPeriod
  periodStarting(startDay: number): BillingPeriod
  /** Local day of the instant, and that day's bounds. */
  dayAt(instantMs: number): {
    readonly day: number
    readonly startMs: number
    readonly endMs: number
  }
  timeZoneAt(instantMs: number): string
  /** First instant of a local day. */
  dayStartMs(day: number): number
}

const DAY_MS = 86_400_000
/** Years of which the ledger can hold every day, period and instant. */
const RATABLE_FROM_MS = Date.UTC(1971, 0, 1)
const RATABLE_TO_MS = Date.UTC(2149, 0, 1)
const calendars = new Map<string, BillingCalendar>()

/** One shared calendar for each (time zone, anchor day). Throws RangeError on an unknown zone. */
export function billingCalendar(timeZone: string, anchorDay: number): BillingCalendar {
  const key = `${timeZone}|${anchorDay}`
  const known = calendars.get(key)
  if (known !== undefined) return known
  const created = createCalendar(timeZone, anchorDay)
  calendars.set(key, created)
  return created
}

/** Whether a usage can start then: a whole millisecond in the years of the ledger. */
export function isRatableTime(instantMs: number): boolean {
  return (
    Number.isSafeInteger(instantMs) && instantMs >= RATABLE_FROM_MS && instantMs < RATABLE_TO_MS
  )
}

/** '2026-10-01' → days since 1970-01-01. Throws RangeError when it is no date. */
export function dayFromIso(isoDate: string): number {
  return epochDay(Temporal.PlainDate.from(isoDate))
}

export function dayToIso(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The same day of the next month, or its last: where a month that begins on the day ends. */
export function monthAfter(day: number): number {
  let after = monthsAfter.get(day)
  if (after === undefined) {
    after = epochDay(Temporal.PlainDate.from(dayToIso(day)).add({ months: 1 }))
    if (monthsAfter.size >= MONTHS_KEPT_MAX) monthsAfter.clear()
    monthsAfter.set(day, after)
  }
  return after
}

/** Every fee of an invoice asks for the end of the same few months. */
const monthsAfter = new Map<number, number>()
const MONTHS_KEPT_MAX = 10_000

/** First instant of a local day, by the zone's rules (a day without midnight starts later). */
export function dayStartMs(day: number, timeZone: string): number {
  return Temporal.PlainDate.from(dayToIso(day)).toZonedDateTime(timeZone).epochMilliseconds
}

function createCalendar(timeZone: string, anchorDay: number): BillingCalendar {
  const periods = new Map<number, BillingPeriod>()
  const days = new Map<number, { day: number; startMs: number; endMs: number }>()
  let lastPeriod: BillingPeriod = { startDay: 0, endDay: 0, startMs: 0, endMs: 0 }
  let lastDay = { day: 0, startMs: 0, endMs: 0 }

  function periodStarting(startDay: number): BillingPeriod {
    let period = periods.get(startDay)
    if (period === undefined) {
      const endDay = monthAfter(startDay)
      const startMs = dayStartMs(startDay, timeZone)
      period = { startDay, endDay, startMs, endMs: dayStartMs(endDay, timeZone) }
      periods.set(startDay, period)
    }
    return period
  }

  return {
    timeZone,
    anchorDay,
    periodStarting,
    timeZoneAt: () => timeZone,
    dayStartMs: (day) => dayStartMs(day, timeZone),
    periodAt(instantMs) {
      if (isWithin(instantMs, lastPeriod.startMs, lastPeriod.endMs)) return lastPeriod
      for (const period of periods.values()) {
        if (isWithin(instantMs, period.startMs, period.endMs)) return (lastPeriod = period)
      }
      const local = localDate(instantMs, timeZone)
      const anchored = local.with({ day: anchorDay })
      const start = local.day >= anchorDay ? anchored : anchored.subtract({ months: 1 })
      return (lastPeriod = periodStarting(epochDay(start)))
    },
    dayAt(instantMs) {
      if (isWithin(instantMs, lastDay.startMs, lastDay.endMs)) return lastDay
      // A local day begins on the UTC day of the same number, or on the one before or after it.
      const utcDay = Math.floor(instantMs / DAY_MS)
      for (let guess = utcDay - 1; guess <= utcDay + 1; guess += 1) {
        const known = days.get(guess)
        if (known !== undefined && isWithin(instantMs, known.startMs, known.endMs)) {
          return (lastDay = known)
        }
      }
      const day = epochDay(localDate(instantMs, timeZone))
      lastDay = { day, startMs: dayStartMs(day, timeZone), endMs: dayStartMs(day + 1, timeZone) }
      days.set(day, lastDay)
      return lastDay
    },
  }
}

function localDate(instantMs: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(instantMs)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
}

function epochDay(date: Temporal.PlainDate): number {
  return Date.UTC(date.year, date.month - 1, date.day) / DAY_MS
}
