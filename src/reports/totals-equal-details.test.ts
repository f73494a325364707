/**
 * Totals by every grouping are the sum of the details, whatever the filter: of a ledger with corrections, with
 * some that gave a usage to another account, and with adjustments at the end of periods; before and after more
 * of them came.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { collect, ratedOf, usageOf } from '../../test/doubles/ledger.conformance.ts'
import { adjustmentRateId } from '../core/usage/ids.ts'
import type { LedgerRow } from '../core/usage/ledger-row.ts'
import { micros } from '../core/money/money.ts'
import { correctRow } from '../rating/correct-row.ts'
import { createClickHouseLedger } from '../ledger/clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../ledger/engine/migrate-clickhouse.ts'
import { parsePeriod } from './period-filter.ts'
import { usageDetails, type UsageDetail } from './usage-details.ts'
import type { UsageFilter } from './usage-filter.ts'
import { HISTORY_BY, usageHistory } from './usage-history.ts'
import { TOTALS_BY, usageTotals, type TotalsBy } from './usage-totals.ts'

const ZONE = 'Europe/Amsterdam'
const NOW_MS = Date.parse('2026-12-21T12:00:00Z')
const ROWS = 600
const RUNS = 10
const ACCOUNTS = ['a0', 'a1', 'a2', 'a3']
const CALL_TYPES = ['national', 'premium', 'sms', 'data']
const OCTOBER = 20_727
const PERIODS = [OCTOBER, OCTOBER + 31, OCTOBER + 61]

let folder: string
let store: ClickHouseStore
/** Usages as they count now. */
let counting: LedgerRow[]
let rerates = 0
let settlements = 0

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tik-equal-'))
  store = await openClickHouse({ folder })
  await migrateClickHouse(store)
  const ledger = createClickHouseLedger(store)
  for (const partition of [1, 2, 3]) {
    const batch = ledger.newBatch({ source: 'files', partition }, 0, NOW_MS, 'hash')
    for (const [at, drawn] of drawnRows(partition).entries()) {
      const { usage, rated } = invented(drawn, `${partition}-${at}`)
      batch.append(usageOf(usage), ratedOf(rated))
    }
    await ledger.record(batch)
  }
  counting = (await collect(ledger.rows({ outcome: 'rated' }))).filter(
    ({ entryKind }) => entryKind === 'usage',
  )
})

afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const drawnRow = fc.record({
  account: fc.nat(3),
  subscription: fc.nat(2),
  callType: fc.nat(3),
  period: fc.nat(2),
  day: fc.nat(27),
  second: fc.nat(86_399),
  seconds: fc.nat(4_000),
  bytes: fc.nat(2_000_000_000),
  charge: fc.integer({ min: 0, max: 9_000_000 }),
  information: fc.constantFrom(0, 0, 1_300_000),
  number: fc.nat(99),
  isRated: fc.constantFrom(true, true, true, true, false),
})
type DrawnRow = typeof drawnRow extends fc.Arbitrary<infer Row> ? Row : never

const drawnRows = (seed: number) => fc.sample(drawnRow, { numRuns: ROWS / 3, seed })

function invented(drawn: DrawnRow, id: string) {
  const accountId = ACCOUNTS[drawn.account] ?? ''
  const periodStartDay = PERIODS[drawn.period] ?? OCTOBER
  const isData = drawn.callType === 3
  const usage = {
    usageId: id,
    accountId,
    partnerId: drawn.account < 2 ? 'p1' : 'p2',
    subscriptionId: `s${drawn.subscription}`,
    servedNumber: `+3120123450${drawn.subscription}`,
    sender: `+3120123450${drawn.subscription}`,
    receiver: `+316123456${String(drawn.number).padStart(2, '0')}`,
    product: isData || drawn.callType === 2 ? 'mobile' : 'voip',
    kind: isData ? 'data' : drawn.callType === 2 ? 'sms' : 'voice',
    callType: CALL_TYPES[drawn.callType] ?? '',
    startMs: (periodStartDay + drawn.day) * 86_400_000 + drawn.second * 1000,
    durationSeconds: isData ? 0 : drawn.seconds,
    volumeBytes: isData ? drawn.bytes : 0,
    quantity: isData ? drawn.bytes : drawn.seconds,
  } as const
  const rated = {
    outcome: drawn.isRated ? 'rated' : 'duplicate',
    periodStartDay,
    chargeMicros: micros(drawn.charge),
    informationChargeMicros: micros(drawn.information),
    outOfBundleQuantity: drawn.charge === 0 ? 0 : usage.quantity,
  } as const
  return { usage, rated }
}

