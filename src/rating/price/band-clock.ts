/**
 * Which time band of a rate holds when: the bands of a local day as stretches of instants, computed
 * once a day with the zone's clock changes and the country's holidays, then looked up.
 */
import { Temporal } from 'temporal-polyfill'
import type { TimeBand } from '../../catalogue/catalogue.ts'
import type { BillingCalendar } from '../../core/time/period.ts'
import { isWithin } from '../../core/time/validity.ts'

export interface BandClock {
  /** The stretch that holds the instant; the same object until another stretch is asked for. */
  stretchAt(instantMs: number): BandStretch
}

export interface BandStretch {
  readonly fromMs: number
  readonly toMs: number
  /** Index of the price table: 0 outside of all bands, n + 1 in band n. */
  readonly table: number
}

const MINUTE_MS = 60_000
const DAY_MINUTES = 1440
const SUNDAY = 7
const HOLIDAY = 8
const DAYS_KEPT_MAX = 400

/**
 * Bands are tried in their order; `isHoliday` says it of a local day (days since 1970-01-01). On a
 * holiday the bands of Sundays hold, or those for holidays where the rate has any.
 */
export function createBandClock(
  bands: readonly TimeBand[],
  calendar: BillingCalendar,
  isHoliday: (day: number) => boolean,
): BandClock {
  const days = new Map<number, BandStretch[]>()
  const holidaysAre = bands.some((band) => band.days.includes(HOLIDAY)) ? HOLIDAY : SUNDAY
  let last: BandStretch = { fromMs: 0, toMs: 0, table: 0 }

  function stretchesOf(local: { day: number; startMs: number; endMs: number }): BandStretch[] {
    let stretches = days.get(local.day)
    if (stretches === undefined) {
      const dayKind = isHoliday(local.day) ? holidaysAre : weekday(local.day)
      const ofDay = bands.map((band) => (band.days.includes(dayKind) ? band : undefined))
      stretches = evenParts(local, calendar.timeZoneAt(local.startMs)).flatMap((part) =>
        stretchesIn(part, ofDay),
      )
      if (days.size >= DAYS_KEPT_MAX) days.clear()
      days.set(local.day, stretches)
    }
    return stretches
  }

  return {
    stretchAt(instantMs) {
      if (isWithin(instantMs, last.fromMs, last.toMs)) return last
      for (const stretch of stretchesOf(calendar.dayAt(instantMs))) {
        if (instantMs < stretch.toMs) return (last = stretch)
      }
      throw new RangeError(`no stretch of the day holds ${instantMs}`)
    },
  }
}

/** A piece of a day in which the local clock runs evenly from `startMinute`. */
interface EvenPart {
  readonly startMs: number
  readonly endMs: number
  readonly startMinute: number
}

/** One part, or two on a day when the clock is changed. */
function evenParts(
  local: { startMs: number; endMs: number },
  timeZone: string,
): [EvenPart, ...EvenPart[]] {
  const start = Temporal.Instant.fromEpochMilliseconds(local.startMs).toZonedDateTimeISO(timeZone)
  const change = start.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity
  const first = { ...local, startMinute: minuteOfDay(start) }
  if (change >= local.endMs) return [first]
  const later = Temporal.Instant.fromEpochMilliseconds(change).toZonedDateTimeISO(timeZone)
  return [
    { ...first, endMs: change },
    { startMs: change, endMs: local.endMs, startMinute: minuteOfDay(later) },
  ]
}

function minuteOfDay({ hour, minute }: Temporal.ZonedDateTime): number {
  return hour * 60 + minute
}

/** Cuts a part at every minute where some band begins or ends. */
function stretchesIn(part: EvenPart, bands: readonly (TimeBand | undefined)[]): BandStretch[] {
  const endMinute = part.startMinute + (part.endMs - part.startMs) / MINUTE_MS
  const cuts = bands
    .flatMap((band) => (band === undefined ? [] : [band.fromMinute, band.toMinute]))
    .filter((minute) => isWithin(minute, part.startMinute, endMinute))
  const starts = [...new Set([part.startMinute, ...cuts])].sort((left, right) => left - right)
  const instantOf = (minute: number): number =>
    part.startMs + (minute - part.startMinute) * MINUTE_MS
  return starts.map((minute, index) => {
    const next = starts[index + 1]
    return {
      fromMs: instantOf(minute),
      toMs: next === undefined ? part.endMs : instantOf(next),
      table: 1 + bands.findIndex((band) => band !== undefined && holdsAt(band, minute)),
    }
  })
}

/** A band from 18:00 to 08:00 holds in the evening and in the early morning of its days. */
function holdsAt(band: TimeBand, minute: number): boolean {
  const time = minute % DAY_MINUTES
  return band.fromMinute <= band.toMinute
    ? isWithin(time, band.fromMinute, band.toMinute)
    : !isWithin(time, band.toMinute, band.fromMinute)
}

/** 1 = Monday … 7 = Sunday. 1970-01-01 was a Thursday. */
function weekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}
