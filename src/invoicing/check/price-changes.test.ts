import { expect, test } from 'vitest'
import type { Catalogue } from '../../catalogue/catalogue.ts'
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
