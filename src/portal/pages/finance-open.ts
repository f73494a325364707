/** What customers owed at the end of a day, by how long it was overdue. */
import { html } from 'hono/html'
import { openInvoicesOf } from '../../app/finance/open-of.ts'
import type { Page } from '../page.ts'
import { dayForm, dayOfPage } from '../parts/day-of-page.ts'
import { bigMoney, centsOf, moneyCell } from '../parts/figures.ts'
import { FINANCE_PATHS, financeTabs } from '../parts/finance-tabs.ts'
import { plainTable } from '../parts/plain-table.ts'
import { requireStaff } from '../parts/staff.ts'

const ROWS_SHOWN_MAX = 500

export const financeOpenPage: Page = {
  about: 'own',
  path: FINANCE_PATHS.open,
  right: 'finance',
  async show(asking) {
    const { ask, words, format, person } = asking
    requireStaff(person)
    const day = dayOfPage(asking)
    const { invoices, ages, openMicros } = await ask(openInvoicesOf, day)
    return {
      title: words.finance.views.open,
      body: html`${financeTabs(asking, 'open')}
        ${dayForm(asking, { day, label: words.finance.atEndOf })}
        <p class="sum">
          ${bigMoney(openMicros, format)}
          <span
            >${ages
              .filter((one) => one.openMicros !== 0)
              .map(
                (one) =>
                  `${words.finance.ages[one.age] ?? one.age} ${format.amount(centsOf(one.openMicros))}`,
              )
              .join(' · ')}</span
          >
        </p>
        ${
          invoices.length === 0
            ? html`<p class="empty">${words.finance.nothingOpen}</p>`
            : plainTable(
                [
                  { text: words.invoices.number },
                  { text: words.accounts.id },
                  { text: words.invoices.due },
                  { text: words.finance.overdue, isNumber: true },
                  { text: words.invoices.amount, isNumber: true },
                  { text: words.invoices.open, isNumber: true },
                ],
                invoices.slice(0, ROWS_SHOWN_MAX).map((one) => {
                  const base = `/accounts/${encodeURIComponent(one.accountId)}`
                  return html`<td>
                      <a href="${base}/invoices/${encodeURIComponent(one.number)}">${one.number}</a>
                    </td>
                    <td><a href="${base}">${one.accountId}</a></td>
                    <td class="p">${format.date(one.dueDay)}</td>
                    <td class="n" data-label="${words.finance.overdue}">
                      ${one.daysOverdue > 0 ? format.count(one.daysOverdue) : ''}
                    </td>
                    <td class="n p">${format.cents(centsOf(one.grossMicros))}</td>
                    ${moneyCell(one.openMicros, format)}`
                }),
                { caption: words.finance.views.open },
              )
        }`,
    }
  },
}