/** Some usages cost something else than before, and some are of another account. */
async function rerate(indices: readonly number[]): Promise<void> {
  const ledger = createClickHouseLedger(store)
  const log = { source: 'rerate', partition: (rerates += 1) }
  const batch = ledger.newBatch(log, 0, NOW_MS, 'hash2')
  for (const index of new Set(indices)) {
    const old = counting[index % counting.length]
    if (old === undefined) continue
    const holder = index % 5 === 0 ? { ...old, accountId: 'a3', partnerId: 'p2' } : old
    const rated = { ...old, chargeMicros: micros(old.chargeMicros + index + 1) }
    const corrected = correctRow(old, rated, holder)
    if (corrected === undefined) continue
    const logOffset = batch.rowsCount + 1
    batch.appendRow(corrected.reversal)
    batch.appendRow(corrected.correction)
    const own = { logSource: log.source, logPartition: log.partition, logOffset }
    counting[index % counting.length] = { ...corrected.correction, ...own }
  }
  if (batch.rowsCount > 0) await ledger.record(batch)
}

/** What the end of a period gives back or asks for beside its usages. */
async function settle(amounts: readonly number[]): Promise<void> {
  const ledger = createClickHouseLedger(store)
  const log = { source: 'adjustment', partition: (settlements += 1) }
  const batch = ledger.newBatch(log, 0, NOW_MS, 'hash')
  for (const amount of amounts) {
    const like = counting[Math.abs(amount) % counting.length]
    if (like === undefined) continue
    batch.appendRow({
      ...like,
      entryKind: 'adjustment',
      usageId: '',
      durationSeconds: 0,
      volumeBytes: 0,
      quantity: 0,
      outOfBundleQuantity: 0,
      chargeMicros: micros(amount),
      informationChargeMicros: micros(0),
      rateId: adjustmentRateId(like.rateId),
    })
  }
  if (batch.rowsCount > 0) await ledger.record(batch)
}

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
const zone = { timeZone: ZONE, nowMs: NOW_MS }
const filters: fc.Arbitrary<UsageFilter> = fc.record({
  scope: fc.constantFrom<UsageFilter['scope']>(
    { kind: 'operator' },
    { kind: 'partner', partnerId: 'p1' },
    { kind: 'accounts', accountIds: ['a1', 'a3'] },
  ),
  period: fc
    .constantFrom(
      '2026-10',
      '2026-10..2026-12',
      'last-2',
      '2026-10-25..2026-11-03',
      '2026-11-05..2026-11-05',
    )
    .map((text) => parsePeriod(text, zone)),
  partnerId: maybe(fc.constantFrom('p1', 'p2')),
  accountId: maybe(fc.constantFrom(...ACCOUNTS)),
  product: maybe(fc.constantFrom('voip', 'mobile')),
  callTypes: maybe(fc.subarray(CALL_TYPES)),
  receiverContains: maybe(fc.constantFrom('4561', '06-123456 7', '=0612345611', '+316')),
})

const ENTRIES = { usage: 1, reversal: -1, correction: 1, adjustment: 0 } as const

interface Sums {
  count: number
  seconds: bigint
  bytes: bigint
  quantity: bigint
  outOfBundle: bigint
  amount: number
}

