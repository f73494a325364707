/**
 * Which usage a report is about, in time: `current`, a billing period such as `2026-10`, or dates
 * `2026-10-01..2026-10-15` (both inclusive, by start). The only place that reads a period's text.
 */
import { TikError } from '../core/failures/errors.ts'
import { billingCalendar, dayFromIso, dayStartMs, dayToIso } from '../core/time/period.ts'

/**
 * Billing periods by their first day, so that accounts with any anchor day are in; or starts within
 * [fromMs, toMs). Days are counted from 1970-01-01, `toDay` is included.
 */
export type PeriodFilter =
  | {
      readonly kind: 'periods'
      readonly fromDay: number
      readonly toDay: number
      readonly label: string
    }
  | {
      readonly kind: 'starts'
      readonly fromMs: number
      readonly toMs: number
      readonly label: string
    }

/**
 * Reads a period. `timeZone` is the account's, or the reader's when there are many accounts. Throws
 * `usage_error` when it is none of the three forms or is no date.
 */
export function parsePeriod(
  text: string,
  context: { readonly timeZone: string; readonly nowMs: number },
): PeriodFilter {
  if (text === 'current') return currentPeriod(context)
  const month = /^(\d{4})-(\d{2})$/.exec(text)
  if (month !== null) return periodsOfMonth(text)
  const dates = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(text)
  if (dates !== null) return startsBetween(dates[1] ?? '', dates[2] ?? '', context.timeZone)
  throw new TikError('usage_error', `"${text}" is not a period`, { hint: FORMS })
}

const FORMS = 'write current, a billing period such as 2026-10, or 2026-10-01..2026-10-15'

/** Every account has one period that began in the month up to today: its current one. */
function currentPeriod(context: { timeZone: string; nowMs: number }): PeriodFilter {
  const today = billingCalendar(context.timeZone, 1).dayAt(context.nowMs).day
  return { kind: 'periods', fromDay: sameDayLastMonth(today) + 1, toDay: today, label: 'current' }
}

/** Anchors end at 28, so a day that last month lacks stands for its last day. */
function sameDayLastMonth(day: number): number {
  const [year = 0, month = 0, ofMonth = 0] = dayToIso(day).split('-').map(Number)
  const lastOfPrevious = Date.UTC(year, month - 1, 0) / 86_400_000
  const previousLength = new Date(lastOfPrevious * 86_400_000).getUTCDate()
  return lastOfPrevious - previousLength + Math.min(ofMonth, previousLength)
}

function periodsOfMonth(month: string): PeriodFilter {
  const fromDay = dateOf(`${month}-01`)
  const [year = 0, number = 0] = month.split('-').map(Number)
  return { kind: 'periods', fromDay, toDay: Date.UTC(year, number, 0) / 86_400_000, label: month }
}

function startsBetween(first: string, last: string, timeZone: string): PeriodFilter {
  const fromDay = dateOf(first)
  const toDay = dateOf(last)
  if (toDay < fromDay) {
    throw new TikError('usage_error', `${first} is after ${last}`, { hint: FORMS })
  }
  return {
    kind: 'starts',
    fromMs: dayStartMs(fromDay, timeZone),
    toMs: dayStartMs(toDay + 1, timeZone),
    label: `${first}..${last}`,
  }
}

function dateOf(text: string): number {
  try {
    return dayFromIso(text)
  } catch (error) {
    throw new TikError('usage_error', `${text} is not a date`, { cause: error, hint: FORMS })
  }
}
