import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LedgerRow, RatedUsage } from '../core/usage/ledger-row.ts'
import { micros } from '../core/money/money.ts'
import type { Usage } from '../core/usage/usage.ts'
import { createClickHouseLedger } from '../ledger/clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { ratedOf, usageOf } from '../../test/doubles/ledger.conformance.ts'
import { migrateClickHouse } from '../ledger/engine/migrate-clickhouse.ts'
import { bytesOf, exportUsage } from './export-usage.ts'
import { parsePeriod } from './period-filter.ts'
import { PLAIN_CSV } from './usage-csv.ts'
import { detailsConditions, detailsQuery, DETAILS_MAX, usageDetails } from './usage-details.ts'
import { usageConditions, type UsageFilter } from './usage-filter.ts'
import { daysQuery } from './usage-by-day.ts'
import { HISTORY_BY, historyQuery, usageHistory, type UsageHistoryRow } from './usage-history.ts'
import { writeLedgerRows } from './write-ledger-rows.ts'
import { TOTALS_BY, totalsQuery, usageTotals } from './usage-totals.ts'

const ZONE = 'Europe/Amsterdam'
const NOW = { timeZone: ZONE, nowMs: Date.parse('2026-11-21T12:00:00Z') }
const october = parsePeriod('2026-10', NOW)
const operator = { scope: { kind: 'operator' }, period: october } as const
const everything: UsageFilter = {
  ...operator,
  partnerId: 'p1',
  accountId: 'a1',
  product: 'mobile',
  callTypes: ['national', 'sms'],
  senderContains: '06-1234',
  receiverContains: '020',
}

let store: ClickHouseStore

beforeAll(async () => {
  store = await openClickHouse({ folder: mkdtempSync(join(tmpdir(), 'tik-reports-')) })
  await migrateClickHouse(store)
  const ledger = createClickHouseLedger(store)
  const batch = ledger.newBatch({ source: 'files', partition: 1 }, 0, NOW.nowMs, 'hash')
  for (const [usage, rated] of SAMPLE) batch.append(usageOf(usage), ratedOf(rated))
  await ledger.record(batch)
  let first: LedgerRow | undefined
  for await (const rows of ledger.rows({})) first ??= rows[0]
  if (first === undefined) throw new Error('nothing was recorded')
  const reversal = ledger.newBatch({ source: 'corrections', partition: 0 }, 0, NOW.nowMs, 'hash')
  reversal.appendRow({
    ...first,
    entryKind: 'reversal',
    corrects: 'files/1/0',
    durationSeconds: -first.durationSeconds,
    quantity: -first.quantity,
    outOfBundleQuantity: -first.outOfBundleQuantity,
    chargeMicros: micros(0 - first.chargeMicros),
  })
  reversal.appendRow({ ...first, entryKind: 'correction', chargeMicros: micros(150_000) })
  await ledger.record(reversal)
})

afterAll(() => store.close())

const start = (iso: string) => Date.parse(iso)

/** Two accounts of two partners; what is not rated must show nowhere. */
const SAMPLE: readonly [Partial<Usage>, Partial<RatedUsage>][] = [
  [
    { usageId: 'u0', callType: 'national', startMs: start('2026-10-01T10:00:00Z') },
    { chargeMicros: micros(200_000) },
  ],
  [
    { usageId: 'u1', callType: 'premium', startMs: start('2026-10-02T10:00:00Z') },
    { chargeMicros: micros(4_000_000), informationChargeMicros: micros(1_300_000) },
  ],
  [
    {
      usageId: 'u2',
      product: 'mobile',
      kind: 'sms',
      callType: 'sms',
      subscriptionId: 's2',
      servedNumber: '+31612345678',
      sender: '+31612345678',
      receiver: '+32470123456',
      durationSeconds: 0,
      quantity: 1,
      startMs: start('2026-10-25T00:30:00Z'),
    },
    { chargeMicros: micros(42_300), outOfBundleQuantity: 1 },
  ],
  [{ usageId: 'u3', accountId: 'b1', partnerId: 'p2', callType: 'national' }, {}],
  [{ usageId: 'u4' }, { outcome: 'duplicate', chargeMicros: micros(0) }],
  [{ usageId: 'u5', startMs: start('2026-11-03T10:00:00Z') }, { periodStartDay: 20_758 }],
]

const brief = (row: { callType: string; number: string; count: number; amountMicros: number }) =>
  [row.callType, row.number, row.count, row.amountMicros].join(' ')

test('totals add up with corrections, and only what was rated counts', async () => {
  const [total] = await usageTotals(store, 'total', operator)
  expect(total).toMatchObject({
    count: 4,
    durationSeconds: 183n,
    chargeMicros: 150_000 + 4_000_000 + 42_300 + 200_000,
    informationChargeMicros: 1_300_000,
    amountMicros: 5_692_300,
  })
  expect((await usageTotals(store, 'call-type', operator)).map(brief)).toEqual([
    'national  2 350000',
    'premium  1 5300000',
    'sms  1 42300',
  ])
  expect((await usageTotals(store, 'number', operator)).map(brief)).toEqual([
    ' +31201234567 3 5650000',
    ' +31612345678 1 42300',
  ])
  expect(await usageTotals(store, 'number-and-call-type', operator)).toHaveLength(3)
})

