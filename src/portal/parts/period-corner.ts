/** The period of a page, always in the same corner: its name and days, one step left and one right. */
import { html } from 'hono/html'
import { accountCalendar, periodsBeginningIn } from '../../core/time/account-calendar.ts'
import { systemClock } from '../../core/time/clock.ts'
import { dayToIso, type BillingPeriod } from '../../core/time/period.ts'
import type { AccountAsking, Html } from '../page.ts'

export interface ShownPeriod {
  /** As reports and balances take it: a month. */
  readonly month: string
  readonly period: BillingPeriod
  readonly isCurrent: boolean
}

/** The account's period that the address names, or the one that is running. */
export function periodOf({ account, query }: AccountAsking): ShownPeriod {
  const calendar = accountCalendar(account)
  const current = calendar.periodAt(systemClock.nowMs())
  const asked = /^20\d\d-(?:0[1-9]|1[0-2])$/.exec(query.get('period') ?? '')?.[0]
  const named = asked === undefined ? undefined : periodsBeginningIn(calendar, asked).at(-1)
  const period = named ?? current
  return { month: monthOf(period), period, isCurrent: period.startDay === current.startDay }
}

/** The period before a shown one. */
export function periodBefore({ account }: AccountAsking, { period }: ShownPeriod): ShownPeriod {
  const before = accountCalendar(account).periodAt(period.startMs - 1)
  return { month: monthOf(before), period: before, isCurrent: false }
}

export function periodCorner(asking: AccountAsking, shown: ShownPeriod): Html {
  const { account, words, format } = asking
  const calendar = accountCalendar(account)
  const before = calendar.periodAt(shown.period.startMs - 1)
  const after = calendar.periodAt(shown.period.endMs)
  const { startDay, endDay } = shown.period
  return html`<nav class="period" aria-label="${periodName(asking, shown)}">
    <a href="${addressOf(asking, { period: monthOf(before) })}" rel="prev" data-key="ArrowLeft"
      ><span aria-hidden="true">‹</span><span class="unseen">${words.period.before}</span></a
    >
    <span
      ><strong>${periodName(asking, shown)}</strong
      ><small>${format.days({ fromDay: startDay, toDay: endDay })}</small></span
    >
    ${
      shown.isCurrent
        ? html`<span class="end" aria-hidden="true">›</span>`
        : html`<a
            href="${addressOf(asking, { period: monthOf(after) })}"
            rel="next"
            data-key="ArrowRight"
            ><span aria-hidden="true">›</span><span class="unseen">${words.period.after}</span></a
          >`
    }
  </nav>`
}

export function periodName({ words }: AccountAsking, { month }: ShownPeriod): string {
  return monthName(words, month)
}

/** Of a month or a day as ISO writes it. */
export function monthName({ period }: AccountAsking['words'], iso: string): string {
  const [year = '', number = '1'] = iso.split('-')
  return `${period.months[Number(number) - 1] ?? ''} ${year}`
}

/** The address of the page with some of its query changed; undefined takes a part away. */
export function addressOf(
  { path, query }: Pick<AccountAsking, 'path' | 'query'>,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const changed = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') changed.delete(name)
    else changed.set(name, value)
  }
  const text = changed.toString()
  return text === '' ? path : `${path}?${text}`
}

/** A billing period is called by the month in which it begins. */
function monthOf({ startDay }: BillingPeriod): string {
  return dayToIso(startDay).slice(0, 7)
}
