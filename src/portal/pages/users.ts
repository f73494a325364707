/** People of the account (U1, U2): who may do what, which mails they get, how they sign in; invite, block, help. */
import { html } from 'hono/html'
import { inviteByMail } from '../../app/access/invite-by-mail.ts'
import { memberStates, type MemberState } from '../../app/access/member-states.ts'
import { changeAccess, inviteUser, peopleOf, rolesOf } from '../../app/access/people.ts'
import {
  resetFactorOfUser,
  setSignInRules,
  signInRulesOf,
} from '../../app/access/second-factors.ts'
import { addUser, changeUser, userOf } from '../../app/directory/change-users.ts'
import {
  LANGUAGES,
  MESSAGE_KINDS,
  type Language,
  type MessageKind,
  type User,
} from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Person } from '../../identity/person.ts'
import { isRight, RIGHTS } from '../../identity/rights.ts'
import type { AccountAsking, Done, Form, Html, Page } from '../page.ts'
import { localMoment } from '../parts/figures.ts'
import { searchForm } from '../parts/search-form.ts'
import { tickBox } from '../parts/tick-box.ts'

/** One person as the page shows them. */
interface Member {
  readonly person: Person
  readonly user: User
  readonly state: MemberState | undefined
}

export const usersPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/users',
  right: 'manage-users',
  async show(asking) {
    const { ask, words, account, query } = asking
    const { accountId } = account
    const [people, states, isNeeded] = await Promise.all([
      ask(peopleOf, accountId),
      ask(memberStates, accountId),
      ask(signInRulesOf, accountId),
    ])
    const search = (query.get('search') ?? '').trim().toLowerCase()
    const found = people.filter(({ key, name, email }) =>
      `${key} ${name} ${email}`.toLowerCase().includes(search),
    )
    const members = await Promise.all(
      found.map(async (person): Promise<Member> => {
        const userId = idOf(person)
        return { person, user: await ask(userOf, userId), state: states.get(userId) }
      }),
    )
    return {
      title: words.users.title,
      body: html`${searchForm(asking, words.people.search)} ${table(asking, members)}
        <div class="row tops">${newForm(asking)} ${ruleForm(asking, isNeeded)}</div>`,
    }
  },
  async act(asking, form) {
    const { ask, words, account, path } = asking
    if (form['act'] === 'rule') {
      await ask(setSignInRules, account.accountId, form['needed'] !== undefined)
      return { goTo: path, said: words.people.needsFactorSaved }
    }
    if (form['act'] === 'add') return add(asking, form)
    const people = await ask(peopleOf, account.accountId)
    const person = people.find(({ key }) => key === `user:${form['user'] ?? ''}`)
    if (person === undefined) {
      throw new TikError('not_found', `there is no user ${form['user'] ?? ''}`)
    }
    return ofPerson(asking, person, form)
  },
}

async function add(
  { ask, words, account, path, siteUrl }: AccountAsking,
  form: Form,
): Promise<Done> {
  const userId = (form['user'] ?? '').trim()
  const { name } = await ask(addUser, { userId, accountId: account.accountId, ...wishOf(form) })
  await ask(changeAccess, userId, { roles: rolesIn(form), isBlocked: false })
  if (form['welcome'] === undefined) return { goTo: path, said: words.people.added(name) }
  await ask(inviteByMail, userId, siteUrl)
  const said = `${words.people.added(name)} ${words.people.welcomed(form['email'] ?? '')}`
  return { goTo: path, said }
}

async function ofPerson(
  { ask, words, path, siteUrl }: AccountAsking,
  person: Person,
  form: Form,
): Promise<Done> {
  const userId = idOf(person)
  switch (form['act']) {
    case 'invite': {
      const link = await ask(inviteUser, userId)
      return { goTo: path, said: words.users.invited(`${siteUrl}/set-password#link=${link}`) }
    }
    case 'welcome':
      await ask(inviteByMail, userId, siteUrl)
      return { goTo: path, said: words.people.welcomed(person.email) }
    case 'factor':
      await ask(resetFactorOfUser, userId)
      return { goTo: path, said: words.people.factorReset }
    case undefined:
    default:
      if (form['name'] !== undefined) await ask(changeUser, userId, wishOf(form))
      await ask(changeAccess, userId, {
        roles: rolesIn(form),
        isBlocked: form['blocked'] !== undefined,
      })
      return { goTo: path, said: words.users.saved }
  }
}

function idOf({ key }: Person): string {
  return key.slice(key.indexOf(':') + 1)
}

function wishOf(form: Form): {
  name: string
  email: string
  language: Language
  registrations: MessageKind[]
} {
  const email = (form['email'] ?? '').trim()
  const name = (form['name'] ?? '').trim()
  if (name === '') throw new TikError('usage_error', 'a user has a name')
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new TikError('usage_error', `"${email}" is no address for mail`)
  }
  return {
    name,
    email,
    language: LANGUAGES.find((one) => one === form['language']) ?? 'nl',
    registrations: MESSAGE_KINDS.filter((kind) => form[`mail-${kind}`] !== undefined),
  }
}

/** Sets by name, and single rights beside them. */
function rolesIn(form: Form): string[] {
  return [...rolesOf('user'), ...RIGHTS].filter((role) => form[`role-${role}`] !== undefined)
}

