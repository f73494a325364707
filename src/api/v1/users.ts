/** Users of accounts and the mails that they get, the provider's own people, and webhooks. */
import { z } from 'zod'
import { linkFor, putStaff } from '../../app/access/people.ts'
import { webhooksOf } from '../../app/alerts/webhooks-of.ts'
import { addUser, changeUser, userOf } from '../../app/directory/change-users.ts'
import { usersOf } from '../../app/directory/import-accounts.ts'
import { LANGUAGES, MESSAGE_KINDS, type User } from '../../core/accounts/accounts.ts'
import { id, page, pageOf, sliceOf } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const own = {
  name: z.string().min(1).max(200),
  email: z.email().max(254),
  language: z.enum(LANGUAGES),
  registrations: z.array(z.enum(MESSAGE_KINDS)).max(MESSAGE_KINDS.length),
}
const reader = z
  .object({
    id: z.string(),
    account: z.string(),
    name: z.string(),
    email: z.string(),
    language: z.enum(LANGUAGES),
    registrations: z.array(z.enum(MESSAGE_KINDS)),
  })
  .meta({ id: 'MailReader' })
const userId = z.object({ userId: id })

export const userRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/users',
    tag: 'users',
    summary: 'Users and the mails that they are registered for',
    right: 'operate',
    query: z.object({ ...page, account: id.optional() }),
    answer: pageOf(reader),
    async run({ ask, query }) {
      const users = (await ask(usersOf, query.account)).map(toReader)
      return sliceOf(users, query, (each) => each.id)
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/users/{userId}',
    tag: 'users',
    summary: 'One user, and the mails that they get',
    right: 'manage-users',
    params: userId,
    answer: reader,
    run: async ({ ask, params }) => toReader(await ask(userOf, params.userId)),
  }),
  jsonRoute({
    method: 'put',
    path: '/users/{userId}',
    tag: 'users',
    summary: 'Changes who they are and which mails they get',
    right: 'manage-users',
    params: userId,
    body: z.object(own),
    answer: reader,
    run: async ({ ask, params, body }) => toReader(await ask(changeUser, params.userId, body)),
  }),
  jsonRoute({
    method: 'post',
    path: '/accounts/{accountId}/users',
    tag: 'users',
    summary: 'Adds a user of the account; an invitation lets them in',
    right: 'manage-users',
    params: z.object({ accountId: id }),
    body: z.object({ id, ...own }),
    answer: reader,
    status: 201,
    async run({ ask, params, body: { id: newId, ...wish } }) {
      return toReader(await ask(addUser, { userId: newId, ...params, ...wish }))
    },
  }),
  jsonRoute({
    method: 'put',
    path: '/staff/{staffId}',
    tag: 'users',
    summary: "Adds one of the provider's own people, or changes them",
    right: 'manage-users',
    isOfOperator: true,
    params: z.object({ staffId: id }),
    body: z.object({
      partner: id.optional().meta({ description: "left out: the operator's own" }),
      name: own.name,
      email: own.email,
      language: own.language,
      roles: z.array(z.string().max(40)).min(1).max(20),
    }),
    answer: z.object({}),
    async run({ ask, params, body: { partner = '', ...wish } }) {
      await ask(putStaff, { ...params, partnerId: partner, ...wish })
      return {}
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/staff/{staffId}/invitation',
    tag: 'users',
    summary: 'A new link to set a password; what was made before no longer works',
    right: 'manage-users',
    isOfOperator: true,
    params: z.object({ staffId: id }),
    answer: z.object({ link: z.string() }),
    answersSecret: true,
    status: 201,
    run: async ({ ask, params }) => ({
      link: `/set-password#link=${await ask(linkFor, `staff:${params.staffId}`, 'invite')}`,
    }),
  }),
  jsonRoute({
    method: 'get',
    path: '/webhooks',
    tag: 'users',
    summary: 'Where accounts and partners get their alerts posted',
    right: 'manage-users',
    query: z.object(page),
    answer: pageOf(
      z
        .object({ ownerKind: z.enum(['account', 'partner']), owner: z.string(), url: z.string() })
        .meta({ id: 'Webhook' }),
    ),
    async run({ ask, query }) {
      const hooks = (await ask(webhooksOf)).map(({ ownerKind, ownerId, url }) => ({
        ownerKind,
        owner: ownerId,
        url,
      }))
      return sliceOf(hooks, query, (each) => `${each.ownerKind} ${each.owner}`)
    },
  }),
]

function toReader(one: User): z.input<typeof reader> {
  return {
    id: one.userId,
    account: one.accountId,
    name: one.name,
    email: one.email,
    language: one.language,
    registrations: [...one.registrations],
  }
}
