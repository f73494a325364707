import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LedgerRow } from '../core/usage/ledger-row.ts'
import { micros } from '../core/money/money.ts'
import { correctRow, reverseRow } from './correct-row.ts'
import { createWorld } from '../../test/rating/world.ts'

const world = createWorld({ subscriptions: [{ subscriptionId: 'A' }] })

function rowOf(parts: Partial<LedgerRow>): LedgerRow {
  return {
    ...world.usage('A', 'call', { quantity: 250, durationSeconds: 250 }),
    outcome: 'rated',
    reason: '',
    detail: '',
    periodStartDay: 20_758,
    outOfBundleQuantity: 150,
    billedQuantity: 180,
    chargeMicros: micros(350_000),
    informationChargeMicros: micros(0),
    rateId: 'r',
    costMicros: micros(0),
    costRateId: '',
    takeKeys: ['own|A|20758'],
    takeQuantities: [100],
    crossings: ['data-bundle|A|own|100|18000|18000'],
    late: false,
    logSource: 'files',
    logPartition: 3,
    logOffset: 7,
    entryKind: 'usage',
    corrects: '',
    recordedMs: 0,
    catalogueHash: 'old',
    ...parts,
  }
}

test('the same result corrects nothing, whatever it crossed and whenever it was rated', () => {
  expect(correctRow(rowOf({}), rowOf({ crossings: [], late: true }))).toBeUndefined()
})

test('a key of an earlier build is the same where it says the same', () => {
  const now = rowOf({ takeKeys: ['own|A|20758|subscription'] })
  expect(correctRow(rowOf({}), now)).toBeUndefined()
  expect(correctRow(rowOf({ takeKeys: ['own|B|20758'] }), now)).toBeDefined()
  expect(correctRow(rowOf({ takeKeys: ['own|A|20758', 'x|A|20758'] }), now)).toBeDefined()
})

test.each<[string, Partial<LedgerRow>]>([
  ['charge', { chargeMicros: micros(1) }],
  ['information charge', { informationChargeMicros: micros(1) }],
  ['quantity out of bundle', { outOfBundleQuantity: 0 }],
  ['billed quantity', { billedQuantity: 0 }],
  ['rate', { rateId: 'other' }],
  ['period', { periodStartDay: 0 }],
  ['outcome', { outcome: 'rejected' }],
  ['reason', { reason: 'rate_missing' }],
  ['taken quantity', { takeQuantities: [99] }],
  ['allowance', { takeKeys: ['other|A|20758'] }],
])('another %s is corrected', (_what, change) => {
  const correction = correctRow(rowOf({}), rowOf(change))
  expect(correction?.correction).toMatchObject({ ...change, corrects: 'files/3/7' })
  expect(correction?.correction.entryKind).toBe('correction')
})

test('a second run finds its own correction and adds nothing', () => {
  const rated = rowOf({ chargeMicros: micros(300_000) })
  const first = correctRow(rowOf({}), rated)
  expect(first?.chargeDifferenceMicros).toBe(-50_000)
  expect(correctRow({ ...rowOf({}), ...first?.correction }, rated)).toBeUndefined()
})

test('a reversal and its original add up to nothing', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), (quantity, charge, taken) => {
      const row = rowOf({
        quantity,
        durationSeconds: quantity,
        volumeBytes: quantity,
        outOfBundleQuantity: quantity,
        billedQuantity: quantity,
        chargeMicros: micros(charge),
        informationChargeMicros: micros(charge),
        takeQuantities: [taken],
      })
      const reversal = reverseRow(row)
      expect(reversal.corrects).toBe('files/3/7')
      expect(reversal.crossings).toEqual([])
      for (const sum of [
        row.quantity + reversal.quantity,
        row.durationSeconds + reversal.durationSeconds,
        row.volumeBytes + reversal.volumeBytes,
        row.outOfBundleQuantity + reversal.outOfBundleQuantity,
        row.billedQuantity + reversal.billedQuantity,
        row.chargeMicros + reversal.chargeMicros,
        row.informationChargeMicros + reversal.informationChargeMicros,
        taken + (reversal.takeQuantities[0] ?? NaN),
      ]) {
        expect(sum).toBe(0)
      }
    }),
  )
})