function table(asking: AccountAsking, members: readonly Member[]): Html {
  const { users, people } = asking.words
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${users.name}</th>
          <th scope="col">${users.email}</th>
          <th scope="col">${users.roles}</th>
          <th scope="col">${people.mails}</th>
          <th scope="col">${people.factor}</th>
          <th scope="col">${people.seen}</th>
        </tr>
      </thead>
      <tbody>
        ${members.map((one) => row(asking, one))}
      </tbody>
    </table>
  </div>`
}

function row(asking: AccountAsking, { person, user, state }: Member): Html {
  const { words, format, account } = asking
  const { users, access, people } = words
  const { name, email, roles, isBlocked } = person
  const id = idOf(person)
  const shown = roles.map((role) => users.roleNames[role] ?? access.rightNames[role] ?? role)
  const factor = state?.hasFactor === true ? 'on' : state?.hasPasskey === true ? 'passkey' : 'off'
  return html`<tr>
      <td>${name} <small>${id}</small></td>
      <td class="w">${email}</td>
      <td>
        ${shown.join(', ')}
        ${isBlocked ? html`<small><em class="error">${users.blocked}</em></small>` : ''}
      </td>
      <td class="w">${user.registrations.map((kind) => people.mailNames[kind]).join(', ')}</td>
      <td>${people.factors[factor]}</td>
      <td class="p">
        ${
          state?.isInvited === true
            ? people.waits
            : state?.seenMs === undefined
              ? '–'
              : localMoment(state.seenMs, account.timeZone, format)
        }
      </td>
    </tr>
    <tr class="below">
      <td colspan="6">
        <details class="edit">
          <summary>${words.limits.edit}<span class="unseen"> ${name}</span></summary>
          <form method="post" class="stacked">
            <input type="hidden" name="user" value="${id}" />
            <div class="two">${fields(asking, { ...user, roles })}</div>
            ${tickBox('blocked', isBlocked, users.block)}
            <button name="act" value="save">${users.save}</button>
          </form>
          <form method="post" class="row">
            <input type="hidden" name="user" value="${id}" />
            <button name="act" value="welcome" class="plain">${people.welcome}</button>
            <button name="act" value="invite" class="plain">${users.invite}</button>
            ${
              state?.hasFactor === true
                ? html`<button name="act" value="factor" class="plain">
                    ${people.resetFactor}
                  </button>`
                : ''
            }
          </form>
        </details>
      </td>
    </tr>`
}

interface Fields extends Pick<User, 'name' | 'email' | 'language' | 'registrations'> {
  readonly roles: readonly string[]
}

function fields({ words, caller }: AccountAsking, user: Fields): Html {
  const { users, access, people } = words
  const { name, email, language, registrations, roles } = user
  const single = RIGHTS.filter(
    (right) => caller.rights.has(right) && right !== 'operate' && right !== 'finance',
  )
  return html`<label
      >${users.name}<input name="name" required maxlength="200" value="${name}"
    /></label>
    <label
      >${users.email}<input name="email" type="email" required maxlength="254" value="${email}"
    /></label>
    <label
      >${people.language}<select name="language">
        ${LANGUAGES.map(
          (one) =>
            html`<option value="${one}" ${one === language ? html`selected` : ''}>
              ${people.languages[one]}
            </option>`,
        )}
      </select></label
    >
    <fieldset>
      <legend>${users.roles}</legend>
      ${rolesOf('user').map((role) =>
        tickBox(`role-${role}`, roles.includes(role), users.roleNames[role] ?? role),
      )}
    </fieldset>
    <details ${roles.some(isRight) ? html`open` : ''}>
      <summary>${people.extra}</summary>
      ${single.map((right) =>
        tickBox(`role-${right}`, roles.includes(right), access.rightNames[right] ?? right),
      )}
    </details>
    <fieldset>
      <legend>${people.mails}</legend>
      ${MESSAGE_KINDS.map((kind) =>
        tickBox(`mail-${kind}`, registrations.includes(kind), people.mailNames[kind]),
      )}
    </fieldset>`
}

function newForm(asking: AccountAsking): Html {
  const { words, refused, account } = asking
  const { people } = words
  const isRefused = refused?.['act'] === 'add'
  const given = {
    name: isRefused ? (refused['name'] ?? '') : '',
    email: isRefused ? (refused['email'] ?? '') : '',
    language: account.language,
    registrations: MESSAGE_KINDS.filter(
      (kind) => isRefused && refused[`mail-${kind}`] !== undefined,
    ),
    roles: isRefused ? rolesIn(refused) : ['user'],
  }
  return html`<details class="edit" ${isRefused ? html`open` : ''}>
    <summary>${people.newUser}</summary>
    <form method="post" class="stacked">
      <label
        >${people.id}<input
          name="user"
          required
          maxlength="60"
          pattern="[^\\s:\\|]+"
          value="${isRefused ? (refused['user'] ?? '') : ''}"
      /></label>
      <div class="two">${fields(asking, given)}</div>
      ${tickBox('welcome', true, people.welcome)}
      <button name="act" value="add">${people.newUser}</button>
    </form>
  </details>`
}

function ruleForm({ words }: AccountAsking, isNeeded: boolean): Html {
  const { users, people } = words
  return html`<form method="post" class="row">
    ${tickBox('needed', isNeeded, people.needsFactor)}
    <button name="act" value="rule" class="plain">${users.save}</button>
  </form>`
}
