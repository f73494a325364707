/** How much of something is used: a bar with a mark at 100 % that goes on beyond it, and words beside it. */
import { html } from 'hono/html'
import type { BundleBalance } from '../../balances/bundle-balance.ts'
import { micros } from '../../core/money/money.ts'
import type { LocaleFormat } from '../../core/text/locale-format.ts'
import type { AccountAsking, Html } from '../page.ts'
import { centsOf } from './figures.ts'

/** From here on a bundle is nearly used: the level at which its warning goes out. */
const NEAR_PERCENT = 80
/** What is beyond this looks the same: the words say how much it is. */
const SHOWN_PERCENT_MAX = 200

export function bundleMeter(asking: AccountAsking, bundle: BundleBalance): Html {
  const { words, format, language } = asking
  const { used, amount, remaining, above, percent, mark, unit, names } = bundle
  const name = names[language]
  if (percent === undefined) {
    return html`<div class="m">
      <span class="w">${name} ∞ ${words.mobile.unlimited}, ${amountText(used, unit, format)}</span>
    </div>`
  }
  const state =
    mark === 'red' ? 'over' : mark === 'yellow' ? 'share' : percent >= NEAR_PERCENT ? 'near' : ''
  const word =
    mark === 'none' ? (state === 'near' ? words.mobile.near : '') : words.mobile.marks[mark]
  const rest =
    above > 0
      ? words.mobile.above(amountText(above, unit, format))
      : words.mobile.remaining(amountText(remaining, unit, format))
  return html`<div class="m ${state}">
    <span class="w"
      >${name}
      ${words.mobile.used(amountText(used, unit, format), amountText(amount, unit, format))}</span
    >
    ${bar(percent)}
    <span class="w">${percent} % · ${rest} ${word === '' ? '' : html`<em>${word}</em>`}</span>
  </div>`
}

/** Drawn with its numbers as attributes: the policy of our pages takes no style from within a page. */
function bar(percent: number): Html {
  const shown = Math.min(percent, SHOWN_PERCENT_MAX)
  const full = Math.max(100, shown)
  const at = (value: number): number => Math.round((value / full) * 1_000) / 10
  return html`<svg class="t" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width="100" height="4" />
    <rect class="fill" width="${at(Math.min(shown, 100))}" height="4" />
    ${
      shown > 100
        ? html`<rect class="beyond" x="${at(100)}" width="${100 - at(100)}" height="4" />
            <line class="mark" x1="${at(100)}" x2="${at(100)}" y1="0" y2="4" />`
        : ''
    }
  </svg>`
}

export function amountText(count: number, unit: string, format: LocaleFormat): string {
  if (!Number.isFinite(count)) return '∞'
  if (unit === 'money') return format.amount(centsOf(micros(count)))
  if (unit === 'second' || unit === 'byte' || unit === 'message')
    return format.usedOfLimit(count, unit)
  return format.count(count)
}
