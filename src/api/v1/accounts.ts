/** Partners, accounts and what belongs to them. */
import { z } from 'zod'
import {
  accountOf,
  accountsOf,
  groupsOf,
  partnersOf,
  subscriptionOf,
  subscriptionsOf,
} from '../../app/directory/directory-of.ts'
import {
  LANGUAGES,
  type Account,
  type Subscription,
  type Validity,
} from '../../core/accounts/accounts.ts'
import { id, instant, instantOrNull, page, pageOf, sliceOf } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const address = z.object({
  street: z.string(),
  postcode: z.string(),
  city: z.string(),
  country: z.string(),
})

const account = z
  .object({
    id: z.string(),
    partner: z.string(),
    parent: z.string().nullable(),
    name: z.string(),
    address,
    vatId: z.string(),
    registrationNumber: z.string(),
    language: z.enum(LANGUAGES),
    timeZone: z.string(),
    anchorDay: z.int(),
    paymentTermDays: z.int(),
    purchaseOrder: z.string(),
  })
  .meta({ id: 'Account' })

const dated = { from: instant.nullable(), to: instant.nullable() }
const subscription = z
  .object({
    id: z.string(),
    account: z.string(),
    product: z.string(),
    label: z.string(),
    costCentre: z.string(),
    activatedAt: instant.nullable(),
    terminatedAt: instant.nullable(),
    identities: z.array(z.object({ kind: z.string(), value: z.string(), ...dated })),
    plans: z.array(z.object({ plan: z.string(), ...dated })),
    modules: z.array(z.object({ module: z.string(), ...dated })),
    groups: z.array(z.object({ group: z.string(), ...dated })),
  })
  .meta({ id: 'Subscription' })

const accountId = z.object({ accountId: id })

export const accountRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/partners',
    tag: 'accounts',
    summary: 'Partners within reach',
    right: 'anybody',
    query: z.object(page),
    answer: pageOf(
      z
        .object({ id: z.string(), name: z.string(), language: z.enum(LANGUAGES) })
        .meta({ id: 'Partner' }),
    ),
    async run({ ask, query }) {
      const partners = (await ask(partnersOf)).map((one) => ({
        id: one.partnerId,
        name: one.party.legalName,
        language: one.language,
      }))
      return sliceOf(partners, query, (one) => one.id)
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/accounts',
    tag: 'accounts',
    summary: 'Accounts within reach',
    right: 'anybody',
    query: z.object({
      ...page,
      search: z.string().max(100).optional().meta({ description: 'part of id, name or a number' }),
    }),
    answer: pageOf(account),
    async run({ ask, query }) {
      const accounts = (await ask(accountsOf, query.search)).map(toAccount)
      return sliceOf(accounts, query, (one) => one.id)
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/accounts/{accountId}',
    tag: 'accounts',
    summary: 'One account',
    right: 'anybody',
    params: accountId,
    answer: account,
    run: async ({ ask, params }) => toAccount(await ask(accountOf, params.accountId)),
  }),
  jsonRoute({
    method: 'get',
    path: '/accounts/{accountId}/subscriptions',
    tag: 'accounts',
    summary: 'Its subscriptions',
    right: 'anybody',
    params: accountId,
    query: z.object(page),
    answer: pageOf(subscription),
    async run({ ask, params, query }) {
      const own = await ask(subscriptionsOf, params.accountId)
      return sliceOf(own.map(toSubscription), query, (one) => one.id)
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/subscriptions/{subscriptionId}',
    tag: 'accounts',
    summary: 'One subscription',
    right: 'anybody',
    params: z.object({ subscriptionId: id }),
    answer: subscription,
    run: async ({ ask, params }) =>
      toSubscription(await ask(subscriptionOf, params.subscriptionId)),
  }),
  jsonRoute({
    method: 'get',
    path: '/accounts/{accountId}/groups',
    tag: 'accounts',
    summary: 'Its groups',
    right: 'anybody',
    params: accountId,
    query: z.object(page),
    answer: pageOf(
      z
        .object({ id: z.string(), name: z.string(), allowances: z.array(z.string()) })
        .meta({ id: 'Group' }),
    ),
    async run({ ask, params, query }) {
      const groups = (await ask(groupsOf, params.accountId)).map((one) => ({
        id: one.groupId,
        name: one.name,
        allowances: [...one.allowanceIds],
      }))
      return sliceOf(groups, query, (one) => one.id)
    },
  }),
]

function toAccount(one: Account): z.input<typeof account> {
  return {
    id: one.accountId,
    partner: one.partnerId,
    parent: one.parentAccountId === '' ? null : one.parentAccountId,
    name: one.party.legalName,
    address: { ...one.party.address },
    vatId: one.party.vatId,
    registrationNumber: one.party.registrationNumber,
    language: one.language,
    timeZone: one.timeZone,
    anchorDay: one.anchorDay,
    paymentTermDays: one.paymentTermDays,
    purchaseOrder: one.purchaseOrder,
  }
}

function toSubscription(one: Subscription): z.input<typeof subscription> {
  return {
    id: one.subscriptionId,
    account: one.accountId,
    product: one.product,
    label: one.label,
    costCentre: one.costCentre,
    activatedAt: instantOrNull(one.activatedMs),
    terminatedAt: instantOrNull(one.terminatedMs),
    identities: one.identities.map((each) => ({
      kind: each.kind,
      value: each.value,
      ...datesOf(each),
    })),
    plans: one.plans.map((each) => ({ plan: each.planId, ...datesOf(each) })),
    modules: one.modules.map((each) => ({ module: each.moduleId, ...datesOf(each) })),
    groups: one.groups.map((each) => ({ group: each.groupId, ...datesOf(each) })),
  }
}

function datesOf({ fromMs, toMs }: Validity) {
  return { from: instantOrNull(fromMs), to: instantOrNull(toMs) }
}
