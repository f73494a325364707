/** Limits of an account and its lines: what holds, where it comes from; set one, or go back to the default (L1). */
import { html } from 'hono/html'
import { changeLimit, dropLimit, limitsOf } from '../../app/limits/account-limits.ts'
import { subscriptionsOf } from '../../app/directory/directory-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { LimitCode } from '../../core/accounts/accounts.ts'
import { LIMIT_KINDS } from '../../limits/limit-kinds.ts'
import type { ListedLimit } from '../../directory/limits/limits.ts'
import type { AccountAsking, Form, Html, Page } from '../page.ts'
import { limitName } from '../parts/limit-name.ts'
import { amountText } from '../parts/meter.ts'

export const limitsPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/limits',
  right: 'see-usage',
  async show(asking) {
    const { ask, words, account } = asking
    const [limits, subscriptions] = await Promise.all([
      ask(limitsOf, account.accountId),
      ask(subscriptionsOf, account.accountId),
    ])
    const names = new Map(
      subscriptions.map(({ subscriptionId, label }) => [subscriptionId, label || subscriptionId]),
    )
    return {
      title: words.limits.title,
      body: html`<p class="note">${words.limits.note}</p>
        <div class="box">
          <table class="cards">
            <thead>
              <tr>
                <th scope="col">${words.limits.limit}</th>
                <th scope="col" class="n">${words.limits.warnAt}</th>
                <th scope="col"></th>
                <th scope="col"></th>
              </tr>
            </thead>
            <tbody>
              ${limits.map((limit) => row(asking, limit, names))}
            </tbody>
          </table>
        </div>`,
    }
  },
  async act({ ask, words, account, path }, form) {
    const key = keyOf(form, account.accountId)
    if (form['act'] === 'default') {
      await ask(dropLimit, { key })
      return { goTo: path, said: words.limits.dropped }
    }
    await ask(changeLimit, { key, amount: (form['amount'] ?? '').replace(',', '.') })
    return { goTo: path, said: words.limits.saved }
  },
}

function row(asking: AccountAsking, limit: ListedLimit, names: ReadonlyMap<string, string>): Html {
  const { words, format, language, caller } = asking
  const { code, subject, subscriptionId, amount, unit, action, from } = limit
  const whose = subscriptionId === '' ? '' : (names.get(subscriptionId) ?? subscriptionId)
  return html`<tr>
    <td>${limitName(limit, language)} ${whose === '' ? '' : html`<small>${whose}</small>`}</td>
    <td class="n">
      ${amount === 0 ? '–' : amountText(amount, unit, format)}
      ${action === 'block' ? html`<small>${words.limits.stopAt}</small>` : ''}
    </td>
    <td class="p">${words.limits.from[from] ?? from}</td>
    <td>${caller.rights.has('change-limits') ? editor(asking, limit) : ''}</td>
  </tr>`

  function editor({ refused }: AccountAsking, { scopeKind }: ListedLimit): Html {
    const isRefused =
      refused?.['code'] === code &&
      refused['subject'] === subject &&
      refused['subscription'] === subscriptionId
    return html`<details class="edit" ${isRefused ? html`open` : ''}>
      <summary>${words.limits.edit}</summary>
      <form method="post" class="stacked">
        <input type="hidden" name="code" value="${code}" />
        <input type="hidden" name="subject" value="${subject}" />
        <input type="hidden" name="subscription" value="${subscriptionId}" />
        <label
          >${words.limits.amount} (${words.limits.unit[unit] ?? unit})<input
            name="amount"
            value="${isRefused ? (refused['amount'] ?? '') : ''}"
            maxlength="30"
            inputmode="decimal"
        /></label>
        <button name="act" value="save">${words.limits.save}</button>
        ${
          scopeKind === undefined || scopeKind === 'partner'
            ? ''
            : html`<button name="act" value="default" class="plain">
                ${words.limits.default}
              </button>`
        }
      </form>
    </details>`
  }
}

/** Of the account itself, or of the line that is named. Throws `usage_error`. */
function keyOf(form: Form, accountId: string) {
  const code = form['code'] ?? ''
  if (!isLimitCode(code)) throw new TikError('usage_error', `there is no limit ${code}`)
  const subscription = form['subscription'] ?? ''
  const subject = form['subject'] ?? ''
  return subscription === ''
    ? ({ code, subject, scopeKind: 'account', scopeId: accountId } as const)
    : ({ code, subject, scopeKind: 'subscription', scopeId: subscription } as const)
}

function isLimitCode(text: string): text is LimitCode {
  return Object.hasOwn(LIMIT_KINDS, text)
}
