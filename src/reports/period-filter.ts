/**
 * Which usage a report is about, in time: `current`, a billing period such as `2026-10` or several of them
 * (`2026-01..2026-12`, `last-6`), or dates `2026-10-01..2026-10-15` (both inclusive, by start). The only
 * place that reads a period's text.
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
 * `usage_error` when it is none of the forms or is no date.
 */
export function parsePeriod(
  text: string,
  context: { readonly timeZone: string; readonly nowMs: number },
): PeriodFilter {
  if (text === 'current') return lastPeriods(1, text, context)
  const last = /^last-([1-9]\d?)$/.exec(text)
  if (last !== null) return lastPeriods(Number(last[1]), text, context)
  const months = /^(\d{4}-\d{2})(?:\.\.(\d{4}-\d{2}))?$/.exec(text)
  if (months !== null) return periodsOfMonths(months[1] ?? '', months[2] ?? months[1] ?? '', text)
  const dates = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(text)
  if (dates !== null) return startsBetween(dates[1] ?? '', dates[2] ?? '', context.timeZone)
  throw new TikError('usage_error', `"${text}" is not a period`, { hint: FORMS })
}

const FORMS =
  'write current, last-6, a billing period such as 2026-10, several as 2026-01..2026-12, or 2026-10-01..2026-10-15'

/** Every account has one period that began in the month up to today: its current one. */
function lastPeriods(
  count: number,
  label: string,
  context: { timeZone: string; nowMs: number },
): PeriodFilter {
  const today = billingCalendar(context.timeZone, 1).dayAt(context.nowMs).day
  return { kind: 'periods', fromDay: sameDayBefore(today, count) + 1, toDay: today, label }
}

/** Anchors end at 28, so a day that a month lacks stands for its last day. */
function sameDayBefore(day: number, months: number): number {
  const [year = 0, month = 0, ofMonth = 0] = dayToIso(day).split('-').map(Number)
  const lastDay = Date.UTC(year, month - months, 0) / 86_400_000
  const length = new Date(lastDay * 86_400_000).getUTCDate()
  return lastDay - length + Math.min(ofMonth, length)
}

function periodsOfMonths(first: string, last: string, label: string): PeriodFilter {
  const fromDay = dateOf(`${first}-01`)
  const [year = 0, number = 0] = last.split('-').map(Number)
  dateOf(`${last}-01`)
  const toDay = Date.UTC(year, number, 0) / 86_400_000
  if (toDay < fromDay) {
    throw new TikError('usage_error', `${first} is after ${last}`, { hint: FORMS })
  }
  return { kind: 'periods', fromDay, toDay, label }
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
