import { expect, test } from 'vitest'
import { micros } from '../../core/money/money.ts'
import type { Charge } from './charge.ts'
import { linesFromCharges } from './lines-from-charges.ts'

function charge(changes: Partial<Charge> = {}): Charge {
  return {
    section: 'usage',
    lineKey: 'a',
    subscriptionId: 's',
    product: 'voip',
    subject: 'call',
    description: 'Call',
    fromDay: 0,
    toDay: 31,
    count: 2,
    quantity: 60,
    unit: 'second',
    unitPriceMicros: undefined,
    chargeMicros: micros(3_000),
    atMs: undefined,
    taxCategory: 'standard',
    taxPercentHundredths: 2100,
    ...changes,
  }
}

test('a line counts its charges, and what of them no bundle covered', () => {
  const charges = [charge({ outOfBundleQuantity: 40 }), charge({ outOfBundleQuantity: 5 })]
  expect(linesFromCharges(charges)).toEqual([
    {
      lineNumber: 1,
      section: 'usage',
      product: 'voip',
      subject: 'call',
      description: 'Call',
      fromDay: 0,
      toDay: 31,
      count: 4,
      quantity: 120,
      outOfBundleQuantity: 45,
      unit: 'second',
      unitPriceMicros: undefined,
      percentHundredths: 0,
      exactMicros: 6_000,
      amountMicros: 10_000,
      taxCategory: 'standard',
      taxPercentHundredths: 2100,
    },
  ])
})

test('what a charge does not say the line does not say', () => {
  const [plain] = linesFromCharges([charge()])
  for (const absent of ['share', 'costCentre', 'outOfBundleQuantity']) {
    expect(plain).not.toHaveProperty(absent)
  }
  const share = { days: 10, ofDays: 31, feeMicros: micros(31) }
  const [told] = linesFromCharges([charge({ share, costCentre: '1000' })])
  expect(told).toMatchObject({ share, costCentre: '1000' })
})

test('lines stand by section, key, tax and cost centre, and are numbered from 1', () => {
  const inOrder = [
    charge({ section: 'recurring', lineKey: 'z' }),
    charge({ lineKey: 'a' }),
    charge({ lineKey: 'a', taxPercentHundredths: 1900 }),
    charge({ lineKey: 'b', costCentre: '' }),
    charge({ lineKey: 'b', costCentre: '10' }),
    charge({ lineKey: 'b', costCentre: '20' }),
  ].map((each, index) => ({ ...each, subject: String(index) }))
  for (const charges of [inOrder, inOrder.toReversed()]) {
    const lines = linesFromCharges(charges)
    expect(lines.map(({ lineNumber, subject }) => `${lineNumber} ${subject}`)).toEqual([
      '1 0',
      '2 1',
      '3 2',
      '4 3',
      '5 4',
      '6 5',
    ])
  }
})
