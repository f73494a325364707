import { expect, test } from 'vitest'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import type { InvoiceLine } from '../invoice-model.ts'
import { createLineLedger, type LineUsageFilter } from './line-usages.ts'

const SPAN = {
  accountId: 'a',
  periodStartDay: 100,
  cutOffId: 'now',
  lateStartDays: [],
  lateAfterCutOffId: '',
}

/** What the query is asked with. */
async function askedWith(
  line: Partial<InvoiceLine>,
  billed: LineUsageFilter = { stretches: [], isAllElse: true },
): Promise<unknown> {
  const asked: unknown[] = []
  const store = {
    query: (_query: unknown, params: unknown) => {
      asked.push(params)
      return Promise.resolve([])
    },
  } as unknown as ClickHouseStore
  const whole = { section: 'usage', unit: 'second', ...line } as InvoiceLine
  await createLineLedger(store).lineUsages(SPAN, whole, { limit: 10, offset: 0 }, billed)
  return asked[0]
}

test.each<[string, Partial<InvoiceLine>, string[]]>([
  ['usage of the period all of it', {}, ['usage', 'adjustment', 'reversal', 'correction']],
  ['what was corrected', { section: 'correction' }, ['reversal', 'correction']],
  ['what came late', { section: 'late', outOfBundleQuantity: 0 }, ['usage', 'adjustment']],
  [
    'both, of a build before that made one line of them',
    { section: 'late' },
    ['usage', 'adjustment', 'reversal', 'correction'],
  ],
  [
    'usage of the period, which says what was outside of bundles',
    { outOfBundleQuantity: 5 },
    ['usage', 'adjustment', 'reversal', 'correction'],
  ],
])('below a line stands %s', async (_what, line, entryKinds) => {
  expect(await askedWith(line)).toMatchObject({ entryKinds })
})

test.each<[InvoiceLine['unit'], string[]]>([
  ['second', ['voice']],
  ['byte', ['data']],
  ['message', ['sms', 'mms']],
  ['event', ['none', 'event']],
])('a line in %ss is of the kinds that count in them', async (unit, kinds) => {
  expect(await askedWith({ unit })).toMatchObject({ kinds })
})

test('stretches without an end are within what is exact, and subscriptions are all unless they are named', async () => {
  const stretches = [
    { subscriptionId: 's', fromMs: -Infinity, toMs: Infinity },
    { subscriptionId: 't', fromMs: 5, toMs: 9 },
  ]
  expect(await askedWith({}, { stretches, isAllElse: false })).toMatchObject({
    subscriptionIds: ['s', 't'],
    fromMs: [Number.MIN_SAFE_INTEGER, 5],
    toMs: [Number.MAX_SAFE_INTEGER, 9],
    isAllElse: 0,
    isOfAll: 1,
    onlySubscriptionIds: [],
  })
  const some = { stretches, isAllElse: true, onlySubscriptionIds: ['s'] }
  expect(await askedWith({}, some)).toMatchObject({
    isAllElse: 1,
    isOfAll: 0,
    onlySubscriptionIds: ['s'],
  })
})
