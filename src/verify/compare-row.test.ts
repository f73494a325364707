import { expect, test } from 'vitest'
import { createWorld, step } from '../../test/rating/world.ts'
import type { LedgerRow } from '../core/usage/ledger-row.ts'
import { createRater } from '../rating/create-rater.ts'
import { compareRow, isOfRating } from './compare-row.ts'

const NOON = Date.UTC(2026, 10, 10, 11)
const world = createWorld({
  rates: { r: [{ steps: [step('0.10')] }] },
  allowances: [{ allowanceId: 'own', amount: 100, watchedBy: 'data-bundle' }],
  plans: { plan: { rates: { call: 'r' }, allowanceIds: ['own'] } },
  subscriptions: [{ subscriptionId: 'A' }],
})
const usage = world.usage('A', 'call', { quantity: 100, startMs: NOON })
const rated = structuredClone(createRater(world).rate(usage, NOON))
const row: LedgerRow = {
  ...usage,
  ...rated,
  logSource: 'files',
  logPartition: 1,
  logOffset: 0,
  entryKind: 'usage',
  corrects: '',
  recordedMs: NOON,
  catalogueHash: '',
}

test('keys of an earlier build, which name no kind of scope, are the same', () => {
  const older = {
    ...row,
    takeKeys: ['own|A|20758'],
    crossings: ['data-bundle|A|own|80|100|100', 'data-bundle|A|own|100|100|100'],
  }
  expect(compareRow(row, usage, rated)).toEqual([])
  expect(compareRow(older, usage, rated)).toEqual([])
})

test.each<[string, Partial<LedgerRow>]>([
  ['takeKeys', { takeKeys: ['own|B|20758'] }],
  ['takeKeys', { takeKeys: ['own|A|20758|group'] }],
  ['takeKeys', { takeKeys: [] }],
  ['crossings', { crossings: ['data-bundle|A|own|80|100|100'] }],
  ['crossings', { crossings: [...rated.crossings, 'data-bundle|A|own|80|100|100'] }],
  ['takeQuantities', { takeQuantities: [99] }],
])('%s that differ are told, and are of rating', (field, change) => {
  const differences = compareRow({ ...row, ...change }, usage, rated)
  expect(differences.map((one) => [one.field, isOfRating(one)])).toEqual([[field, true]])
})

test('what mediation found is not of rating', () => {
  const [difference] = compareRow({ ...row, receiver: '+31201' }, usage, rated)
  expect(difference?.field).toBe('receiver')
  expect(difference !== undefined && isOfRating(difference)).toBe(false)
})
