/** Who one is, users and their roles, own sessions, and the audit log. */
import { z } from 'zod'
import { auditOf } from '../../app/access/audit-of.ts'
import { changeAccess, inviteUser, peopleOf, personOf } from '../../app/access/people.ts'
import { endOwnSession, ownSessions } from '../../app/access/sign-in.ts'
import { DOORS } from '../../audit/audit-log.ts'
import { LANGUAGES } from '../../core/accounts/accounts.ts'
import type { Person } from '../../identity/person.ts'
import { RIGHTS } from '../../identity/rights.ts'
import { fromCursor, id, instant, instantOf, page, pageOf, sliceOf, toCursor } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const right = z.enum(RIGHTS)

const me = z
  .object({
    name: z.string(),
    reach: z.object({
      kind: z.string(),
      partner: z.string().nullable(),
      accounts: z.array(z.string()),
    }),
    rights: z.array(right),
  })
  .meta({ id: 'Me' })

const user = z
  .object({
    id: z.string(),
    account: z.string(),
    name: z.string(),
    email: z.string(),
    language: z.enum(LANGUAGES),
    roles: z.array(z.string()),
    isBlocked: z.boolean(),
  })
  .meta({ id: 'User' })

const session = z
  .object({
    id: z.string(),
    openedAt: instant,
    usedAt: instant,
    expiresAt: instant,
    address: z.string(),
    agent: z.string(),
  })
  .meta({ id: 'Session' })

const entry = z
  .object({
    id: z.int(),
    at: instant,
    actor: z.string(),
    door: z.enum(DOORS),
    act: z.string(),
    subject: z.string(),
    account: z.string(),
    partner: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    address: z.string(),
    requestId: z.string(),
  })
  .meta({ id: 'AuditEntry' })

const nothing = z.object({})

export const accessRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/me',
    tag: 'access',
    summary: 'Who asks, and what they may',
    right: 'anybody',
    answer: me,
    run({ caller }) {
      const { kind } = caller.reach
      return {
        name: caller.name,
        reach: {
          kind,
          partner: caller.reach.kind === 'partner' ? caller.reach.partnerId : null,
          accounts: caller.reach.kind === 'accounts' ? [...caller.reach.accountIds] : [],
        },
        rights: [...caller.rights],
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/accounts/{accountId}/users',
    tag: 'access',
    summary: 'Users of an account and their roles',
    right: 'manage-users',
    params: z.object({ accountId: id }),
    query: z.object(page),
    answer: pageOf(user),
    async run({ ask, params, query }) {
      const people = await ask(peopleOf, params.accountId)
      return sliceOf(people.map(toUser), query, (one) => one.id)
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/users/{userId}/access',
    tag: 'access',
    summary: 'One user',
    right: 'manage-users',
    params: z.object({ userId: id }),
    answer: user,
    run: async ({ ask, params }) => toUser(await ask(personOf, params.userId)),
  }),
  jsonRoute({
    method: 'put',
    path: '/users/{userId}/access',
    tag: 'access',
    summary: 'What a user may do, and whether they are blocked',
    right: 'manage-users',
    params: z.object({ userId: id }),
    body: z.object({ roles: z.array(z.string().max(60)).max(20), isBlocked: z.boolean() }),
    answer: user,
    run: async ({ ask, params, body }) => toUser(await ask(changeAccess, params.userId, body)),
  }),
  jsonRoute({
    method: 'post',
    path: '/users/{userId}/invitation',
    tag: 'access',
    summary: 'A link with which the user sets a password; it works once, for seven days',
    right: 'manage-users',
    params: z.object({ userId: id }),
    answer: z.object({ link: z.string() }),
    answersSecret: true,
    status: 201,
    run: async ({ ask, params }) => ({
      link: `/set-password#link=${await ask(inviteUser, params.userId)}`,
    }),
  }),
  jsonRoute({
    method: 'get',
    path: '/sessions',
    tag: 'access',
    summary: 'Own sessions, the last used first',
    right: 'anybody',
    answer: z.object({ items: z.array(session) }),
    async run({ ask }) {
      const sessions = await ask(ownSessions)
      return {
        items: sessions.map((one) => ({
          id: one.sessionId,
          openedAt: instantOf(one.createdMs),
          usedAt: instantOf(one.seenMs),
          expiresAt: instantOf(one.expiresMs),
          address: one.address,
          agent: one.agent,
        })),
      }
    },
  }),
  jsonRoute({
    method: 'delete',
    path: '/sessions/{sessionId}',
    tag: 'access',
    summary: 'Ends one of the own sessions',
    right: 'anybody',
    params: z.object({ sessionId: id }),
    answer: nothing,
    async run({ ask, params }) {
      await ask(endOwnSession, params.sessionId)
      return {}
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/audit',
    tag: 'access',
    summary: 'Who did what, newest first',
    right: 'see-audit',
    query: z.object(page),
    answer: pageOf(entry),
    async run({ ask, query }) {
      const beforeEntryId = fromCursor(query.cursor, z.int())
      const entries = await ask(auditOf, { beforeEntryId, limit: query.limit + 1 })
      const items = entries.slice(0, query.limit).map((one) => ({
        id: one.entryId,
        at: instantOf(one.atMs),
        actor: one.name,
        door: one.door,
        act: one.act,
        subject: one.subject,
        account: one.accountId,
        partner: one.partnerId,
        before: one.before,
        after: one.after,
        address: one.address,
        requestId: one.requestId,
      }))
      const last = items.at(-1)
      const isMore = entries.length > query.limit && last !== undefined
      return { items, nextCursor: isMore ? toCursor(last.id) : null }
    },
  }),
]

function toUser(one: Person): z.input<typeof user> {
  return {
    id: one.key.slice(one.key.indexOf(':') + 1),
    account: one.accountId,
    name: one.name,
    email: one.email,
    language: one.language,
    roles: [...one.roles],
    isBlocked: one.isBlocked,
  }
}
