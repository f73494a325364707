/** Acting for a customer begins with how the caller was verified, and ends by itself after a while. */
import { html } from 'hono/html'
import { beginActing, endActing, ownActing } from '../../app/access/acting.ts'
import { ACTING_MS_MAX, VERIFICATIONS, type Acting } from '../../identity/acting-sessions.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { localMoment } from '../parts/figures.ts'
import { requireStaff } from '../parts/staff.ts'

export const actingPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/acting',
  right: 'act-for-customers',
  isOfStaff: true,
  async show(asking) {
    const { ask, words, sessionId, person, account } = asking
    requireStaff(person)
    const acting = await ask(ownActing, sessionId)
    const isHere = acting?.accountId === account.accountId
    return {
      title: words.acting.title,
      body: isHere ? endForm(asking, acting) : beginForm(asking),
    }
  },
  async act({ ask, words, sessionId, account, person }, form) {
    requireStaff(person)
    const { accountId } = account
    const goTo = `/accounts/${encodeURIComponent(accountId)}`
    if (form['act'] === 'end') {
      await ask(endActing, sessionId)
      return { goTo, said: words.acting.ended }
    }
    const { verifiedBy = '', remark = '' } = form
    await ask(beginActing, sessionId, { accountId, verifiedBy, remark: remark.trim() })
    return { goTo, said: words.acting.begun }
  },
}

function beginForm({ words, refused, path }: AccountAsking): Html {
  return html`<p>${words.acting.why}</p>
    <form method="post" action="${path}" class="stacked">
      <fieldset class="choices">
        <legend>${words.acting.how}</legend>
        ${VERIFICATIONS.map(
          (one) =>
            html`<label class="tick"
              ><input
                type="radio"
                name="verifiedBy"
                value="${one}"
                required
                ${refused?.['verifiedBy'] === one ? html`checked` : ''}
              />${words.acting.ways[one]}</label
            >`,
        )}
      </fieldset>
      <label
        >${words.acting.remark}<input
          name="remark"
          maxlength="500"
          value="${refused?.['remark'] ?? ''}"
      /></label>
      <button name="act" value="begin">${words.acting.begin}</button>
    </form>`
}

function endForm(
  { words, path, account, format }: AccountAsking,
  { verifiedBy, remark, sinceMs }: Acting,
): Html {
  const until = localMoment(sinceMs + ACTING_MS_MAX, account.timeZone, format)
  return html`<p>${words.acting.until(until)}</p>
    <p class="note">${words.acting.ways[verifiedBy]} ${remark}</p>
    <form method="post" action="${path}">
      <button name="act" value="end">${words.acting.end}</button>
    </form>`
}
