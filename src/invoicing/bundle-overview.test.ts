import { expect, test } from 'vitest'
import type { Allowance, Plan } from '../catalogue/catalogue.ts'
import type { Group, Subscription } from '../core/accounts.ts'
import { bundleOverview, type BundleRequest } from './bundle-overview.ts'
import { inventedRequest } from './invented-request.ts'

const MB = 1_048_576
const { partner, catalogue, calendar, period, subscriptions } = inventedRequest({
  subscriptionsCount: 2,
})
const [first, second] = subscriptions
const key = (scopeId: string, day = period.startDay): string => `data|${scopeId}|${day}`

test('a pool shows the group as a whole and what each member used of its own part', () => {
  // The example of the rating specification: 966 and 37 of 500 MB, 1,003 of 1,000 together.
  const request = requestWith({ scope: 'group-pooled', amount: 500 * MB }, [
    { key: key('team'), subscriptionId: idOf(first), quantity: 966 * MB },
    { key: key('team'), subscriptionId: idOf(second), quantity: 34 * MB },
  ])
  expect(shown(request)).toEqual([
    ['group', 'team', 1_000, 1_000],
    ['subscription', idOf(first), 966, 500],
    ['subscription', idOf(second), 34, 500],
  ])
})

test('a member that left takes its part out of the pool, and shows what it used', () => {
  const left = { ...member(second), toMs: Date.UTC(2026, 9, 16) }
  const request = requestWith(
    { scope: 'group-pooled', amount: 500 * MB },
    [{ key: key('team'), subscriptionId: idOf(first), quantity: 600 * MB }],
    left,
  )
  expect(shown(request)[0]).toEqual(['group', 'team', 600, 500])
})

test('an own bundle is prorated by the day of activation, and 0 used is shown', () => {
  const request = requestWith({ scope: 'own', amount: 3_100 * MB, proration: 'daily' }, [])
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

test('a day pass counts the days on which it was used; an unlimited bundle has no end', () => {
  const takes = [20_000, 20_001].map((day) => ({
    key: key(idOf(first), day),
    subscriptionId: idOf(first),
    quantity: 150 * MB,
  }))
  const pass = requestWith({ scope: 'own', amount: 200 * MB, period: 'day' }, takes)
  expect(shown(pass)).toEqual([['subscription', idOf(first), 300, 400]])
  const unlimited = requestWith({ scope: 'group-fixed', amount: Infinity }, [])
  expect(shown(unlimited)).toEqual([['group', 'team', 0, undefined]])
})

function shown(request: BundleRequest): unknown[] {
  return bundleOverview(request).map((bundle) => [
    bundle.scope,
    bundle.scopeId,
    bundle.used / MB,
    bundle.included === undefined ? undefined : bundle.included / MB,
  ])
}

function requestWith(
  changes: Partial<Allowance>,
  takes: BundleRequest['takes'],
  secondMember: Subscription['groups'][number] = member(second),
): BundleRequest {
  const allowance: Allowance = { ...ALLOWANCE, ...changes }
  const plan: Plan | undefined = catalogue.plans.get('mobiel-zakelijk')
  if (plan === undefined) throw new Error('the invented catalogue has this plan')
  const group: Group = {
    groupId: 'team',
    accountId: 'duinzicht',
    name: 'Team',
    allowanceIds: ['data'],
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