test('sums beyond safe integers are exact: what a large operator carries in a month', async () => {
  const ledger = createClickHouseLedger(store)
  const batch = ledger.newBatch({ source: 'files', partition: 2 }, 0, NOW.nowMs, 'hash')
  const august = parsePeriod('2026-08', NOW)
  const startMs = start('2026-08-10T10:00:00Z')
  const many = { kind: 'data', callType: 'data', startMs } as const
  for (const volumeBytes of [2 ** 52, 2 ** 52, 2 ** 52 + 1]) {
    const usageId = `large-${batch.rowsCount}`
    const usage = usageOf({ ...many, usageId, volumeBytes, quantity: volumeBytes })
    const free = { periodStartDay: 20_666, chargeMicros: micros(0) }
    batch.append(usage, ratedOf({ ...free, outOfBundleQuantity: volumeBytes }))
  }
  await ledger.record(batch)
  const [total] = await usageTotals(store, 'total', { ...operator, period: august })
  const sum = 13_510_798_882_111_489n
  expect(total).toMatchObject({ volumeBytes: sum, quantity: sum, outOfBundleQuantity: sum })
})

test('a report without usage is a total of zero and no groups', async () => {
  const nothing = { ...operator, accountId: 'nobody' }
  expect(await usageTotals(store, 'total', nothing)).toMatchObject([{ count: 0, amountMicros: 0 }])
  expect(await usageTotals(store, 'call-type', nothing)).toEqual([])
})

const told = (row: UsageHistoryRow) =>
  `${row.periodStartDay} ${row.subscriptionId} ${row.kind} ${row.count} ${row.amountMicros}`

test('the history has the usage of each period by kind, corrections netted', async () => {
  const both = { ...operator, period: parsePeriod('2026-10..2026-11', NOW), partnerId: 'p1' }
  expect((await usageHistory(store, 'subscription', both)).map(told)).toEqual([
    '20727 s1 voice 2 5450000',
    '20727 s2 sms 1 42300',
    '20758 s1 voice 1 200000',
  ])
  expect((await usageHistory(store, 'kind', both)).map(told)).toEqual([
    '20727  voice 2 5450000',
    '20727  sms 1 42300',
    '20758  voice 1 200000',
  ])
})

async function count(filter: UsageFilter): Promise<number[]> {
  return (await usageTotals(store, 'total', filter)).map((row) => row.count)
}

test('a partner and a customer see their own, even when they ask for another’s', async () => {
  const partner = { ...operator, scope: { kind: 'partner', partnerId: 'p2' } } as const
  expect(await count(partner)).toEqual([1])
  expect(await count({ ...partner, partnerId: 'p1' })).toEqual([0])
  expect(await count({ ...partner, accountId: 'a1' })).toEqual([0])
  const customer = { ...operator, scope: { kind: 'accounts', accountIds: ['a1'] } } as const
  expect(await count(customer)).toEqual([3])
  expect(await count({ ...operator, scope: { kind: 'accounts', accountIds: [] } })).toEqual([0])
})

test('details are newest first, a page at a time, in local time', async () => {
  const page = await usageDetails(store, operator, { limit: 2, timeZone: ZONE })
  expect(page.more).toBe(true)
  expect(page.rows.map((row) => [row.usageId, row.startLocal, row.amountMicros])).toEqual([
    ['u2', '2026-10-25 02:30:00', 42_300],
    ['u1', '2026-10-02 12:00:00', 5_300_000],
  ])
  const all = await usageDetails(store, operator, { limit: 100, timeZone: ZONE })
  expect(all.more).toBe(false)
  expect(all.rows.map((row) => row.entryKind)).toEqual([
    'usage',
    'usage',
    'reversal',
    'correction',
    'usage',
    'usage',
  ])
  const refused = usageDetails(store, operator, { limit: DETAILS_MAX + 1, timeZone: ZONE })
  await expect(refused).rejects.toMatchObject({ code: 'usage_error' })
})

test.each`
  filter                                                    | ids
  ${{ product: 'mobile' }}                                  | ${'u2'}
  ${{ callTypes: ['premium', 'sms'] }}                      | ${'u2 u1'}
  ${{ senderContains: '06 1234' }}                          | ${'u2'}
  ${{ receiverContains: '0032470' }}                        | ${'u2'}
  ${{ receiverContains: 'nothing' }}                        | ${''}
  ${{ receiverContains: '=0470 123456' }}                   | ${'u2'}
  ${{ receiverContains: '=470123456' }}                     | ${''}
  ${{ amount: { is: '>', value: micros(1_000_000) } }}      | ${'u1'}
  ${{ amount: { is: '=', value: micros(5_300_000) } }}      | ${'u1'}
  ${{ amount: { is: '<', value: micros(0) } }}              | ${'u0'}
  ${{ durationSeconds: { is: '<', value: 61 } }}            | ${'u2 u0'}
  ${{ durationSeconds: { is: '=', value: 0 } }}             | ${'u2'}
  ${{ callTypes: ["'; DROP TABLE usage_ledger; --"] }}      | ${''}
  ${{ period: parsePeriod('2026-10-02..2026-10-24', NOW) }} | ${'u1'}
`('details with $filter are $ids', async ({ filter, ids }) => {
  const { rows } = await usageDetails(
    store,
    { ...operator, ...filter },
    { limit: 9, timeZone: ZONE },
  )
  expect(rows.map((row) => row.usageId).join(' ')).toBe(ids)
})

