import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CumulativeModel, Rate, RateVersions } from '../../catalogue/catalogue.ts'
import { createRate } from '../../../test/rating/world.ts'
import { micros } from '../../core/money/money.ts'
import { compileModel } from './compiled-model.ts'
import { settleVolume, type VolumeUse } from './settle-volume.ts'

const tiers = [
  { from: 0, price: '0.10', per: 1 },
  { from: 100, price: '0.05', per: 1 },
  { from: 1000, price: '0.021', per: 7 },
]
const withFees = tiers.map((tier, index) => ({ ...tier, fee: `${index + 1}.000015` }))
const percentage = {
  type: 'percentage',
  scope: 'subscription',
  tiers: [
    { from: 0, percentHundredths: 2_000_000 },
    { from: 150, percentHundredths: 1_000_000 },
  ],
  freeUnits: 20,
  freeTransactions: 0,
  fixed: '0',
  minimum: undefined,
  maximum: undefined,
} as const
const rounding = { decimals: 4, mode: 'half-up' } as const

function volume(scope: 'subscription' | 'account', price?: string): CumulativeModel {
  return {
    type: 'volume',
    scope,
    tiers: price === undefined ? tiers : [{ from: 0, price, per: 1 }],
  }
}

const boundedVolume = (scope: 'subscription' | 'account'): CumulativeModel => ({
  type: 'volume',
  scope,
  tiers: withFees,
  periodMinimum: '4',
  periodMaximum: '20',
})

function rateOf(...versions: Partial<Rate>[]): RateVersions {
  return { rateId: 'r', unit: 'second', versions: versions.map((each) => createRate(each)) }
}

function use(parts: Partial<VolumeUse>): VolumeUse {
  return {
    subscriptionId: 'A',
    callType: 'call',
    version: 0,
    outOfBundleQuantity: 0,
    chargedMicros: micros(0),
    moneyTakenMicros: micros(0),
    adjustedMicros: micros(0),
    ...parts,
  }
}

const differences = (rates: RateVersions, uses: readonly VolumeUse[]) =>
  settleVolume(rates, uses).map((each) => [
    each.subscriptionId,
    each.callType,
    each.adjustmentMicros,
  ])

test('the tier of the total applies to all of it', () => {
  const used = use({ outOfBundleQuantity: 120, chargedMicros: micros(11_000_000) })
  expect(settleVolume(rateOf({ model: volume('subscription') }), [used])).toEqual([
    {
      subscriptionId: 'A',
      callType: 'call',
      adjustmentMicros: -5_000_000, // 120 at 0.05 is 6.00, 11.00 charged.
      chargedMicros: 11_000_000,
      settledMicros: 6_000_000,
    },
  ])
})

test('the total of an account is over its subscriptions, and each gets its own part', () => {
  const uses = [
    use({ outOfBundleQuantity: 60, chargedMicros: micros(6_000_000) }),
    use({ subscriptionId: 'B', outOfBundleQuantity: 60, chargedMicros: micros(3_000_000) }),
  ]
  expect(differences(rateOf({ model: volume('account') }), uses)).toEqual([
    ['A', 'call', -3_000_000],
  ])
  expect(differences(rateOf({ model: volume('subscription') }), uses)).toEqual([
    ['B', 'call', 3_000_000],
  ])
})

test('each version of a rate prices what began under it, at the tier of the whole total', () => {
  const rates = rateOf({ model: volume('subscription') }, { model: volume('subscription', '0.02') })
  const uses = [
    use({ outOfBundleQuantity: 60, chargedMicros: micros(6_000_000) }),
    use({ version: 1, outOfBundleQuantity: 60, chargedMicros: micros(1_200_000) }),
  ]
  expect(differences(rates, uses)).toEqual([['A', 'call', -3_000_000]])
  const flatBefore = rateOf({}, { model: volume('subscription') })
  expect(differences(flatBefore, uses)).toEqual([['A', 'call', 1_800_000]])
})

test('the fee of the tier and the bounds are of the whole period, over its versions', () => {
  const model = boundedVolume('subscription')
  const rates = rateOf({ model }, { model })
  const uses = [
    use({ outOfBundleQuantity: 60, chargedMicros: micros(7_000_000) }),
    use({ version: 1, outOfBundleQuantity: 60, chargedMicros: micros(1_000_000) }),
  ]
  // 120 at 0.05 and the fee 2.000015 of the second tier, once: 8.0000 at four decimals.
  expect(differences(rates, uses)).toEqual([])
  const small = [use({ outOfBundleQuantity: 1, chargedMicros: micros(4_000_000) })]
  expect(differences(rates, small)).toEqual([])
  const large = [use({ outOfBundleQuantity: 900, chargedMicros: micros(0) })]
  expect(differences(rates, large)).toEqual([['A', 'call', 20_000_000]])
})

