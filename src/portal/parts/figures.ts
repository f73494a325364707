/** Figures as pages show them. Money is shown in cents and added up exactly; the exact sum stands at the foot. */
import { html } from 'hono/html'
import { roundQuotient, MICROS_PER_CENT, type Micros } from '../../core/money/money.ts'
import type { LocaleFormat, QuantityUnit } from '../../core/text/locale-format.ts'
import type { AccountAsking, Html } from '../page.ts'
import { writtenDay } from './written-day.ts'

/** Of pages that are about no account, whose time zone it would be. */
export const HOME_TIME_ZONE = 'Europe/Amsterdam'

/** To whole cents, half up, as a column of a page shows it. */
export function centsOf(amount: Micros): Micros {
  return roundQuotient({
    numerator: amount,
    denominator: MICROS_PER_CENT,
    mode: 'half-up',
    times: MICROS_PER_CENT,
  })
}

/** Without the currency, for columns. The exact amount is what a pointer on it shows. */
export function moneyCell(amount: Micros, format: LocaleFormat): Html {
  return html`<td class="n money" title="€ ${format.exact(amount)}">
    ${format.cents(centsOf(amount))}
  </td>`
}

/** `label`: what it is, where a phone shows a row without the heads of its columns. */
export function numberCell(count: number, format: LocaleFormat, label: string): Html {
  return html`<td class="n" data-label="${label}">${count === 0 ? '' : format.count(count)}</td>`
}

/** Totals of a month of everybody are beyond what a number counts exactly: they come as bigint. */
export function quantityCell(
  quantity: bigint | number,
  unit: QuantityUnit,
  format: LocaleFormat,
  label: string,
): Html {
  const text = Number(quantity) === 0 ? '' : format.quantity(Number(quantity), unit)
  return html`<td class="n" data-label="${label}">${text}</td>`
}

/** The one big figure of a page: what stands before the cents is large. */
export function bigMoney(amount: Micros, format: LocaleFormat): Html {
  const text = format.amount(centsOf(amount))
  return html`<b class="big">${text.slice(0, -2)}<sub>${text.slice(-2)}</sub></b>`
}

export function momentText(ms: number, timeZone: string): string {
  if (!Number.isFinite(ms)) return ''
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(ms)
}

/** In the form of the reader's language, to the minute. */
export function localMoment(ms: number, timeZone: string, format: LocaleFormat): string {
  return localText(momentText(ms, timeZone), format)
}

/** `2026-10-05 10:00…`, as reports have a local time, in the form of a language. */
export function localText(local: string, format: LocaleFormat): string {
  const day = writtenDay(local.slice(0, 10))
  return day === undefined ? local : `${format.date(day)} ${local.slice(11, 16)}`
}

/** Up to when figures know what was used. */
export function freshText(
  { words, format, account }: AccountAsking,
  freshMs: number | undefined,
): string {
  if (freshMs === undefined) return ''
  return ` · ${words.view.fresh(localMoment(freshMs, account.timeZone, format))}`
}
