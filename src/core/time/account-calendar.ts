/**
 * The billing calendar of an account whose anchor day, time zone or partner changed: what held
 * before holds up to a boundary, and a bridging period leads from there to the next anchor day.
 * Periods, and the days in them, tile time: each instant is in one, whatever changed how often.
 */
import type { Account, BillingTerms, EarlierTerms } from '../accounts/accounts.ts'
import { billingCalendar, type BillingCalendar, type BillingPeriod } from './period.ts'
import { isWithin } from './validity.ts'

type Termed = BillingTerms & Pick<Account, 'earlierTerms'>

const calendars = new Map<string, BillingCalendar>()

/** One shared calendar for each history of terms. */
export function accountCalendar(account: Termed): BillingCalendar {
  const { earlierTerms, timeZone, anchorDay } = account
  if (earlierTerms.length === 0) return billingCalendar(timeZone, anchorDay)
  const history = earlierTerms.map((each) => [each.timeZone, each.anchorDay, each.toDay])
  const key = JSON.stringify([history, timeZone, anchorDay])
  let calendar = calendars.get(key)
  if (calendar === undefined) calendars.set(key, (calendar = createCalendar(stretchesOf(account))))
  return calendar
}

/** Under whom, when and where the account is billed at an instant. */
export function termsAt(account: Termed, instantMs: number): BillingTerms {
  return stretchesOf(account).findLast((each) => each.fromMs <= instantMs)?.terms ?? account
}

/** The account's periods that begin in a month such as 2026-10: one, or two about a change of anchor. */
export function periodsBeginningIn(calendar: BillingCalendar, month: string): BillingPeriod[] {
  const [year = 0, number = 0] = month.split('-').map((part) => Number.parseInt(part, 10))
  const fromDay = Date.UTC(year, number - 1, 1) / DAY_MS
  const toDay = Date.UTC(year, number, 1) / DAY_MS
  const periods: BillingPeriod[] = []
  let period = calendar.periodAt(calendar.dayStartMs(fromDay))
  while (period.startDay < toDay) {
    if (period.startDay >= fromDay) periods.push(period)
    period = calendar.periodAt(period.endMs)
  }
  return periods
}

const DAY_MS = 86_400_000

/** A stretch of time in which the terms stay the same. */
interface Stretch {
  readonly terms: BillingTerms
  readonly calendar: BillingCalendar
  /** Its first local day and instant; -Infinity for the first. */
  readonly fromDay: number
  readonly fromMs: number
}

function stretchesOf(account: Termed): Stretch[] {
  const stretches: Stretch[] = []
  let [fromDay, fromMs] = [-Infinity, -Infinity]
  for (const terms of [...account.earlierTerms, account]) {
    const calendar = billingCalendar(terms.timeZone, terms.anchorDay)
    stretches.push({ terms, calendar, fromDay, fromMs })
    if (!isEarlier(terms)) break
    fromDay = terms.toDay
    fromMs = calendar.dayStartMs(terms.toDay)
  }
  return stretches
}

function isEarlier(terms: BillingTerms): terms is EarlierTerms {
  return 'toDay' in terms
}

function createCalendar(stretches: readonly Stretch[]): BillingCalendar {
  const last = stretches.at(-1)
  if (last === undefined) throw new RangeError('an account has terms')
  const bridges = stretches.map(bridgeOf)
  let lastPeriod: BillingPeriod = { startDay: 0, endDay: 0, startMs: 0, endMs: 0 }

  const indexAt = (instantMs: number): number =>
    stretches.findLastIndex((each) => each.fromMs <= instantMs)
  const indexOfDay = (day: number): number => stretches.findLastIndex((each) => each.fromDay <= day)

  return {
    timeZone: last.calendar.timeZone,
    anchorDay: last.calendar.anchorDay,
    periodAt(instantMs) {
      if (isWithin(instantMs, lastPeriod.startMs, lastPeriod.endMs)) return lastPeriod
      const index = indexAt(instantMs)
      const bridge = bridges[index]
      const isBridge = bridge !== undefined && instantMs < bridge.endMs
      const period = isBridge ? bridge : (stretches[index] ?? last).calendar.periodAt(instantMs)
      return (lastPeriod = endingBefore(stretches[index + 1], period))
    },
    periodStarting(startDay) {
      const index = indexOfDay(startDay)
      const bridge = bridges[index]
      if (bridge?.startDay === startDay) return endingBefore(stretches[index + 1], bridge)
      const period = (stretches[index] ?? last).calendar.periodStarting(startDay)
      return endingBefore(stretches[index + 1], period)
    },
    dayAt(instantMs) {
      const { calendar, fromDay, fromMs } = stretches[indexAt(instantMs)] ?? last
      const next = stretches[indexAt(instantMs) + 1]
      const local = calendar.dayAt(instantMs)
      // About a change of zone a day can be longer or shorter; none is there twice.
      const day = Math.max(local.day, fromDay)
      const startMs = day === fromDay ? fromMs : Math.max(fromMs, local.startMs)
      const endMs = day === local.day ? local.endMs : calendar.dayStartMs(day + 1)
      return { day, startMs, endMs: Math.min(endMs, next?.fromMs ?? Infinity) }
    },
    timeZoneAt: (instantMs) => (stretches[indexAt(instantMs)] ?? last).calendar.timeZone,
    dayStartMs(day) {
      const { calendar, fromDay, fromMs } = stretches[indexOfDay(day)] ?? last
      return day === fromDay ? fromMs : Math.max(fromMs, calendar.dayStartMs(day))
    },
  }
}

/** A boundary is the end of a period; where it was put elsewhere, the period ends there. */
function endingBefore(next: Stretch | undefined, period: BillingPeriod): BillingPeriod {
  if (next === undefined || period.endMs <= next.fromMs) return period
  return { ...period, endDay: next.fromDay, endMs: next.fromMs }
}

/** From the boundary to the first anchor day after it; undefined where that begins a month anyway. */
function bridgeOf({ calendar, fromDay, fromMs }: Stretch): BillingPeriod | undefined {
  if (fromDay === -Infinity) return undefined
  let period = calendar.periodAt(calendar.dayStartMs(fromDay))
  // Two zones can be a day apart: an anchor day that began before the boundary is no end of it.
  while (period.endMs <= fromMs) period = calendar.periodAt(period.endMs)
  return { startDay: fromDay, endDay: period.endDay, startMs: fromMs, endMs: period.endMs }
}