test('a money allowance keeps what it paid, and nothing costs less than nothing', () => {
  const rates = rateOf({ model: volume('subscription') })
  const used = { outOfBundleQuantity: 120, chargedMicros: micros(1_000_000) }
  const uses = [use({ ...used, moneyTakenMicros: micros(10_000_000) })]
  expect(differences(rates, uses)).toEqual([['A', 'call', -1_000_000]])
  const settled = [{ ...use(used), ...uses[0], adjustedMicros: micros(-1_000_000) }]
  expect(differences(rates, settled)).toEqual([])
})

test('no other model is settled', () => {
  const used = use({ outOfBundleQuantity: 10, chargedMicros: micros(1) })
  expect(differences(rateOf({}), [used])).toEqual([])
  const graduated = rateOf({ model: { type: 'graduated', scope: 'account', tiers } })
  expect(differences(graduated, [used])).toEqual([])
})

test('rows and adjustments add up to the price of the total, and a second time there is nothing', () => {
  const scopes = fc.constantFrom('subscription' as const, 'account' as const)
  const usages = fc.array(
    fc.record({
      subscriptionId: fc.constantFrom('A', 'B'),
      callType: fc.constantFrom('call', 'mobile'),
      quantity: fc.nat({ max: 400 }),
    }),
  )
  const kinds = fc.constantFrom(volume, boundedVolume)
  fc.assert(
    fc.property(kinds, scopes, usages, (kind, scope, list) => {
      const model = compileModel(kind(scope), rounding)
      const totals = new Map<string, number>()
      const uses = list.map(({ quantity, ...cell }) => {
        const owner = scope === 'account' ? '' : cell.subscriptionId
        const before = totals.get(owner) ?? 0
        totals.set(owner, before + quantity)
        const chargedMicros = model.charge(before, quantity, 0)
        return use({ ...cell, outOfBundleQuantity: quantity, chargedMicros })
      })
      const summed = [...Map.groupBy(uses, (each) => `${each.subscriptionId} ${each.callType}`)]
      const cells = summed.flatMap(([, [first, ...rest]]) =>
        first === undefined ? [] : [rest.reduce((sum, each) => added(sum, each), first)],
      )
      const rates = rateOf({ model: kind(scope) })
      const settled = cells.map((cell) => {
        const found = settleVolume(rates, cells).find(
          (each) => each.subscriptionId === cell.subscriptionId && each.callType === cell.callType,
        )
        return { ...cell, adjustedMicros: found?.adjustmentMicros ?? micros(0) }
      })
      const charged = settled.reduce(
        (sum, each) => sum + each.chargedMicros + each.adjustedMicros,
        0,
      )
      const expected = [...totals.values()].map((total) => model.settled?.(total, total) ?? NaN)
      expect(charged).toBe(expected.reduce((sum, each) => sum + each, 0))
      expect(settleVolume(rates, settled)).toEqual([])
    }),
  )
})

function added(left: VolumeUse, right: VolumeUse): VolumeUse {
  return {
    ...left,
    outOfBundleQuantity: left.outOfBundleQuantity + right.outOfBundleQuantity,
    chargedMicros: micros(left.chargedMicros + right.chargedMicros),
  }
}

test('graduated and package charges depend only on the total, however it is cut', () => {
  const bounds = { scope: 'subscription', periodMinimum: '3', periodMaximum: '30.00005' } as const
  const models: CumulativeModel[] = [
    { type: 'graduated', scope: 'subscription', tiers },
    { type: 'graduated', ...bounds, tiers: withFees },
    { type: 'package', scope: 'subscription', price: '5', size: 70 },
    { type: 'package', ...bounds, price: '5', size: 70 },
    { ...percentage, ...bounds },
  ]
  fc.assert(
    fc.property(fc.constantFrom(...models), fc.array(fc.nat({ max: 400 })), (model, quantities) => {
      const compiled = compileModel(model, rounding)
      let [quantity, charge] = [0, 0]
      for (const each of quantities) {
        const part = compiled.charge(quantity, each, 0)
        expect(part).toBeGreaterThanOrEqual(0)
        charge += part
        quantity += each
      }
      expect(charge).toBe(compiled.charge(0, quantity, 0))
    }),
  )
})
