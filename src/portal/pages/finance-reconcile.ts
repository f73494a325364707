/** What came in of a month by source, what became of it, and that the two sides come to the same. */
import { html } from 'hono/html'
import { reconciliationOf } from '../../app/finance/reconcile-of.ts'
import { END_NAMES } from '../../finance/reconcile/reconcile.ts'
import type { Page } from '../page.ts'
import { FINANCE_PATHS, financeTabs } from '../parts/finance-tabs.ts'
import { monthCorner, monthOf } from '../parts/month-corner.ts'
import { plainTable } from '../parts/plain-table.ts'
import { requireStaff } from '../parts/staff.ts'

export const financeReconcilePage: Page = {
  about: 'own',
  path: FINANCE_PATHS.reconcile,
  right: 'finance',
  async show(asking) {
    const { ask, words, format, person } = asking
    requireStaff(person)
    const month = monthOf(asking)
    const { sources, differences } = await ask(reconciliationOf, month)
    return {
      title: words.finance.views.reconcile,
      corner: monthCorner(asking, month),
      body: html`${financeTabs(asking, 'reconcile')}
      ${
        differences.length === 0
          ? html`<p>${words.finance.ties}</p>`
          : html`<ul class="said">
              ${differences.map((one) => html`<li>${one}</li>`)}
            </ul>`
      }
      ${
        sources.length === 0
          ? html`<p class="empty">${words.usage.nothing}</p>`
          : plainTable(
              [
                { text: words.today.source },
                ...END_NAMES.map(
                  (name) => ({ text: words.finance.ends[name], isNumber: true }) as const,
                ),
              ],
              sources.map(
                (one) =>
                  html`<td>
                      ${one.source}${one.isTimed ? '' : html` <small>${words.finance.untimed}</small>`}
                    </td>
                    ${END_NAMES.map(
                      (name) =>
                        html`<td class="n" data-label="${words.finance.ends[name]}">
                          ${one[name] === 0 ? '' : format.count(one[name])}
                        </td>`,
                    )}`,
              ),
              { caption: words.finance.views.reconcile },
            )
      }`,
    }
  },
}
