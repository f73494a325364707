import { expect, test } from 'vitest'
import type { Allowance, Plan } from '../../catalogue/catalogue.ts'
import type { Group, Subscription } from '../../core/accounts/accounts.ts'
import { ZERO_MICROS } from '../../core/money/money.ts'
import { bundleOverview, earliestStartDay, type BundleRequest } from './bundle-overview.ts'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'

const MB = 1_048_576
const { partner, catalogue, calendar, period, subscriptions } = inventedRequest({
  subscriptionsCount: 2,
})
const [first, second] = subscriptions
const take = (of: string, quantity: number, ownQuantity = quantity) => {
  return { key: of, quantity, ownQuantity }
}
const key = (scopeId: string, day = period.startDay): string =>
  `data|${scopeId}|${day}|${scopeId === 'team' ? 'group' : 'subscription'}`

test('a pool shows the group as a whole and what each member used of its own part', () => {
  // Example A3 of the rating specification: 3 MB were out of bundle.
  const request = requestWith(
    { scope: 'group-pooled', amount: 500 * MB },
    { takes: [take(key('team'), 1_000 * MB)], used: [966, 37], outOfBundle: [0, 3] },
  )
  expect(shown(request)).toEqual([
    ['group', 'team', 1_003, 1_000],
    ['subscription', idOf(first), 966, 500],
    ['subscription', idOf(second), 37, 500],
  ])
})

test('takes of an earlier build are shown where they belong', () => {
  const day = period.startDay
  const takes = [
    take(`data|team|${day}|group`, 600 * MB),
    take(`data|${idOf(first)}|${day}|self`, 20 * MB),
  ]
  const pool = requestWith({ scope: 'group-pooled', amount: 500 * MB }, { takes, used: [600, 0] })
  expect(shown(pool)[0]).toEqual(['group', 'team', 600, 1_000])
  const pass = requestWith({ scope: 'own', amount: 200 * MB, period: 'day' }, { takes })
  expect(shown(pass)).toEqual([['subscription', idOf(first), 20, 200]])
})

test('a member that left takes its part out of the pool; use made stays made', () => {
  const request = requestWith(
    { scope: 'group-pooled', amount: 500 * MB },
    { takes: [take(key('team'), 600 * MB)], used: [600, 0] },
    { ...member(second), toMs: Date.UTC(2026, 9, 16) },
  )
  expect(shown(request)[0]).toEqual(['group', 'team', 600, 500])
})

test('a member that leaves at the end of the period was in the pool all of it', () => {
  const request = requestWith(
    { scope: 'group-pooled', amount: 500 * MB },
    {},
    { ...member(second), toMs: period.endMs },
  )
  expect(shown(request)[0]).toEqual(['group', 'team', 0, 1_000])
})

test('what a bundle holds from the next period on is not shown for this one', () => {
  const terms = { amount: 200 * MB, fairUseAmount: undefined, callTypes: [], priority: 1 }
  const versions = [
    { ...terms, fromMs: -Infinity, toMs: period.endMs },
    { ...terms, amount: 900 * MB, fromMs: period.endMs, toMs: Infinity },
  ]
  expect(shown(requestWith({ scope: 'own', amount: 900 * MB, versions }))[0]).toEqual([
    'subscription',
    idOf(first),
    0,
    200,
  ])
})

test('an own bundle that was used is shown once', () => {
  const takes = [take(key(idOf(first)), 100 * MB)]
  const request = requestWith({ scope: 'own', amount: 200 * MB }, { takes, used: [100, 0] })
  expect(shown(request)).toEqual([
    ['subscription', idOf(first), 100, 200],
    ['subscription', idOf(second), 0, 200],
  ])
})

test('an own bundle is prorated by the day of activation, and 0 used is shown', () => {
  const request = requestWith({ scope: 'own', amount: 3_100 * MB, proration: 'daily' })
  const [one, two] = request.subscriptions
  if (one === undefined || two === undefined) throw new Error('there are two')
  const activatedMs = Date.UTC(2026, 9, 11, 8)
  const plans = one.plans.map((each) => ({ ...each, fromMs: activatedMs }))
  const changed = { ...request, subscriptions: [{ ...one, activatedMs, plans }, two] }
  expect(shown(changed)).toEqual([
    ['subscription', idOf(first), 0, 2_100],
    ['subscription', idOf(second), 0, 3_100],
  ])
})

