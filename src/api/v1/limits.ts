/** Limits: what holds and where it comes from, setting one, back to the default, and who changed what. */
import { z } from 'zod'
import {
  changeLimit,
  dropLimit,
  limitHistory,
  limitsOf,
  ownLimitOf,
} from '../../app/limits/account-limits.ts'
import { alertsOf } from '../../app/alerts/alerts-of.ts'
import type { LimitKey } from '../../directory/limits/limits.ts'
import { limitCodeSchema } from '../../limits/limit-code.ts'
import {
  day,
  dayOf,
  id,
  instant,
  instantOf,
  instantOrNull,
  page,
  pageOf,
  sliceOf,
} from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'
import { amountOf } from './balances.ts'

const listed = z
  .object({
    code: limitCodeSchema,
    subject: z.string(),
    subscription: z.string().nullable(),
    unit: z.string(),
    amount: z.string().nullable().meta({ description: 'in the unit; of money in EUR; 0: off' }),
    action: z.enum(['notify', 'block']),
    from: z.string().meta({ description: 'whose value it is' }),
  })
  .meta({ id: 'Limit' })

const change = z
  .object({
    at: instant,
    by: z.string(),
    code: z.string(),
    subject: z.string(),
    scope: z.string(),
    before: z.string().nullable(),
    after: z.string().nullable(),
  })
  .meta({ id: 'LimitChange' })

const wish = z.object({
  amount: z.string().max(40).meta({ description: '"50.00" in EUR, "250 min", "500 MB"; 0 is off' }),
  action: z.enum(['notify', 'block']).optional(),
  levels: z.string().max(200).optional(),
})

const alert = z
  .object({
    account: z.string(),
    periodStart: day,
    code: z.string(),
    scope: z.string(),
    subject: z.string(),
    level: z.string(),
    subscription: z.string().nullable(),
    happenedAt: instant,
    channel: z.enum(['mail', 'webhook', 'none']),
    recipient: z.string(),
    state: z.string(),
    reason: z.string(),
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Alert' })

const subject = z.object({
  subject: z.string().max(100).default('').meta({ description: 'the module or service of it' }),
})
const effect = z.object({
  crossedLevels: z.int().meta({ description: 'levels that are reached already' }),
})

/** The three whose value a limit can be. */
const OWNERS = [
  { kind: 'account', path: '/accounts/{ownerId}/limits/{code}', whose: 'an account' },
  { kind: 'subscription', path: '/subscriptions/{ownerId}/limits/{code}', whose: 'a subscription' },
  { kind: 'partner', path: '/partners/{ownerId}/limits/{code}', whose: "a partner's accounts" },
] as const
const owner = z.object({ ownerId: id, code: limitCodeSchema })

export const limitRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/accounts/{accountId}/limits',
    tag: 'limits',
    summary: 'The value that holds of each limit, and where it comes from',
    right: 'see-usage',
    params: z.object({ accountId: id }),
    answer: z.object({ items: z.array(listed) }),
    async run({ ask, params }) {
      const limits = await ask(limitsOf, params.accountId)
      return {
        items: limits.map((one) => ({
          code: one.code,
          subject: one.subject,
          subscription: one.subscriptionId === '' ? null : one.subscriptionId,
          unit: one.unit,
          amount: amountOf(one.unit, one.amount),
          action: one.action,
          from: one.from,
        })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/accounts/{accountId}/limit-changes',
    tag: 'limits',
    summary: 'Who changed which limit, newest first',
    right: 'see-usage',
    params: z.object({ accountId: id }),
    query: z.object(page),
    answer: pageOf(change),
    async run({ ask, params, query }) {
      const changes = (await ask(limitHistory, params.accountId)).map((one) => ({
        at: instantOf(one.atMs),
        by: one.changedBy,
        code: one.code,
        subject: one.subject,
        scope: `${one.scopeKind} ${one.scopeId}`,
        before: one.fromAmount === null ? null : amountOf(one.unit, one.fromAmount),
        after: one.toAmount === null ? null : amountOf(one.unit, one.toAmount),
      }))
      return sliceOf(changes, query, (one) => JSON.stringify(one))
    },
  }),
  ...OWNERS.flatMap(({ kind, path, whose }) => [
    jsonRoute({
      method: 'get',
      path,
      tag: 'limits',
      summary: `The own value of ${whose}, if there is one`,
      right: 'see-usage',
      params: owner,
      query: subject,
      answer: z.object({
        amount: z.string().nullable(),
        action: z.enum(['notify', 'block']).nullable(),
        levels: z.string().nullable(),
      }),
      async run({ ask, params, query }) {
        const found = await ask(ownLimitOf, keyOf(kind, params, query))
        return {
          amount: found === undefined ? null : amountOf(found.unit, found.amount),
          action: found?.action ?? null,
          levels: found?.levels ?? null,
        }
      },
    }),
    jsonRoute({
      method: 'put',
      path,
      tag: 'limits',
      summary: `Sets a limit of ${whose}`,
      right: 'change-limits',
      params: owner,
      query: subject,
      body: wish,
      answer: effect,
      async run({ ask, params, query, body }) {
        const { amount, action, levels } = body
        const { crossedCount } = await ask(changeLimit, {
          key: keyOf(kind, params, query),
          amount,
          ...(action === undefined ? {} : { action }),
          ...(levels === undefined ? {} : { levels }),
        })
        return { crossedLevels: crossedCount }
      },
    }),
    jsonRoute({
      method: 'delete',
      path,
      tag: 'limits',
      summary: `Takes the own value of ${whose} away: the default holds again`,
      right: 'change-limits',
      params: owner,
      query: subject,
      answer: effect,
      async run({ ask, params, query }) {
        const { crossedCount } = await ask(dropLimit, { key: keyOf(kind, params, query) })
        return { crossedLevels: crossedCount }
      },
    }),
  ]),
  jsonRoute({
    method: 'get',
    path: '/alerts',
    tag: 'limits',
    summary: 'What was crossed, and what became of each message about it; newest first',
    right: 'see-usage',
    query: z.object({ ...page, account: id.optional() }),
    answer: pageOf(alert),
    async run({ ask, query }) {
      const alerts = await ask(
        alertsOf,
        query.account === undefined ? {} : { accountId: query.account },
      )
      const items = alerts.map((one) => ({
        account: one.accountId,
        periodStart: dayOf(one.periodStartDay),
        code: one.code,
        scope: `${one.scopeKind} ${one.scopeId}`,
        subject: one.subject,
        level: one.level,
        subscription: one.subscriptionId === '' ? null : one.subscriptionId,
        happenedAt: instantOf(one.happenedMs),
        channel: one.channel,
        recipient: one.recipient,
        state: one.state,
        reason: one.reason,
        finishedAt: instantOrNull(one.finishedMs),
      }))
      return sliceOf(items, query, (one) => JSON.stringify(one))
    },
  }),
]

function keyOf(
  scopeKind: LimitKey['scopeKind'],
  { ownerId, code }: z.output<typeof owner>,
  { subject: of }: z.output<typeof subject>,
): LimitKey {
  return { code, subject: of, scopeKind, scopeId: ownerId }
}
