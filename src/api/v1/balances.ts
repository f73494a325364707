/** How bundles, group bundles, cost and limits of an account stand in a period. */
import { z } from 'zod'
import { balancesOf } from '../../app/usage/balances-of.ts'
import { simsOf } from '../../app/usage/sims-of.ts'
import { LEFT_GROUPS } from '../../balances/sims-left.ts'
import type { BundleBalance } from '../../balances/bundle-balance.ts'
import type { LimitBalance } from '../../balances/limit-balance.ts'
import { micros } from '../../core/money/money.ts'
import {
  day,
  dayOf,
  id,
  instant,
  instantOf,
  money,
  moneyOf,
  page,
  pageOf,
  sliceOf,
} from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

/** In the unit beside it; of money a decimal in EUR. null: without a bound. */
const amount = z.string().nullable()

const bundle = z
  .object({
    allowance: z.string(),
    names: z.record(z.string(), z.string()),
    unit: z.string(),
    used: amount,
    amount,
    remaining: amount,
    above: amount,
    percent: z.int().nullable(),
    mark: z.enum(['none', 'yellow', 'red']),
  })
  .meta({ id: 'Bundle' })

const limit = z
  .object({
    code: z.string(),
    subject: z.string(),
    unit: z.string(),
    used: amount,
    amount,
    percent: z.int(),
    from: z.string(),
    action: z.string(),
  })
  .meta({ id: 'LimitBalance' })

const balances = z
  .object({
    account: z.string(),
    at: instant,
    period: z.object({ from: day, to: day.meta({ description: 'the first day after it' }) }),
    total: money,
    limits: z.array(limit),
    groups: z.array(
      z.object({ group: z.string(), name: z.string(), members: z.int(), bundles: z.array(bundle) }),
    ),
    subscriptions: z.array(
      z.object({
        subscription: z.string(),
        number: z.string(),
        label: z.string(),
        product: z.string(),
        isTerminated: z.boolean(),
        cost: money,
        bundles: z.array(bundle),
        limits: z.array(limit),
      }),
    ),
    simGroups: z.object({ enough: z.int(), low: z.int(), empty: z.int() }),
  })
  .meta({ id: 'Balances' })

const left = z.enum(LEFT_GROUPS).meta({ description: '20-100 % left, less than 20 %, none' })

const sim = z
  .object({
    subscription: z.string(),
    number: z.string(),
    label: z.string(),
    left,
    percentLeft: z.int().nullable().meta({ description: 'null: without a bound' }),
    bundle,
  })
  .meta({ id: 'SimLeft' })

const period = z.string().max(20).default('current').meta({ description: 'current, or a month' })

export const balanceRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/accounts/{accountId}/balances',
    tag: 'accounts',
    summary: 'Bundles, group bundles, cost and limits of a period',
    right: 'see-usage',
    params: z.object({ accountId: id }),
    query: z.object({ period }),
    answer: balances,
    async run({ ask, params, query }) {
      const [found] = await ask(balancesOf, { account: params.accountId, period: query.period })
      if (found === undefined) throw new Error('an account that is there has balances')
      return {
        account: found.accountId,
        at: instantOf(found.atMs),
        period: { from: dayOf(found.period.startDay), to: dayOf(found.period.endDay) },
        total: moneyOf(found.totalMicros),
        limits: found.limits.map(toLimit),
        groups: found.groups.map((group) => ({
          group: group.groupId,
          name: group.name,
          members: group.membersCount,
          bundles: group.bundles.map(toBundle),
        })),
        subscriptions: found.subscriptions.map((one) => ({
          subscription: one.subscriptionId,
          number: one.number,
          label: one.label,
          product: one.product,
          isTerminated: one.terminated,
          cost: moneyOf(one.costMicros),
          bundles: one.bundles.map(toBundle),
          limits: one.limits.map(toLimit),
        })),
        simGroups: found.simGroups,
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/accounts/{accountId}/sims',
    tag: 'accounts',
    summary: 'SIMs by how much of their data bundle is left, who has least first',
    right: 'see-usage',
    params: z.object({ accountId: id }),
    query: z.object({ ...page, period, left: left.optional() }),
    answer: pageOf(sim),
    async run({ ask, params, query }) {
      const sims = await ask(simsOf, { account: params.accountId, ...query })
      const { items, nextCursor } = sliceOf(sims, query, (one) => one.subscriptionId)
      return {
        items: items.map(({ subscriptionId, number, label, ...one }) => ({
          subscription: subscriptionId,
          number,
          label,
          left: one.left,
          percentLeft: one.percentLeft ?? null,
          bundle: toBundle(one.bundle),
        })),
        nextCursor,
      }
    },
  }),
]

export function amountOf(unit: string, count: number): string | null {
  if (!Number.isFinite(count)) return null
  return unit === 'money' ? moneyOf(micros(count)).amount : String(count)
}

function toBundle({ allowanceId, unit, ...one }: BundleBalance): z.input<typeof bundle> {
  return {
    allowance: allowanceId,
    names: { ...one.names },
    unit,
    used: amountOf(unit, one.used),
    amount: amountOf(unit, one.amount),
    remaining: amountOf(unit, one.remaining),
    above: amountOf(unit, one.above),
    percent: one.percent ?? null,
    mark: one.mark,
  }
}

function toLimit({ code, subject, unit, used, ...one }: LimitBalance): z.input<typeof limit> {
  return {
    code,
    subject,
    unit,
    used: amountOf(unit, used),
    amount: amountOf(unit, one.amount),
    percent: one.percent,
    from: one.from,
    action: one.action,
  }
}