test('a day pass counts the days of the period on which it was used', () => {
  const takes = [period.startDay - 1, period.startDay, period.startDay + 4].map((day) =>
    take(key(idOf(first), day), 150 * MB),
  )
  const pass = requestWith({ scope: 'own', amount: 200 * MB, period: 'day' }, { takes })
  expect(shown(pass)).toEqual([['subscription', idOf(first), 300, 400]])
})

test('what an earlier period left is shown up to the most that is kept, less what was used of it', () => {
  const before = calendar.periodAt(period.startMs - 1)
  const rolling = { scope: 'own', rolloverPeriods: 1, rolloverMaximum: 30 * MB } as const
  const shownAfter = (quantity: number, own: number): unknown => {
    const takes = [take(key(idOf(first), before.startDay), quantity * MB, own * MB)]
    const [ofFirst] = shown(requestWith({ ...rolling, amount: 100 * MB }, { takes }))
    return ofFirst
  }
  expect(shownAfter(20, 20)).toEqual(['subscription', idOf(first), 0, 130])
  expect(shownAfter(30, 20)).toEqual(['subscription', idOf(first), 0, 120])
  expect(shownAfter(95, 90)).toEqual(['subscription', idOf(first), 0, 105])
})

test('an unlimited bundle has no end', () => {
  const unlimited = requestWith({ scope: 'group-fixed', amount: Infinity })
  expect(shown(unlimited)).toEqual([['group', 'team', 0, undefined]])
})

test('usage of earlier periods matters as far back as an allowance reaches', () => {
  const reach = (changes: Partial<Allowance>): number =>
    earliestStartDay(requestWith(changes).catalogue, period)
  expect(reach({})).toBe(period.startDay)
  expect(reach({ rolloverPeriods: 2 })).toBe(period.startDay - 62)
  expect(reach({ period: 'lifetime' })).toBe(0)
})

function shown(request: BundleRequest): unknown[] {
  return bundleOverview(request).map((bundle) => [
    bundle.scope,
    bundle.scopeId,
    bundle.used / MB,
    bundle.included === undefined ? undefined : bundle.included / MB,
  ])
}

interface InventedUse {
  readonly takes?: BundleRequest['takes']
  /** Megabytes by subscription. */
  readonly used?: readonly number[]
  readonly outOfBundle?: readonly number[]
}

function requestWith(
  changes: Partial<Allowance>,
  { takes = [], used = [], outOfBundle = [] }: InventedUse = {},
  secondMember: Subscription['groups'][number] = member(second),
): BundleRequest {
  const allowance: Allowance = { ...ALLOWANCE, ...changes }
  const plan: Plan | undefined = catalogue.plans.get('mobiel-zakelijk')
  if (plan === undefined) throw new Error('the invented catalogue has this plan')
  const group: Group = {
    groupId: 'team',
    accountId: 'duinzicht',
    name: 'Team',
    allowanceIds: changes.scope === 'group-fixed' ? ['data'] : [],
  }
  return {
    partner,
    catalogue: {
      ...catalogue,
      allowances: new Map([['data', allowance]]),
      plans: new Map([[plan.planId, { ...plan, allowanceIds: ['data'] }]]),
    },
    calendar,
    period,
    language: 'nl',
    groups: [group],
    subscriptions: subscriptions.map((each, index) => ({
      ...each,
      modules: [],
      groups: [index === 0 ? member(first) : secondMember],
    })),
    takes,
    usage: subscriptions.map((each, index) => ({
      periodStartDay: period.startDay,
      late: false,
      subscriptionId: each.subscriptionId,
      product: 'mobile',
      kind: 'data',
      callType: 'national-data',
      count: 1,
      quantity: (used[index] ?? 0) * MB,
      fromMs: 0,
      outOfBundleQuantity: (outOfBundle[index] ?? 0) * MB,
      chargeMicros: ZERO_MICROS,
      informationChargeMicros: ZERO_MICROS,
    })),
  }
}

const ALLOWANCE: Allowance = {
  allowanceId: 'data',
  names: { nl: 'Data', fr: 'Data', de: 'Data', en: 'Data' },
  unit: 'byte',
  amount: 0,
  fairUseAmount: undefined,
  callTypes: ['national-data'],
  increment: 1,
  period: 'billing-period',
  lifetimeMonths: 0,
  proration: 'none',
  rolloverPeriods: 0,
  versions: [],
  priority: 1,
  scope: 'own',
  watchedBy: undefined,
}

function member(subscription: Subscription | undefined): Subscription['groups'][number] {
  return { groupId: 'team', fromMs: subscription?.activatedMs ?? 0, toMs: Infinity }
}

function idOf(subscription: Subscription | undefined): string {
  return subscription?.subscriptionId ?? ''
}
