/** The mobile lines of an account: group bundles, and for each line what it used and cost (M1, M2). */
import { html } from 'hono/html'
import type { GroupBalance, SubscriptionBalance } from '../../balances/account-balances.ts'
import { balancesOf } from '../../app/usage/balances-of.ts'
import { freshUntil } from '../../app/usage/fresh-until.ts'
import { addMicros, ZERO_MICROS } from '../../core/money/money.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { searchForm } from '../parts/search-form.ts'
import { bigMoney, freshText, moneyCell } from '../parts/figures.ts'
import { bundleMeter } from '../parts/meter.ts'
import { periodCorner, periodOf } from '../parts/period-corner.ts'

/** A page is for looking; more lines are found by searching. */
const LINES_SHOWN_MAX = 500

export const mobilePage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/mobile',
  right: 'see-usage',
  async show(asking) {
    const { ask, words, format, account, query } = asking
    const shown = periodOf(asking)
    const [[found], fresh] = await Promise.all([
      ask(balancesOf, {
        account: account.accountId,
        period: shown.isCurrent ? 'current' : shown.month,
      }),
      ask(freshUntil),
    ])
    const search = (query.get('search') ?? '').trim().toLowerCase()
    const lines = (found?.subscriptions ?? [])
      .filter(({ product }) => product === 'mobile')
      .filter(({ label, number }) => `${label} ${number}`.toLowerCase().includes(search))
      .toSorted((left, right) => right.costMicros - left.costMicros)
      .slice(0, LINES_SHOWN_MAX)
    const sum = lines.reduce((total, { costMicros }) => addMicros(total, costMicros), ZERO_MICROS)
    return {
      title: words.mobile.title,
      corner: periodCorner(asking, shown),
      body: html`<p class="sum">
          ${bigMoney(sum, format)} <span>${words.usage.exVat}${freshText(asking, fresh)}</span>
        </p>
        ${(found?.groups ?? []).map((group) => groupBox(asking, group))}
        ${searchForm(asking, words.mobile.search, ['period'])}
        ${
          lines.length === 0
            ? html`<p class="empty">${words.mobile.none}</p>`
            : table(asking, lines)
        }`,
    }
  },
}

function groupBox(asking: AccountAsking, group: GroupBalance): Html {
  const { words, format } = asking
  return html`<section class="group">
    <h2>
      ${words.mobile.group} ${group.name}
      <small>${words.mobile.members(format.count(group.membersCount))}</small>
    </h2>
    <div class="g3">${group.bundles.map((bundle) => bundleMeter(asking, bundle))}</div>
  </section>`
}

function table(asking: AccountAsking, lines: readonly SubscriptionBalance[]): Html {
  const { words, format, account } = asking
  const base = `/accounts/${encodeURIComponent(account.accountId)}/mobile`
  return html`<div class="box">
    <table class="cards lines">
      <thead>
        <tr>
          <th scope="col">${words.mobile.name}</th>
          <th scope="col">${words.mobile.bundles}</th>
          <th scope="col" class="n">${words.mobile.cost}</th>
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          (line) =>
            html`<tr>
              <td>
                <a href="${base}/${encodeURIComponent(line.subscriptionId)}"
                  >${line.label === '' ? line.number : line.label}</a
                >
                <small>${line.number}${line.terminated ? ` · ${words.mobile.ended}` : ''}</small>
              </td>
              <td class="g3">${line.bundles.map((bundle) => bundleMeter(asking, bundle))}</td>
              ${moneyCell(line.costMicros, format)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
