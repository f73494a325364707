/** The effective rule of an account, as `tik catalogue show` prints it. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Account, Directory, Subscription } from '../../core/accounts/accounts.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { describeRate, quantityText } from '../../catalogue/describe-rate.ts'
import { loadCatalogue } from '../../catalogue/load-catalogue.ts'
import { showRule } from './show-rule.ts'

const ALWAYS = { fromMs: -Infinity, toMs: Infinity }
const AT_MS = Date.UTC(2026, 9, 15, 10)

let catalogue: Catalogue

beforeAll(async () => {
  catalogue = await loadCatalogue('fixtures/catalogue')
})

test('the rule of a plan names the parents it comes through', () => {
  expect(shown('national-service', [subscription('s1', { planId: 'mobile-unlimited' })])).toBe(`
VAT standard, 21 % in NL

plan mobile-unlimited: s1
  rate mobile-national, from plan mobile-unlimited ← mobile-go ← mobile-default, counts as national-fixed
    valid always
    connect fee 0.0500
    0.1000 per 1 min, by 1 min
    rounded half-up to 4 decimals
  allowance unlimited-voice (own, priority 10): unlimited`)
})

test('the agreement of the account goes before a module, a module before the plan', () => {
  const withModule = subscription('s1', { planId: 'mobile-go', moduleId: 'calling-eu' })
  const overrides = [{ callType: 'roaming-eu-out', rateId: 'mobile-basic-voice', ...ALWAYS }]
  const text = shown('roaming-eu-out', [withModule], overrides)
  expect(text.split('\n').slice(3, 7)).toEqual([
    'plan mobile-go + calling-eu: s1',
    '  rate mobile-basic-voice, from the agreement of account acme',
    '    instead of calling-eu-above, from module calling-eu',
    '    instead of mobile-national, from plan mobile-go ← mobile-default, counts as national-mobile, ' +
      'the default of partner reseller',
  ])
})

test('subscriptions with the same offer are shown together, others apart', () => {
  const text = shown('national-fixed', [
    subscription('s1', { planId: 'voip-basic', product: 'voip' }),
    subscription('s2', { planId: 'sip-trunk', product: 'voip' }),
    subscription('s3', { planId: 'voip-basic', product: 'voip' }),
  ])
  expect(text).toContain('plan voip-basic: s1, s3\n')
  expect(text).toContain('plan sip-trunk: s2\n')
  expect(text).toContain(
    '    peak, days mon tue wed thu fri 08:00-18:00:\n      0.0100 per 1 min, by 1 s',
  )
})

test('a plan that is the default of the partner is said to be that', () => {
  expect(shown('national-fixed', [subscription('s1', { planId: 'mobile-go' })])).toContain(
    'rate mobile-national, from plan mobile-go ← mobile-default, the default of partner reseller',
  )
})

test('an allowance names its version, and a dated entry the plan that brings it', () => {
  const before = catalogue
  const voice = catalogue.allowances.get('unlimited-voice')
  const plan = catalogue.plans.get('mobile-unlimited')
  if (voice === undefined || plan === undefined) throw new Error('the sample has changed')
  const june = Date.UTC(2026, 4, 31, 22)
  const versions = [
    { ...voice, amount: 600, fromMs: -Infinity, toMs: june },
    { ...voice, fromMs: june, toMs: Infinity },
  ]
  const allowanceDates = new Map([['unlimited-voice', [{ fromMs: june, toMs: Infinity }]]])
  catalogue = {
    ...catalogue,
    allowances: new Map([...catalogue.allowances, ['unlimited-voice', { ...voice, versions }]]),
    plans: new Map([...catalogue.plans, ['mobile-unlimited', { ...plan, allowanceDates }]]),
  }
  try {
    expect(shown('national-service', [subscription('s1', { planId: plan.planId })])).toContain(
      'allowance unlimited-voice (own, priority 10): unlimited, version from 2026-06-01, in plan mobile-unlimited from 2026-06-01',
    )
  } finally {
    catalogue = before
  }
})

test('a plan that the catalogue has no longer is named with its dates', () => {
  const before = catalogue
  const plan = catalogue.plans.get('mobile-go')
  if (plan === undefined) throw new Error('the sample has changed')
  const ended = { ...plan, toMs: Date.UTC(2026, 8, 30, 22) }
  catalogue = { ...catalogue, plans: new Map([...catalogue.plans, ['mobile-go', ended]]) }
  try {
    expect(shown('national-data', [subscription('s1', { planId: 'mobile-go' })])).toContain(
      'rejected: plan_missing, there is such a plan until 2026-10-01',
    )
  } finally {
    catalogue = before
  }
})

test('a long list of subscriptions is cut', () => {
  const many = Array.from({ length: 12 }, (_, index) =>
    subscription(`s${index}`, { planId: 'mobile-go' }),
  )
  expect(shown('national-data', many)).toContain('s8, s9 and 2 more\n')
})

test('an older moment shows the older price', () => {
  const voip = [subscription('s1', { planId: 'voip-basic', product: 'voip' })]
  expect(shown('national-fixed', voip)).toContain(
    'valid from 2026-07-01\n    connect fee 0.0450\n    0.0200 per 1 min',
  )
  expect(shown('national-fixed', voip, [], Date.UTC(2026, 5, 30))).toMatch(
    /valid until 2026-07-01\n.*\n    0.0180 per 1 min/,
  )
})

describe('what cannot be rated is said with its reason', () => {
  test.each`
    planId          | product   | callType           | says
    ${'gone'}       | ${'voip'} | ${'national-data'} | ${'rejected: plan_missing'}
    ${'voip-basic'} | ${'voip'} | ${'national-data'} | ${'rejected: rate_missing'}
  `('$callType with $planId: $says', ({ planId, product, callType, says }) => {
    expect(shown(callType, [subscription('s1', { planId, product })])).toContain(says)
  })

  test('no active subscription', () => {
    expect(shown('national-data', [])).toContain('no subscription is active at that moment')
  })
})

test('unknown accounts and call types are errors with a code', () => {
  const directory = directoryWith([], [])
  const question = { catalogue, directory, accountId: 'acme', callType: 'national-data', atMs: 0 }
  expect(() => showRule({ ...question, accountId: 'x' })).toThrow(
    expect.objectContaining({ code: 'not_found' }),
  )
  expect(() => showRule({ ...question, callType: 'data' })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('national-data') }),
  )
})

test('models and information parts are described', () => {
  const lines = (rateId: string) =>
    describeRate(catalogue.rates.get(rateId), AT_MS, 'Europe/Amsterdam').join('\n')
  expect(lines('mobile-data-blocks')).toContain('package: 5.00 per started 500 MB')
  expect(lines('iot-data')).toContain('graduated: 0.0500 per 1 MB, from 1000 MB 0.0200 per 1 MB')
  expect(lines('premium-0909')).toContain('information: connect fee 1.3000')
  expect(describeRate(undefined, AT_MS, 'Europe/Amsterdam')).toEqual([
    'no price at that moment: rate_missing',
  ])
})

test.each`
  quantity         | unit         | text
  ${90}            | ${'second'}  | ${'90 s'}
  ${120}           | ${'second'}  | ${'2 min'}
  ${5_368_709_120} | ${'byte'}    | ${'5 GB'}
  ${1500}          | ${'byte'}    | ${'1500 bytes'}
  ${1}             | ${'message'} | ${'1 message'}
`('$quantity of $unit is $text', ({ quantity, unit, text }) => {
  expect(quantityText(quantity, unit)).toBe(text)
})

function shown(
  callType: string,
  subscriptions: Subscription[],
  overrides: Account['rateOverrides'] = [],
  atMs = AT_MS,
): string {
  const directory = directoryWith(subscriptions, overrides)
  const text = showRule({ catalogue, directory, accountId: 'acme', callType, atMs })
  return text.split('\n').slice(2).join('\n').replace(/^/, '\n').replace(/^\n\n/, '\n')
}

function subscription(
  subscriptionId: string,
  options: { planId?: string; moduleId?: string; product?: 'voip' | 'mobile' },
): Subscription {
  const { planId, moduleId, product = 'mobile' } = options
  return {
    subscriptionId,
    index: 0,
    accountId: 'acme',
    product,
    label: '',
    costCentre: '',
    activatedMs: 0,
    terminatedMs: Infinity,
    identities: [],
    plans: planId === undefined ? [] : [{ planId, ...ALWAYS }],
    modules: moduleId === undefined ? [] : [{ moduleId, ...ALWAYS }],
    groups: [],
  }
}

function directoryWith(
  subscriptions: Subscription[],
  rateOverrides: Account['rateOverrides'],
): Directory {
  const party = {
    legalName: 'Acme',
    address: { street: '', postcode: '', city: '', country: 'NL' },
    vatId: '',
    registrationNumber: '',
  }
  const account: Account = {
    accountId: 'acme',
    partnerId: 'reseller',
    parentAccountId: '',
    party,
    country: 'NL',
    timeZone: 'Europe/Amsterdam',
    anchorDay: 1,
    language: 'nl',
    purchaseOrder: '',
    paymentTermDays: 14,
    sendZeroInvoices: false,
    rateOverrides,
    discounts: [],
    earlierTerms: [],
    closedPeriods: [],
  }
  const partner = {
    partnerId: 'reseller',
    party,
    iban: '',
    bic: '',
    mailFrom: '',
    language: 'nl' as const,
    defaultPlans: { mobile: 'mobile-go' },
  }
  return {
    partners: new Map([['reseller', partner]]),
    accounts: new Map([['acme', account]]),
    subscriptions,
    groups: new Map(),
    users: [],
    limits: [],
  }
}
