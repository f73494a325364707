/** Directory of the rating bench: 20,000 accounts with a pooled group and three subscriptions each. */
import type {
  Account,
  Directory,
  Group,
  LimitSetting,
  Partner,
  Subscription,
} from '../src/core/accounts/accounts.ts'
import { PLAN_IDS } from './rate-catalogue.ts'
import { BENCH_PARTY, benchAccount } from './bench-account.ts'

const ACCOUNTS_COUNT = 20_000
const SUBSCRIPTIONS_PER_ACCOUNT = 3
const ALWAYS = { fromMs: 0, toMs: Number.POSITIVE_INFINITY }
const EUR = 1_000_000

export function createRateDirectory(): Directory {
  const partner: Partner = {
    partnerId: 'partner',
    party: BENCH_PARTY,
    iban: '',
    bic: '',
    mailFrom: '',
    language: 'nl',
    defaultPlans: {},
  }
  const accounts = new Map<string, Account>()
  const groups = new Map<string, Group>()
  const subscriptions: Subscription[] = []
  for (let number = 0; number < ACCOUNTS_COUNT; number += 1) {
    const accountId = `A${String(number).padStart(6, '0')}`
    const groupId = `G${accountId}`
    accounts.set(accountId, benchAccount(accountId, 'partner'))
    groups.set(groupId, { groupId, accountId, name: 'All', allowanceIds: [] })
    for (let line = 0; line < SUBSCRIPTIONS_PER_ACCOUNT; line += 1) {
      subscriptions.push(subscriptionOf(subscriptions.length, accountId, groupId))
    }
  }
  const limits = (['account-total', 'subscription-total', 'national-data'] as const).map(
    (code, index): LimitSetting => ({
      ...ALWAYS,
      code,
      scopeKind: 'partner',
      scopeId: 'partner',
      subject: '',
      amount: (index + 1) * 25 * EUR,
      action: 'notify',
    }),
  )
  return {
    partners: new Map([['partner', partner]]),
    accounts,
    subscriptions,
    groups,
    users: [],
    limits,
  }
}

function subscriptionOf(index: number, accountId: string, groupId: string): Subscription {
  return {
    subscriptionId: `S${String(index).padStart(6, '0')}`,
    index,
    accountId,
    product: 'mobile',
    label: '',
    costCentre: '',
    activatedMs: 0,
    terminatedMs: Number.POSITIVE_INFINITY,
    identities: [],
    plans: [{ ...ALWAYS, planId: PLAN_IDS[index % PLAN_IDS.length] ?? 'go' }],
    modules: [],
    groups: [{ ...ALWAYS, groupId }],
  }
}
