/** An invented account with users in four languages, and crossings of its limits: for tests. */
import { loadCatalogue } from '../../src/catalogue/load-catalogue.ts'
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import type { Account, Directory, Language, LimitCode } from '../../src/core/accounts/accounts.ts'
import type { Partner, Subscription, User } from '../../src/core/accounts/accounts.ts'
import { dayFromIso } from '../../src/core/time/period.ts'
import type { LedgerCrossing } from '../../src/alerts/crossings/crossing.ts'
import type { CrossingReader } from '../../src/alerts/crossings/ledger-crossings.ts'

export const EXAMPLE_NOW_MS = Date.parse('2026-11-21T14:03:00+01:00')

export function exampleCatalogue(): Promise<Catalogue> {
  return loadCatalogue('fixtures/catalogue')
}

/** One account `gist` with a group, mobile and VoIP subscriptions and the given users. */
export function exampleDirectory(users: readonly User[], subscriptionsCount = 3): Directory {
  const address = { street: 'Markt 2', postcode: '4811 XX', city: 'Breda', country: 'NL' }
  const partner: Partner = {
    partnerId: 'veldnet',
    party: { legalName: 'Veldnet Telecom', address, vatId: '', registrationNumber: '' },
    iban: '',
    bic: '',
    mailFrom: 'noreply@veldnet.example',
    language: 'nl',
    defaultPlans: {},
  }
  const account: Account = {
    accountId: 'gist',
    partnerId: 'veldnet',
    parentAccountId: '',
    party: { legalName: 'Bakkerij De Gist', address, vatId: '', registrationNumber: '' },
    country: 'NL',
    timeZone: 'Europe/Amsterdam',
    anchorDay: 1,
    language: 'nl',
    purchaseOrder: '',
    paymentTermDays: 14,
    sendZeroInvoices: false,
    rateOverrides: [],
    discounts: [],
    earlierTerms: [],
    closedPeriods: [],
  }
  const subscriptions = Array.from({ length: subscriptionsCount }, (_, index) =>
    exampleSubscription(index),
  )
  const group = { groupId: 'pool', accountId: 'gist', name: 'Iedereen', allowanceIds: [] }
  return {
    partners: new Map([[partner.partnerId, partner]]),
    accounts: new Map([[account.accountId, account]]),
    subscriptions,
    groups: new Map([[group.groupId, group]]),
    users,
    limits: [],
  }
}

/** `sim-0` is called Bestelbus, the last one is a VoIP user. */
function exampleSubscription(index: number): Subscription {
  const always = { fromMs: 0, toMs: Infinity }
  const number = `+31612${String(345_000 + index)}`
  return {
    subscriptionId: `sim-${index}`,
    index,
    accountId: 'gist',
    product: index === 2 ? 'voip' : 'mobile',
    label: index === 0 ? 'Bestelbus' : `SIM ${index}`,
    costCentre: '',
    activatedMs: 0,
    terminatedMs: Infinity,
    identities: [{ kind: 'number', value: number, ...always }],
    plans: [],
    modules: [],
    groups: [{ groupId: 'pool', ...always }],
  }
}

export function exampleUser(language: Language, change: Partial<User> = {}): User {
  return {
    userId: `user-${language}`,
    accountId: 'gist',
    name: 'Anna de Vries',
    email: `anna-${language}@gist.example`,
    language,
    registrations: ['mobile-high-usage', 'voip-high-usage', 'sim-block'],
    ...change,
  }
}

const KINDS: Partial<Record<LimitCode, LedgerCrossing['scopeKind']>> = {
  'group-bundle': 'group',
  'account-total': 'account',
  'voip-total': 'account',
}

/** A subscription's limit of 50 EUR, reached; `change` says otherwise. */
export function exampleCrossing(change: Partial<LedgerCrossing> = {}): LedgerCrossing {
  const { code = 'subscription-total' } = change
  return {
    accountId: 'gist',
    periodStartDay: dayFromIso('2026-11-01'),
    code: 'subscription-total',
    scopeKind: KINDS[code] ?? 'subscription',
    scopeId: 'sim-0',
    subject: '',
    level: '100@50000000',
    used: 50_250_000,
    amount: 50_000_000,
    product: 'mobile',
    subscriptionId: 'sim-0',
    happenedMs: EXAMPLE_NOW_MS - 60_000,
    recordedMs: EXAMPLE_NOW_MS - 1_000,
    origin: 'files/1/0',
    ...change,
  }
}

/** A ledger with these crossings, one a row. */
export function exampleReader(crossings: readonly LedgerCrossing[]): CrossingReader {
  return {
    async readAfter(positions) {
      const nextOffset = positions[0]?.nextOffset ?? 0
      if (nextOffset >= crossings.length) return { crossings: [], positions: [] }
      const place = { logSource: 'files', logPartition: 1, recordedMs: EXAMPLE_NOW_MS }
      return {
        crossings: crossings.slice(nextOffset),
        positions: [{ ...place, nextOffset: crossings.length }],
      }
    },
  }
}
