/** One line of an invoice: exactly the usages, or the fees, that it is the sum of. */
import { html } from 'hono/html'
import { callTypeNames } from '../../app/catalogue/call-type-names.ts'
import { showLine, type ShownLine } from '../../app/billing/show-invoice.ts'
import { subscriptionsOf } from '../../app/directory/directory-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { bigMoney, moneyCell } from '../parts/figures.ts'
import { addressOf } from '../parts/period-corner.ts'
import { questionLink } from '../parts/question-link.ts'
import { callTable } from './calls.ts'

const ROWS_MAX = 200

export const invoiceLinePage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/invoices/{number}/lines/{line}',
  right: 'see-numbers',
  async show(asking) {
    const { ask, words, format, params, account, query, language } = asking
    const { accountId, partnerId } = account
    const number = params['number'] ?? ''
    const lineNumber = Number(/^\d{1,6}$/.exec(params['line'] ?? '')?.[0] ?? '0')
    if (lineNumber === 0) throw new TikError('not_found', 'there is no such line')
    const offset = Number(/^\d{1,9}$/.exec(query.get('from') ?? '')?.[0] ?? '0')
    const [shown, names, subscriptions] = await Promise.all([
      ask(showLine, number, lineNumber, { partnerId, limit: ROWS_MAX, offset }),
      ask(callTypeNames),
      ask(subscriptionsOf, accountId),
    ])
    const { line, rows, items, more } = shown
    const labels = new Map(
      subscriptions.map(({ subscriptionId, label }) => [subscriptionId, label || subscriptionId]),
    )
    return {
      title: line.description,
      body: html`<p class="sum">
          ${bigMoney(line.amountMicros, format)}
          <span
            >${words.usage.exVat} · ${words.line.exact(format.exact(line.exactMicros))} ·
            ${format.days({ fromDay: line.fromDay, toDay: line.toDay })}
            ${rows.length === 0 ? '' : `· ${words.line.rows(format.count(line.count))}`}</span
          >
        </p>
        ${items.length === 0 ? '' : fees(asking, shown, labels)}
        ${
          rows.length === 0
            ? ''
            : callTable(asking, rows, (id) => names.get(id)?.[language] ?? id, false)
        }
        ${
          more
            ? html`<p class="pager">
                <a
                  class="act"
                  rel="next"
                  href="${addressOf(asking, { from: String(offset + ROWS_MAX) })}"
                  >${words.line.more}</a
                >
              </p>`
            : ''
        }
        <p class="exports">
          ${questionLink(asking, 'invoice-line', `${number}/${lineNumber}`)}
          ${questionLink(asking, 'invoice-line', `${number}/${lineNumber}`, 'dispute')}
          <a
            class="act"
            href="/accounts/${encodeURIComponent(accountId)}/invoices/${encodeURIComponent(number)}"
            >${words.line.back(number)}</a
          >
        </p>`,
    }
  },
}

function fees(
  { words, format }: AccountAsking,
  { items }: ShownLine,
  labels: ReadonlyMap<string, string>,
): Html {
  return html`<h2>${words.line.fees}</h2>
    <div class="box">
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">${words.line.who}</th>
            <th scope="col">${words.line.days}</th>
            <th scope="col" class="n">${words.line.fee}</th>
          </tr>
        </thead>
        <tbody>
          ${items.map(
            (item) =>
              html`<tr>
                <td>
                  ${labels.get(item.subscriptionId) ?? item.subscriptionId}
                  ${item.sign < 0 ? html`<small>${words.line.takenBack}</small>` : ''}
                </td>
                <td>${format.days({ fromDay: item.fromDay, toDay: item.toDay })}</td>
                ${moneyCell(item.feeMicros, format)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}