function sumsBy(rows: readonly UsageDetail[], keyOf: (row: UsageDetail) => string) {
  const sums = new Map<string, Sums>()
  for (const row of rows) {
    const key = keyOf(row)
    const sum = sums.get(key) ?? NOTHING
    sums.set(key, {
      count: sum.count + ENTRIES[row.entryKind],
      seconds: sum.seconds + BigInt(row.durationSeconds),
      bytes: sum.bytes + BigInt(row.volumeBytes),
      quantity: sum.quantity + BigInt(row.quantity),
      outOfBundle: sum.outOfBundle + BigInt(row.outOfBundleQuantity),
      amount: sum.amount + row.amountMicros,
    })
  }
  // What was taken back in full is no line.
  return new Map([...sums].filter(([, { count, amount }]) => count !== 0 || amount !== 0))
}

const NOTHING: Sums = { count: 0, seconds: 0n, bytes: 0n, quantity: 0n, outOfBundle: 0n, amount: 0 }

const KEYS: Readonly<Record<TotalsBy, (row: UsageDetail) => string>> = {
  total: () => '|||||',
  product: (row) => `${row.product}|||||`,
  'call-type': (row) => `${row.product}|${row.callType}||||`,
  number: (row) => `${row.product}||${row.servedNumber}|${row.subscriptionId}||`,
  'number-and-call-type': (row) =>
    `${row.product}|${row.callType}|${row.servedNumber}|${row.subscriptionId}||`,
  account: ({ accountId }) => `||||${accountId}|${partnerOf(accountId)}`,
  partner: ({ accountId }) => `|||||${partnerOf(accountId)}`,
}

function partnerOf(accountId: string): string {
  return ACCOUNTS.indexOf(accountId) < 2 ? 'p1' : 'p2'
}

test('totals by every grouping and histories are the sum of the details', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(filters, { minLength: 1, maxLength: 2 }),
      fc.array(fc.nat(10_000), { maxLength: 12 }),
      fc.array(fc.integer({ min: -900_000, max: 900_000 }), { maxLength: 4 }),
      async (asked, rerated, settled) => {
        for (const filter of asked) await requireEqual(filter)
        await rerate(rerated)
        await settle(settled)
        for (const filter of asked) await requireEqual(filter)
      },
    ),
    { numRuns: RUNS },
  )
  expect(rerates).toBeGreaterThan(RUNS / 2)
  expect(settlements).toBeGreaterThan(RUNS / 2)
}, 300_000)

async function requireEqual(filter: UsageFilter): Promise<void> {
  const { rows, more } = await usageDetails(store, filter, { limit: 10_000, timeZone: ZONE })
  expect(more).toBe(false)
  for (const by of TOTALS_BY) {
    const totals = (await usageTotals(store, by, filter)).map(
      (row) =>
        [
          [
            row.product,
            row.callType,
            row.number,
            row.subscriptionId,
            row.accountId,
            row.partnerId,
          ].join('|'),
          {
            count: row.count,
            seconds: row.durationSeconds,
            bytes: row.volumeBytes,
            quantity: row.quantity,
            outOfBundle: row.outOfBundleQuantity,
            amount: Number(row.amountMicros),
          },
        ] as const,
    )
    const details = sumsBy(rows, KEYS[by])
    if (by === 'total' && details.size === 0) details.set('|||||', NOTHING)
    expect(new Map(totals)).toEqual(details)
  }
  for (const by of HISTORY_BY) {
    const history = await usageHistory(store, by, filter)
    const told = history.map(
      (row) =>
        [
          `${row.periodStartDay} ${row.subscriptionId} ${row.product} ${row.kind}`,
          `${row.count} ${row.durationSeconds} ${row.volumeBytes} ${row.amountMicros}`,
        ] as const,
    )
    const details = sumsBy(
      rows,
      (row) =>
        `${row.periodStartDay} ${by === 'kind' ? '' : row.subscriptionId} ${row.product} ${row.kind}`,
    )
    const summed = [...details].map(
      ([key, sum]) => [key, `${sum.count} ${sum.seconds} ${sum.bytes} ${sum.amount}`] as const,
    )
    expect(new Map(told)).toEqual(new Map(summed))
  }
}
