import { expect, test } from 'vitest'
import type { Catalogue, Rate } from '../../catalogue/catalogue.ts'
import { loadCatalogue } from '../../catalogue/load-catalogue.ts'
import { priceChanges } from './price-changes.ts'

const AT = { atMs: Date.parse('2026-10-15T12:00Z') }
const LAST_YEAR = { atMs: Date.parse('2025-10-15T12:00Z') }
const catalogue = await loadCatalogue('fixtures/catalogue')

/** The catalogue with another price in one rate, or another fee of one plan. */
function withPrice(rateId: string, price: string): Catalogue {
  const rate = catalogue.rates.get(rateId)
  if (rate === undefined) throw new Error(`no rate ${rateId}`)
  const versions = rate.versions.map((version) => ({
    ...version,
    steps: version.steps.map((step) => ({ ...step, price })),
  }))
  return { ...catalogue, rates: new Map([...catalogue.rates, [rateId, { ...rate, versions }]]) }
}

function withFee(planId: string, monthlyFee: string): Catalogue {
  const plan = catalogue.plans.get(planId)
  if (plan === undefined) throw new Error(`no plan ${planId}`)
  return { ...catalogue, plans: new Map([...catalogue.plans, [planId, { ...plan, monthlyFee }]]) }
}

function changes(after: Catalogue): string[] {
  return priceChanges({ catalogue, ...AT }, { catalogue: after, ...AT }).map(
    ({ subject, what, before, after: now }) => `${subject} ${what}: ${before} to ${now}`,
  )
}

test.each([
  ['0.1450', []],
  ['0.1451', ['voip-national-mobile price of a minute: 0.0725 to 0.1451']],
  ['0.0362', ['voip-national-mobile price of a minute: 0.0725 to 0.0362']],
  ['0', ['voip-national-mobile price of a minute: 0.0725 to 0']],
])('0.0725 a minute that becomes %s', (price, expected) => {
  expect(changes(withPrice('voip-national-mobile', price))).toEqual(expected)
})

/** The catalogue with one rate changed, as a whole. */
function withRate(of: Partial<Rate>, unit: 'second' | 'byte' | 'message' = 'second'): Catalogue {
  const rateId = 'voip-national-mobile'
  const rate = catalogue.rates.get(rateId)
  if (rate === undefined) throw new Error(`no rate ${rateId}`)
  const versions = rate.versions.map((version) => ({ ...version, ...of }))
  return {
    ...catalogue,
    rates: new Map([...catalogue.rates, [rateId, { ...rate, unit, versions }]]),
  }
}

/** What changes between two forms of one rate. */
function between(
  before: Partial<Rate>,
  after: Partial<Rate>,
  unit?: Parameters<typeof withRate>[1],
): string[] {
  const [old, now] = [withRate(before, unit), withRate(after, unit)]
  return priceChanges({ catalogue: old, ...AT }, { catalogue: now, ...AT }).map(
    ({ what, before: then, after: fresh }) => `${what}: ${then} to ${fresh}`,
  )
}

const step = (price: string, from = 0, per = 60) => ({ from, price, per, increment: 1 })
const band = (price: string) => ({
  name: 'night',
  days: [1],
  fromMinute: 0,
  toMinute: 60,
  connectFee: '0',
  steps: [step(price)],
})
const tiers = (price: string) => [{ from: 0, price, per: 60 }]
const model = (of: object) => ({ model: { scope: 'account', ...of } as Rate['model'] })

test.each<[string, Partial<Rate>, Partial<Rate>, string[]]>([
  ['a connect fee', { connectFee: '0.05' }, { connectFee: '0.50' }, ['connect fee: 0.05 to 0.5']],
  ['a minimum', { minimum: '0.10' }, { minimum: '1' }, ['minimum: 0.1 to 1']],
  ['a maximum', { maximum: '1' }, { maximum: '10' }, ['maximum: 1 to 10']],
  ['a bound that is new', {}, { minimum: '1', maximum: '10' }, []],
  [
    'a later step',
    { steps: [step('0.10'), step('0.10', 600)] },
    { steps: [step('0.10'), step('1', 600)] },
    ['price of a minute from 600: 0.1 to 1'],
  ],
  [
    'a band',
    { bands: [band('0.10')] },
    { bands: [band('1')] },
    ['night: price of a minute: 0.1 to 1'],
  ],
  [
    'information',
    {
      information: {
        connectFee: '0',
        steps: [step('0.10')],
        minimum: undefined,
        maximum: undefined,
      },
    },
    {
      information: { connectFee: '0', steps: [step('1')], minimum: undefined, maximum: undefined },
    },
    ['information: price of a minute: 0.1 to 1'],
  ],
  [
    'the price of a package',
    model({ type: 'package', price: '1', size: 60 }),
    model({ type: 'package', price: '10', size: 60 }),
    ['package price of a minute: 1 to 10'],
  ],
  [
    'the price of a tier',
    model({ type: 'graduated', tiers: tiers('0.10') }),
    model({ type: 'graduated', tiers: tiers('1') }),
    ['graduated price of a minute from 0: 0.1 to 1'],
  ],
  [
    'a percentage, which has no price',
    model({ type: 'percentage', tiers: [{ from: 0, percentHundredths: 100 }] }),
    model({ type: 'percentage', tiers: [{ from: 0, percentHundredths: 9_000 }] }),
    [],
  ],
])('what slipped is named by what it is for: %s', (_what, before, after, expected) => {
  expect(between(before, after)).toEqual(expected)
})