const CSV_WISH = { format: { kind: 'csv', csv: PLAIN_CSV }, timeZone: ZONE } as const

const csvExport = async () => textOf(bytesOf(await exportUsage(store, operator, CSV_WISH)))

async function textOf(pieces: AsyncIterable<string | Uint8Array>): Promise<string> {
  const buffers = (await Array.fromAsync(pieces)).map((piece) => Buffer.from(piece))
  return Buffer.concat(buffers).toString()
}

test('an export holds the whole selection, as CSV and as JSON lines', async () => {
  const lines = (await csvExport()).trim().split('\r\n')
  expect(lines).toHaveLength(7)
  expect(lines[1]).toBe(
    '2026-10-25 02:30:00,2026-10-25T00:30:00.000Z,a1,s2,+31612345678,mobile,sms,out,' +
      '+31612345678,+32470123456,nl-fixed,,0,0,1,1,0.0423,0.00,0.0423,2026-10-01,,usage,u2',
  )
  const wish = { format: { kind: 'jsonl' }, timeZone: ZONE } as const
  const jsonl = await textOf(bytesOf(await exportUsage(store, operator, wish)))
  const rows = jsonl
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(rows).toHaveLength(6)
  expect(rows[0]).toMatchObject({
    usageId: 'u2',
    amount: '0.0423',
    startLocal: '2026-10-25 02:30:00',
  })
})

test('the dearest come first where that is asked, on one page', async () => {
  const page = { limit: 100, timeZone: ZONE } as const
  const { rows } = await usageDetails(store, operator, { ...page, order: 'dearest' })
  const amounts = rows.map(({ amountMicros }) => amountMicros)
  expect(amounts).toEqual(amounts.toSorted((left, right) => right - left))
  expect(new Set(amounts).size).toBeGreaterThan(1)
  const after = { startMs: 0, entryId: 'files/1/0' }
  await expect(
    usageDetails(store, operator, { ...page, order: 'dearest', after }),
  ).rejects.toMatchObject({ code: 'usage_error' })
})

test('sums that are not as asked are no rows, and nobody’s subscriptions used nothing', async () => {
  const all = await usageTotals(store, 'call-type', operator)
  const dear = await usageTotals(store, 'call-type', {
    ...operator,
    totalAmount: { is: '>', value: micros(1_000_000) },
  })
  expect(dear).toEqual(all.filter(({ amountMicros }) => amountMicros > 1_000_000))
  expect(dear.length).toBeLessThan(all.length)
  const none = { ...operator, totalVolumeBytes: { is: '<', value: 0 } } as const
  expect(await usageTotals(store, 'number', none)).toEqual([])
  expect(await usageTotals(store, 'call-type', { ...operator, subscriptionIds: [] })).toEqual([])
  const [total] = await usageTotals(store, 'total', { ...operator, ...none })
  expect(total?.count).toBe(all.reduce((sum, row) => sum + row.count, 0))
})

test('ledger rows that an invoice selected come out in the same columns and local times', async () => {
  const ledger = createClickHouseLedger(store)
  const rows = ledger.rows({ log: { source: 'files', partition: 1 }, outcome: 'rated' })
  const lines = (await textOf(writeLedgerRows(rows, { csv: PLAIN_CSV }, ZONE))).split('\r\n')
  expect(lines[3]).toBe((await csvExport()).split('\r\n')[1])
})

test('the statements and parameters are what they were', async () => {
  const conditions = usageConditions(everything)
  const texts = TOTALS_BY.map((by) => `-- ${by}\n${totalsQuery(by, conditions).sql}`)
  texts.push(...HISTORY_BY.map((by) => `-- history by ${by}\n${historyQuery(by, conditions).sql}`))
  texts.push(`-- by day\n${daysQuery(conditions).sql}`)
  const details = detailsConditions({
    ...everything,
    receiverContains: '=0203456789',
    scope: { kind: 'partner', partnerId: 'p1' },
    period: parsePeriod('2026-10-25..2026-10-25', NOW),
    amount: { is: '>', value: micros(1) },
    durationSeconds: { is: '=', value: 60 },
  })
  texts.push(`-- details\n${detailsQuery(details, 'LIMIT {limit:UInt32}').sql}`)
  const params = [conditions.params, details.params].map((each) => JSON.stringify(each, null, 2))
  await expect([...texts, ...params].join('\n\n') + '\n').toMatchFileSnapshot(
    '../../fixtures/reports/statements.txt',
  )
})
