/** One local day as exchanges print it: seconds since its midnight ↔ clock, with the change of clocks. */
import { dayStartMs, dayToIso } from '../core/time/period.ts'

export interface LocalDay {
  /** Days since 1970-01-01. */
  readonly day: number
  /** 'YYYY-MM-DD' and 'DD-MM-YYYY'. */
  readonly date: string
  readonly dutchDate: string
  /** 1-31, and 1 = Monday … 7 = Sunday. */
  readonly dayOfMonth: number
  readonly weekday: number
  readonly startMs: number
  /** 90,000 when the clocks go back, 82,800 when they go forward. */
  readonly lengthSeconds: number
  /** Clock at a second since midnight, 'HH:MM:SS'; an hour comes twice when the clocks go back. */
  clockAt(second: number): string
}

const DAY_SECONDS = 86_400
const HOUR_SECONDS = 3_600
const TWO_DIGITS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'))

/** `day` in days since 1970-01-01. */
export function localDay(day: number, timeZone: string): LocalDay {
  const startMs = dayStartMs(day, timeZone)
  const lengthSeconds = (dayStartMs(day + 1, timeZone) - startMs) / 1_000
  const shiftSeconds = DAY_SECONDS - lengthSeconds
  // In the European Union the clocks change at 01:00 UTC: 03:00 becomes 02:00, or 02:00 becomes 03:00.
  const shiftedFrom = shiftSeconds < 0 ? 3 * HOUR_SECONDS : 2 * HOUR_SECONDS
  const date = dayToIso(day)
  const [year = '', month = '', dayOfMonth = ''] = date.split('-')
  return {
    day,
    date,
    dutchDate: `${dayOfMonth}-${month}-${year}`,
    dayOfMonth: Number.parseInt(dayOfMonth, 10),
    weekday: ((day + 3) % 7) + 1, // 1970-01-01 was a Thursday.
    startMs,
    lengthSeconds,
    clockAt(second) {
      const clock = second >= shiftedFrom ? second + shiftSeconds : second
      const hour = Math.floor(clock / HOUR_SECONDS)
      const minute = Math.floor((clock - hour * HOUR_SECONDS) / 60)
      return `${TWO_DIGITS[hour]}:${TWO_DIGITS[minute]}:${TWO_DIGITS[clock % 60]}`
    },
  }
}
