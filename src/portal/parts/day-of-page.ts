/** The day that a page is of: of its address, or the last of the month that is over. */
import { html } from 'hono/html'
import { TikError } from '../../core/failures/errors.ts'
import { systemClock } from '../../core/time/clock.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'
import type { Html, OwnAsking } from '../page.ts'

/** Throws `usage_error` for what is no day. */
export function dayOfPage({ query }: Pick<OwnAsking, 'query'>, name = 'day'): number {
  const written = query.get(name) ?? ''
  if (written === '') {
    const today = new Date(systemClock.nowMs()).toISOString()
    return dayFromIso(`${today.slice(0, 7)}-01`) - 1
  }
  return readDay(written)
}

/** Throws `usage_error`. */
export function readDay(written: string): number {
  const isDay = /^20\d\d-\d\d-\d\d$/.test(written) && !Number.isNaN(Date.parse(written))
  if (!isDay) throw new TikError('usage_error', `"${written}" is no day such as 2026-10-31`)
  return dayFromIso(written)
}

/** Another day of the same page. `more` are further fields of the same form. */
export function dayForm(
  { words, path }: OwnAsking,
  {
    day,
    label,
    more = '',
  }: { readonly day: number; readonly label: string; readonly more?: Html | '' },
): Html {
  return html`<form method="get" action="${path}" class="row">
    <label>${label} <input type="date" name="day" value="${dayToIso(day)}" required /></label>
    ${more}
    <button class="plain">${words.usage.apply}</button>
  </form>`
}
