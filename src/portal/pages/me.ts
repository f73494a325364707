/** Oneself: name and address, a second step at sign-in, and where one is signed in. */
import { html } from 'hono/html'
import {
  beginOwnFactor,
  confirmOwnFactor,
  ownSecondFactor,
  removeOwnFactor,
  type OwnFactor,
} from '../../app/access/second-factors.ts'
import { endOwnSession, ownSessions } from '../../app/access/sign-in.ts'
import { forgetPasskey, ownPasskeys } from '../../app/access/passkeys.ts'
import type { Passkey } from '../../identity/passkeys.ts'
import type { Session } from '../../identity/sessions.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { HOME_TIME_ZONE, localMoment } from '../parts/figures.ts'

export const mePage: Page = {
  about: 'own',
  path: '/me',
  right: 'anybody',
  async show(asking) {
    const { ask, words, person } = asking
    const [factor, sessions, passkeys] = await Promise.all([
      ask(ownSecondFactor),
      ask(ownSessions),
      ask(ownPasskeys),
    ])
    return {
      title: words.mine.title,
      body: html`<dl class="facts">
          <dt>${words.mine.name}</dt>
          <dd>${person.name}</dd>
          <dt>${words.mine.email}</dt>
          <dd>${person.email}</dd>
        </dl>
        <h2>${words.mine.factor}</h2>
        ${factorPart(asking, factor)}
        <h2>${words.people.passkeys}</h2>
        ${passkeyPart(asking, passkeys)}
        <h2>${words.mine.sessions}</h2>
        ${sessionsTable(asking, sessions)}`,
    }
  },
  async act({ ask, words, path }, form) {
    const code = form['code'] ?? ''
    switch (form['act']) {
      case 'begin': {
        const { secret } = await ask(beginOwnFactor)
        return { goTo: `${path}?confirm`, said: words.mine.factorSecret(secret) }
      }
      case 'confirm': {
        const codes = await ask(confirmOwnFactor, code)
        return { goTo: path, said: words.mine.factorDone(codes.join(' ')) }
      }
      case 'remove': {
        await ask(removeOwnFactor, code)
        return { goTo: path, said: words.mine.factorRemoved }
      }
      case 'forget': {
        await ask(forgetPasskey, form['passkey'] ?? '')
        return { goTo: path, said: words.people.forgotten }
      }
      case undefined:
      default: {
        await ask(endOwnSession, form['session'] ?? '')
        return { goTo: path, said: words.mine.ended }
      }
    }
  },
}

function factorPart({ words, format, query, refused }: OwnAsking, factor: OwnFactor): Html {
  const { mine } = words
  const code = html`<label
    >${mine.factorCode}<input name="code" autocomplete="one-time-code" required maxlength="40"
  /></label>`
  if (factor.isOn) {
    return html`<p>${mine.factorOn(format.count(factor.recoveryCodesLeft))}</p>
      ${
        factor.isNeeded
          ? ''
          : html`<form method="post" class="stacked">
              ${code}<button name="act" value="remove" class="plain">${mine.factorRemove}</button>
            </form>`
      }`
  }
  const isConfirming = query.has('confirm') || refused?.['act'] === 'confirm'
  return html`<p>${factor.isNeeded ? mine.factorNeeded : mine.factorOff}</p>
    ${
      isConfirming
        ? html`<form method="post" action="/me" class="stacked">
            ${code}<button name="act" value="confirm">${mine.factorConfirm}</button>
          </form>`
        : html`<form method="post" class="stacked">
            <button name="act" value="begin">${mine.factorBegin}</button>
          </form>`
    }`
}

/** Made by the browser: without a script, or a device that can, only those that there are. */
function passkeyPart({ words, format }: OwnAsking, passkeys: readonly Passkey[]): Html {
  const { access, people } = words
  return html`<p class="note">${people.passkeysNote}</p>
    ${
      passkeys.length === 0
        ? html`<p>${people.noPasskeys}</p>`
        : html`<div class="box">
            <table class="cards">
              <thead>
                <tr>
                  <th scope="col">${access.name}</th>
                  <th scope="col">${access.made}</th>
                  <th scope="col">${access.used}</th>
                  <th scope="col"><span class="unseen">${people.forget}</span></th>
                </tr>
              </thead>
              <tbody>
                ${passkeys.map(
                  (one) =>
                    html`<tr>
                      <td>${one.name}</td>
                      <td class="p">${localMoment(one.createdMs, HOME_TIME_ZONE, format)}</td>
                      <td class="p">
                        ${
                          one.usedMs === null
                            ? access.never
                            : localMoment(one.usedMs, HOME_TIME_ZONE, format)
                        }
                      </td>
                      <td>
                        <form method="post">
                          <input type="hidden" name="passkey" value="${one.credentialId}" />
                          <button name="act" value="forget" class="plain">
                            ${people.forget}<span class="unseen"> ${one.name}</span>
                          </button>
                        </form>
                      </td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
    <tik-new-passkey hidden
      ><form class="row">
        <label
          ><span class="unseen">${people.passkeyName}</span
          ><input name="name" required maxlength="100" placeholder="${people.passkeyName}"
        /></label>
        <button>${people.newPasskey}</button>
        <p class="said" role="status"></p></form
    ></tik-new-passkey>`
}

function sessionsTable({ words, format }: OwnAsking, sessions: readonly Session[]): Html {
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${words.mine.used}</th>
          <th scope="col">${words.mine.opened}</th>
          <th scope="col">${words.mine.address}</th>
          <th scope="col"></th>
          <th scope="col"></th>
        </tr>
      </thead>
      <tbody>
        ${sessions.map(
          (one) =>
            html`<tr>
              <td>${localMoment(one.seenMs, HOME_TIME_ZONE, format)}</td>
              <td>${localMoment(one.createdMs, HOME_TIME_ZONE, format)}</td>
              <td>${one.address}</td>
              <td class="w">${one.agent}</td>
              <td>
                <form method="post">
                  <input type="hidden" name="session" value="${one.sessionId}" />
                  <button name="act" value="end" class="plain">${words.mine.end}</button>
                </form>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
