/** Which limits were reached, and what became of the message about each. */
import { html } from 'hono/html'
import { alertsOf } from '../../app/alerts/alerts-of.ts'
import { limitName } from '../parts/limit-name.ts'
import { localMoment } from '../parts/figures.ts'
import type { Page } from '../page.ts'

const ROWS_MAX = 500

export const warningsPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/warnings',
  right: 'see-usage',
  async show({ ask, words, account, language, format }) {
    const alerts = await ask(alertsOf, { accountId: account.accountId })
    return {
      title: words.warnings.title,
      body:
        alerts.length === 0
          ? html`<p class="empty">${words.warnings.none}</p>`
          : html`<div class="box">
              <table class="cards">
                <thead>
                  <tr>
                    <th scope="col">${words.warnings.when}</th>
                    <th scope="col">${words.warnings.what}</th>
                    <th scope="col" class="n">${words.warnings.level}</th>
                    <th scope="col">${words.warnings.to}</th>
                    <th scope="col">${words.warnings.state}</th>
                  </tr>
                </thead>
                <tbody>
                  ${alerts.slice(0, ROWS_MAX).map(
                    (one) =>
                      html`<tr>
                        <td class="p">${localMoment(one.happenedMs, account.timeZone, format)}</td>
                        <td>${limitName(one, language)}</td>
                        <td class="n">${one.level}</td>
                        <td>${one.recipient}</td>
                        <td>${words.warnings.states[one.state] ?? one.state}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>`,
    }
  },
}
