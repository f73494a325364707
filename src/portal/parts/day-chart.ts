/** Cost a day, the dear days in the accent, the period before as lines by the same day of the period. */
import { html } from 'hono/html'
import type { UsageOfDay } from '../../reports/usage-by-day.ts'
import type { AccountAsking, Html } from '../page.ts'
import { centsOf } from './figures.ts'

const WIDTH = 1_000
const HEIGHT = 120
const BASE = 100
/** A day is dear when it is more than this many times the mean of the days. */
const DEAR_TIMES = 2.5
/** Every fifth day has its number. */
const LABEL_STEP = 5

export interface Charted {
  readonly startDay: number
  readonly endDay: number
  readonly days: readonly UsageOfDay[]
  /** Of the period before, by the day that it begins. */
  readonly before: { readonly startDay: number; readonly days: readonly UsageOfDay[] }
}

export function dayChart(
  { words, format }: Pick<AccountAsking, 'words' | 'format'>,
  charted: Charted,
): Html | '' {
  const { startDay, endDay, days, before } = charted
  const count = endDay - startDay
  const amounts = byDay(days, startDay, count)
  const earlier = byDay(before.days, before.startDay, count)
  const most = Math.max(...amounts, ...earlier)
  if (most <= 0) return ''
  const mean = amounts.reduce((sum, amount) => sum + amount, 0) / count
  const step = WIDTH / count
  const height = (amount: number): number => rounded((Math.max(0, amount) / most) * (BASE - 8))
  const dearest = days.toSorted((left, right) => right.amountMicros - left.amountMicros)[0]
  const title =
    dearest === undefined
      ? ''
      : words.usage.dearest(format.date(dearest.day), format.amount(centsOf(dearest.amountMicros)))
  return html`<figure class="days">
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
      ${amounts.map((amount, index) => {
        const tall = height(amount)
        return html`<rect
          class="${amount > mean * DEAR_TIMES ? 'dear' : 'day'}"
          x="${rounded(index * step + step * 0.1)}"
          y="${rounded(BASE - tall)}"
          width="${rounded(step * 0.8)}"
          height="${tall}"
        />`
      })}
      ${earlier.map((amount, index) => {
        const y = rounded(BASE - height(amount))
        return amount <= 0
          ? ''
          : html`<line
              class="before"
              x1="${rounded(index * step)}"
              x2="${rounded(index * step + step)}"
              y1="${y}"
              y2="${y}"
            />`
      })}
      <line class="base" x1="0" x2="${WIDTH}" y1="${BASE}" y2="${BASE}" />
      ${amounts.map((_, index) =>
        index % LABEL_STEP === 0
          ? html`<text x="${rounded(index * step + step / 2)}" y="${HEIGHT - 4}">
              ${dayOfMonth(startDay + index)}
            </text>`
          : '',
      )}
    </svg>
    <figcaption>${title} <span class="key">${words.usage.beforeKey}</span></figcaption>
  </figure>`
}

function byDay(days: readonly UsageOfDay[], startDay: number, count: number): number[] {
  const amounts = Array.from({ length: count }, () => 0)
  for (const { day, amountMicros } of days) {
    const index = day - startDay
    if (index >= 0 && index < count) amounts[index] = amountMicros
  }
  return amounts
}

function dayOfMonth(day: number): number {
  return new Date(day * 86_400_000).getUTCDate()
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
