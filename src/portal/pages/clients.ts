/** Programs of the account that may use the API: made with a secret that is shown once, replaced, revoked. */
import { html } from 'hono/html'
import { apiClientsOf, createApiClient, endApiClient } from '../../app/access/api-clients-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import { dayStartMs } from '../../core/time/period.ts'
import type { ApiClient } from '../../identity/api-clients.ts'
import { RIGHTS, type Right } from '../../identity/rights.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { localMoment } from '../parts/figures.ts'
import { writtenDay } from '../parts/written-day.ts'
import { tickBox } from '../parts/tick-box.ts'

export const clientsPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/clients',
  right: 'manage-users',
  async show(asking) {
    const { ask, words, account } = asking
    const clients = await ask(apiClientsOf, reachOf(account.accountId))
    return {
      title: words.access.clients,
      body: html`<p class="exports">
          <a class="act" href="/api/v1/docs">${words.access.docs}</a>
        </p>
        ${
          clients.length === 0
            ? html`<p class="empty">${words.access.noClients}</p>`
            : table(asking, clients)
        }
        ${newForm(asking)}`,
    }
  },
  async act({ ask, words, account, path }, form) {
    const { access } = words
    const reach = reachOf(account.accountId)
    if (form['act'] === 'make') {
      const day = writtenDay(form['expires'])
      const made = await ask(createApiClient, {
        ...reach,
        name: nameOf(form['name']),
        rights: RIGHTS.filter((right) => form[`right-${right}`] !== undefined),
        expiresMs: day === undefined ? undefined : dayStartMs(day + 1, account.timeZone),
      })
      return { goTo: path, said: access.secret(made.secret) }
    }
    const clients = await ask(apiClientsOf, reach)
    const client = clients.find(({ clientId }) => clientId === form['client'])
    if (client === undefined) throw new TikError('not_found', 'there is no such key')
    if (form['act'] === 'rotate') {
      const { name, rights, expiresMs } = client
      const made = await ask(createApiClient, { ...reach, name, rights, expiresMs })
      return { goTo: path, said: access.secret(made.secret) }
    }
    await ask(endApiClient, client.clientId)
    return { goTo: path, said: access.revoked }
  },
}

function reachOf(accountId: string) {
  return { reachKind: 'account', reachId: accountId } as const
}

function nameOf(written: string | undefined): string {
  const name = written?.trim() ?? ''
  if (name !== '') return name
  throw new TikError('usage_error', 'a key needs a name', { hint: 'name the program that uses it' })
}

function table(asking: AccountAsking, clients: readonly ApiClient[]): Html {
  const { words, format, account } = asking
  const { access } = words
  const moment = (ms: number | undefined): string =>
    ms === undefined ? access.never : localMoment(ms, account.timeZone, format)
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${access.name}</th>
          <th scope="col">${access.rights}</th>
          <th scope="col">${access.made}</th>
          <th scope="col">${access.used}</th>
          <th scope="col">${access.expires}</th>
          <th scope="col"><span class="unseen">${access.revoke}</span></th>
        </tr>
      </thead>
      <tbody>
        ${clients.map(
          (one) =>
            html`<tr>
              <td>${one.name} <small>${one.clientId}</small></td>
              <td class="w">${one.rights.map((right) => access.rightNames[right]).join(', ')}</td>
              <td class="p">${moment(one.createdMs)} <small>${one.createdBy}</small></td>
              <td class="p">${moment(one.usedMs)}</td>
              <td class="p">${moment(one.expiresMs)}</td>
              <td>
                ${sure(one, 'rotate', access.rotate, access.rotateSure)}
                ${sure(one, 'revoke', access.revoke, access.revokeSure)}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/** Says first what it means. */
function sure({ clientId, name }: ApiClient, act: string, label: string, text: string): Html {
  return html`<details class="edit">
    <summary>${label}<span class="unseen"> ${name}</span></summary>
    <form method="post" class="stacked">
      <p class="note">${text}</p>
      <input type="hidden" name="client" value="${clientId}" />
      <button name="act" value="${act}">${label}</button>
    </form>
  </details>`
}

/** Nobody gives a program more than they may do themselves. */
function newForm({ words, caller, refused }: AccountAsking): Html {
  const { access } = words
  const isOn = (right: Right): boolean => refused?.[`right-${right}`] !== undefined
  const offered = RIGHTS.filter(
    (right) => caller.rights.has(right) && right !== 'operate' && right !== 'finance',
  )
  return html`<h2>${access.newClient}</h2>
    <form method="post" class="stacked wide">
      <label
        >${access.name}<input
          name="name"
          required
          maxlength="100"
          value="${refused?.['name'] ?? ''}"
      /></label>
      <fieldset>
        <legend>${access.rights}</legend>
        ${offered.map((right) =>
          tickBox(`right-${right}`, isOn(right), access.rightNames[right] ?? right),
        )}
      </fieldset>
      <label
        >${access.expiresWish}<input
          type="date"
          name="expires"
          value="${refused?.['expires'] ?? ''}"
      /></label>
      <button name="act" value="make">${access.make}</button>
    </form>`
}
