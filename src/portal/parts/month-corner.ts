/** The calendar month of a page of the provider, in the same corner as a customer's period. */
import { html } from 'hono/html'
import { systemClock } from '../../core/time/clock.ts'
import type { Html, OwnAsking } from '../page.ts'
import { addressOf } from './period-corner.ts'

/** The month of the address, or the one that is over. */
export function monthOf({ query }: OwnAsking, written = query.get('period') ?? ''): string {
  if (/^20\d\d-(?:0[1-9]|1[0-2])$/.test(written)) return written
  return monthShifted(new Date(systemClock.nowMs()).toISOString().slice(0, 7), -1)
}

export function monthShifted(month: string, months: number): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7)
}

export function monthName({ words }: Pick<OwnAsking, 'words'>, month: string): string {
  const [year = '', number = '1'] = month.split('-')
  return `${words.period.months[Number(number) - 1] ?? ''} ${year}`
}

export function monthCorner(asking: OwnAsking, month: string): Html {
  const { words } = asking
  const name = monthName(asking, month)
  const to = (months: number): string =>
    addressOf(asking, { period: monthShifted(month, months), cursor: undefined })
  return html`<nav class="period" aria-label="${name}">
    <a href="${to(-1)}" rel="prev" data-key="ArrowLeft"
      ><span aria-hidden="true">‹</span><span class="unseen">${words.period.before}</span></a
    >
    <strong>${name}</strong>
    <a href="${to(1)}" rel="next" data-key="ArrowRight"
      ><span aria-hidden="true">›</span><span class="unseen">${words.period.after}</span></a
    >
  </nav>`
}
