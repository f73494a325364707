/** The first page of an account: cost so far, the newest invoice, and what needs attention. */
import { html } from 'hono/html'
import { invoicesOf } from '../../app/billing/invoice-archive.ts'
import { balancesOf } from '../../app/usage/balances-of.ts'
import type { AccountBalances } from '../../balances/account-balances.ts'
import type { InvoiceSummary } from '../../invoicing/run/billing.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { freshUntil } from '../../app/usage/fresh-until.ts'
import type { Micros } from '../../core/money/money.ts'
import { sameDayBefore, whatWaits } from '../parts/overview-parts.ts'
import { bigMoney, centsOf, freshText } from '../parts/figures.ts'
import { limitTable } from '../parts/limit-table.ts'
import { bundleMeter } from '../parts/meter.ts'
import { periodCorner, periodOf } from '../parts/period-corner.ts'
import { addressOfInvoice } from './invoices.ts'

/** What is used less than this needs no attention. */
const ATTENTION_PERCENT = 80
const SHOWN_MAX = 12

export const overviewPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}',
  right: 'anybody',
  async show(asking) {
    const { ask, words, account, caller } = asking
    const { accountId } = account
    const shown = periodOf(asking)
    const period = shown.isCurrent ? 'current' : shown.month
    const [balances] = caller.rights.has('see-usage')
      ? await ask(balancesOf, { account: accountId, period })
      : []
    const [[newest], before, fresh, waits] = await Promise.all([
      caller.rights.has('see-invoices') ? ask(invoicesOf, { accountId }) : [],
      balances === undefined ? undefined : sameDayBefore(asking, shown),
      balances === undefined ? undefined : ask(freshUntil),
      whatWaits(asking),
    ])
    return {
      title: words.overview.title,
      corner: periodCorner(asking, shown),
      body: html`${balances === undefined ? '' : soFar(asking, balances, { before, fresh })}
      ${waits} ${newest === undefined ? '' : newestInvoice(asking, newest)}
      ${balances === undefined ? '' : attention(asking, balances)}`,
    }
  },
}

function soFar(
  asking: AccountAsking,
  balances: AccountBalances,
  { before, fresh }: { readonly before: Micros | undefined; readonly fresh: number | undefined },
): Html {
  const { words, format, account } = asking
  return html`<section>
    <h2>${words.overview.soFar}</h2>
    <p class="sum">
      <a href="/accounts/${encodeURIComponent(account.accountId)}/usage"
        >${bigMoney(balances.totalMicros, format)}</a
      >
      <span>${words.usage.exVat}${freshText(asking, fresh)}</span>
      ${
        before === undefined
          ? ''
          : html`<span>${words.view.sameDay(format.amount(centsOf(before)))}</span>`
      }
    </p>
  </section>`
}

function newestInvoice({ words, format }: AccountAsking, one: InvoiceSummary): Html {
  return html`<section>
    <h2>${words.overview.lastInvoice}</h2>
    <p>
      <a href="${addressOfInvoice(one)}">${one.number}</a> · ${one.period} ·
      ${format.amount(centsOf(one.grossMicros))} ·
      ${words.invoices.states[one.status] ?? one.status}
    </p>
  </section>`
}

function attention(asking: AccountAsking, balances: AccountBalances): Html {
  const { words } = asking
  const limits = balances.limits.filter(({ percent }) => percent >= ATTENTION_PERCENT)
  const whose = [
    ...balances.groups.map(({ name, bundles }) => ({ name, bundles })),
    ...balances.subscriptions.map(({ label, number, bundles }) => ({
      name: label === '' ? number : label,
      bundles,
    })),
  ]
  const bundles = whose
    .flatMap(({ name, bundles: all }) => all.map((bundle) => ({ name, bundle })))
    .filter(({ bundle }) => (bundle.percent ?? 0) >= ATTENTION_PERCENT)
    .toSorted((left, right) => (right.bundle.percent ?? 0) - (left.bundle.percent ?? 0))
    .slice(0, SHOWN_MAX)
  return html`<section>
    <h2>${words.overview.attention}</h2>
    ${limits.length === 0 && bundles.length === 0 ? html`<p>${words.overview.calm}</p>` : ''}
    ${limits.length === 0 ? '' : limitTable(asking, limits)}
    <div class="g3">
      ${bundles.map(
        ({ name, bundle }) =>
          html`<div>
            <h3>${name}</h3>
            ${bundleMeter(asking, bundle)}
          </div>`,
      )}
    </div>
  </section>`
}