const slip = (unit: 'second' | 'byte' | 'message', per: number) =>
  between({ steps: [step('1', 0, per)] }, { steps: [step('10', 0, per)] }, unit)

test('a price is told in what people think in', () => {
  expect(slip('second', 60)).toEqual(['price of a minute: 1 to 10'])
  expect(slip('byte', 1_000_000)).toEqual(['price of a million bytes: 1 to 10'])
  expect(slip('message', 1)).toEqual(['price of a message: 1 to 10'])
})

const soldBetween = (before: Catalogue, after: Catalogue) =>
  priceChanges({ catalogue: before, ...AT }, { catalogue: after, ...AT })

test('prices in another unit, and of a call type that had or has none then, are not compared', () => {
  const dear = { steps: [step('10')] }
  const far = Date.parse('2030-01-01T00:00Z')
  expect(soldBetween(catalogue, withRate(dear, 'message'))).toEqual([])
  expect(soldBetween(withRate({ fromMs: far }), withRate(dear))).toEqual([])
  expect(soldBetween(withRate(dear), withRate({ fromMs: far }))).toEqual([])
  const without = {
    ...catalogue,
    rates: new Map([...catalogue.rates].filter(([id]) => id !== 'voip-national-mobile')),
  }
  expect(soldBetween(without, withRate(dear))).toEqual([])
  expect(soldBetween(withRate(dear), without)).toEqual([])
})

test('a change names the call types that have the price, and the plans and modules that sell it', () => {
  const [change] = soldBetween(catalogue, withPrice('voip-national-mobile', '0.1451'))
  expect([...(change?.callTypes ?? [])]).toEqual([
    'national-mobile',
    'forwarded-mobile',
    'roaming-eu-national-mobile',
    'roaming-eu-out',
  ])
  expect([...(change?.sellers ?? [])]).toEqual(['voip-default', 'voip-basic', 'voip-flat'])
})

const namedBetween = (before: Catalogue, after: Catalogue) =>
  priceChanges({ catalogue: before, ...AT }, { catalogue: after, ...AT }).map(
    ({ what, before: then, after: now }) => `${what}: ${then} to ${now}`,
  )

test('an activation fee is compared, of what both have', () => {
  const plan = catalogue.plans.get('voip-basic')
  const [module] = catalogue.modules.values()
  if (plan === undefined || module === undefined) throw new Error('they are in the catalogue')
  const withPlan = (activationFee: string): Catalogue => ({
    ...catalogue,
    plans: new Map([...catalogue.plans, ['voip-basic', { ...plan, activationFee }]]),
  })
  expect(namedBetween(withPlan('10'), withPlan('100'))).toEqual(['activation fee: 10 to 100'])
  // What was a plan and is a module of that name has a monthly fee alone in common.
  const { plans, modules } = catalogue
  const asPlan = {
    ...catalogue,
    plans: new Map([...plans, ['x', { ...plan, monthlyFee: '1', activationFee: '10' }]]),
  }
  const asModule = {
    ...catalogue,
    modules: new Map([...modules, ['x', { ...module, monthlyFee: '10' }]]),
  }
  expect(namedBetween(asPlan, asModule)).toEqual(['monthly fee: 1 to 10'])
  expect(namedBetween(catalogue, asModule)).toEqual([])
})

test('a fee is compared too, and what did not change is not named', () => {
  expect(changes(catalogue)).toEqual([])
  expect(changes(withFee('voip-basic', '8.99'))).toEqual([])
  expect(changes(withFee('voip-basic', '45.00'))).toEqual(['voip-basic monthly fee: 4.5 to 45'])
})

test('dated versions of one catalogue are compared by what holds at each moment', () => {
  expect(priceChanges({ catalogue, ...LAST_YEAR }, { catalogue, ...AT })).toEqual([])
  const dear = withPrice('voip-national-mobile', '0.7250')
  const [version] = dear.rates.get('voip-national-mobile')?.versions ?? []
  const [old] = catalogue.rates.get('voip-national-mobile')?.versions ?? []
  if (version === undefined || old === undefined) throw new Error('it has a version')
  const toMs = Date.parse('2026-10-01T00:00Z')
  const rate = { rateId: 'voip-national-mobile', unit: 'second' as const }
  const versions = [
    { ...old, toMs },
    { ...version, fromMs: toMs },
  ]
  const dated = {
    ...catalogue,
    rates: new Map([...catalogue.rates, [rate.rateId, { ...rate, versions }]]),
  }
  const found = priceChanges({ catalogue: dated, ...LAST_YEAR }, { catalogue: dated, ...AT })
  expect(found.map(({ before, after }) => [before, after])).toEqual([['0.0725', '0.725']])
  expect([...(found[0]?.sellers ?? [])]).toContain('voip-basic')
})
