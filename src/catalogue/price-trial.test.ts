import { beforeAll, expect, test } from 'vitest'
import type { Catalogue } from './catalogue.ts'
import { loadCatalogue } from './load-catalogue.ts'
import { withPriceChanged } from './price-trial.ts'

let catalogue: Catalogue
beforeAll(async () => {
  catalogue = await loadCatalogue('fixtures/catalogue')
})

function prices(of: Catalogue, rateId: string): string[] {
  const versions = of.rates.get(rateId)?.versions ?? []
  return versions.flatMap(({ steps, bands }) =>
    [...steps, ...bands.flatMap((band) => band.steps)].map(({ price }) => price),
  )
}

test.each([
  ['voip-national-mobile', '10', ['0.079750']],
  ['voip-national-fixed', '-50', ['0.009000', '0.010000']],
  ['voip-national-mobile', '-100', ['0.000000']],
  ['voip-national-mobile', '2.55', ['0.074349']], // 0.07434875, half up
])('%s by %s %% is %s, and every other price stays', (rateId, percent, expected) => {
  const changed = withPriceChanged(catalogue, { rateId, percent })
  expect(prices(changed, rateId)).toEqual(expected)
  expect(changed.rates.size).toBe(catalogue.rates.size)
  const others = [...catalogue.rates.keys()].filter((id) => id !== rateId)
  expect(others.filter((id) => changed.rates.get(id) !== catalogue.rates.get(id))).toEqual([])
})

test('bands change with their rate', () => {
  const before = prices(catalogue, 'trunk-national-fixed')
  const after = prices(
    withPriceChanged(catalogue, { rateId: 'trunk-national-fixed', percent: '100' }),
    'trunk-national-fixed',
  )
  expect(before.length).toBeGreaterThan(1)
  expect(after.map(Number)).toEqual(before.map((price) => 2 * Number(price)))
})

test.each(['', 'ten', '1,5', '-101', '1001', '1.234'])('%j is no percentage', (percent) => {
  expect(() => withPriceChanged(catalogue, { rateId: 'voip-personal', percent })).toThrow(
    expect.objectContaining({ code: 'usage_error' }),
  )
})

test('a rate that there is not is not there', () => {
  expect(() => withPriceChanged(catalogue, { rateId: 'constructor', percent: '1' })).toThrow(
    expect.objectContaining({ code: 'not_found' }),
  )
})
