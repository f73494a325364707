/** Who did what to what, from which value to which, newest first. */
import { html } from 'hono/html'
import { auditOf } from '../../app/access/audit-of.ts'
import { localMoment } from '../parts/figures.ts'
import { addressOf } from '../parts/period-corner.ts'
import type { Page } from '../page.ts'

const ROWS_MAX = 100

export const auditPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/audit',
  right: 'see-audit',
  async show(asking) {
    const { ask, words, account, query, format } = asking
    const before = Number(query.get('before') ?? '')
    const entries = await ask(auditOf, {
      accountId: account.accountId,
      limit: ROWS_MAX + 1,
      beforeEntryId: Number.isSafeInteger(before) && before > 0 ? before : undefined,
    })
    const rows = entries.slice(0, ROWS_MAX)
    const last = rows.at(-1)
    return {
      title: words.audit.title,
      body: html`<div class="box">
          <table class="cards">
            <thead>
              <tr>
                <th scope="col">${words.audit.when}</th>
                <th scope="col">${words.audit.who}</th>
                <th scope="col">${words.audit.act}</th>
                <th scope="col">${words.audit.on}</th>
                <th scope="col">${words.audit.from}</th>
                <th scope="col">${words.audit.to}</th>
                <th scope="col">${words.audit.door}</th>
              </tr>
            </thead>
            <tbody>
              ${rows.map(
                (one) =>
                  html`<tr>
                    <td class="p">${localMoment(one.atMs, account.timeZone, format)}</td>
                    <td>${one.name}</td>
                    <td>${one.act}</td>
                    <td>${one.subject}</td>
                    <td class="w">${valueText(one.before)}</td>
                    <td class="w">${valueText(one.after)}</td>
                    <td>${one.door}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
        ${
          entries.length > ROWS_MAX && last !== undefined
            ? html`<p class="pager">
                <a
                  class="act"
                  rel="next"
                  href="${addressOf(asking, { before: String(last.entryId) })}"
                  >${words.usage.older}</a
                >
              </p>`
            : ''
        }`,
    }
  },
}

function valueText(value: unknown): string {
  return value === null || value === undefined ? '' : JSON.stringify(value)
}
