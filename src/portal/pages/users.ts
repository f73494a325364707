/** Who of the account may do what (U1, U2): roles, blocking, and a link to set the first password. */
import { html } from 'hono/html'
import { changeAccess, inviteUser, peopleOf, rolesOf } from '../../app/access/people.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Person } from '../../identity/person.ts'
import type { AccountAsking, Html, Page } from '../page.ts'

export const usersPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/users',
  right: 'manage-users',
  async show(asking) {
    const { ask, words, account } = asking
    const people = await ask(peopleOf, account.accountId)
    return {
      title: words.users.title,
      body: html`<div class="box">
        <table class="cards">
          <thead>
            <tr>
              <th scope="col">${words.users.name}</th>
              <th scope="col">${words.users.email}</th>
              <th scope="col">${words.users.roles}</th>
              <th scope="col"></th>
            </tr>
          </thead>
          <tbody>
            ${people.map((one) => row(asking, one))}
          </tbody>
        </table>
      </div>`,
    }
  },
  async act({ ask, words, account, path, siteUrl }, form) {
    const userId = form['user'] ?? ''
    const people = await ask(peopleOf, account.accountId)
    if (!people.some(({ key }) => key === `user:${userId}`)) {
      throw new TikError('not_found', `there is no user ${userId}`)
    }
    if (form['act'] === 'invite') {
      const link = await ask(inviteUser, userId)
      return { goTo: path, said: words.users.invited(`${siteUrl}/set-password#link=${link}`) }
    }
    const roles = rolesOf('user').filter((role) => form[`role-${role}`] !== undefined)
    await ask(changeAccess, userId, { roles, isBlocked: form['blocked'] !== undefined })
    return { goTo: path, said: words.users.saved }
  },
}

function row({ words }: AccountAsking, { key, name, email, roles, isBlocked }: Person): Html {
  const id = key.slice(key.indexOf(':') + 1)
  const shown = roles.map((role) => words.users.roleNames[role] ?? role)
  return html`<tr>
    <td>${name} <small>${id}</small></td>
    <td>${email}</td>
    <td>${[...shown, ...(isBlocked ? [words.users.blocked] : [])].join(', ')}</td>
    <td>
      <details class="edit">
        <summary>${words.limits.edit}</summary>
        <form method="post" class="stacked">
          <input type="hidden" name="user" value="${id}" />
          ${rolesOf('user').map((role) =>
            box(`role-${role}`, roles.includes(role), words.users.roleNames[role] ?? role),
          )}
          ${box('blocked', isBlocked, words.users.block)}
          <button name="act" value="save">${words.users.save}</button>
          <button name="act" value="invite" class="plain">${words.users.invite}</button>
        </form>
      </details>
    </td>
  </tr>`
}

function box(field: string, isOn: boolean, label: string): Html {
  return html`<label class="tick"
    ><input type="checkbox" name="${field}" ${isOn ? html`checked` : ''} />${label}</label
  >`
}
