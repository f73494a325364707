import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { ratedOf, usageOf } from '../../test/doubles/ledger.conformance.ts'
import { micros } from '../core/money/money.ts'
import { createClickHouseLedger } from '../ledger/clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../ledger/engine/migrate-clickhouse.ts'
import { queryText } from '../ledger/engine/query-file.ts'
import { bytesOf, exportUsage } from './export-usage.ts'
import { parsePeriod } from './period-filter.ts'

const wish = { format: { kind: 'parquet' }, timeZone: 'Europe/Amsterdam' } as const
const NOW_MS = Date.parse('2026-11-21T12:00:00Z')
const filter = {
  scope: { kind: 'operator' },
  period: parsePeriod('2026-10-25..2026-10-25', { timeZone: wish.timeZone, nowMs: NOW_MS }),
  product: 'voip',
  callTypes: ["o'clock", 'national'],
  amount: { is: '>', value: micros(-1_000_000) },
} as const
const ROWS = 3_000
const COLUMNS = [
  'start',
  'start_utc',
  'account',
  'duration_seconds',
  'charge',
  'amount',
  'period',
  'late',
]

let folder: string
let store: ClickHouseStore

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tik-parquet-'))
  store = await openClickHouse({ folder: join(folder, 'ledger') })
  await migrateClickHouse(store)
  const ledger = createClickHouseLedger(store)
  const batch = ledger.newBatch({ source: 'files', partition: 1 }, 0, NOW_MS, 'hash')
  for (let row = 0; row < ROWS; row += 1) {
    const usage = {
      usageId: `u${row}`,
      accountId: `a${row % 3}`,
      callType: row % 2 === 0 ? "o'clock" : 'national',
      startMs: Date.parse('2026-10-25T00:30:00.250Z') + row * 1000,
    }
    batch.append(usageOf(usage), ratedOf({ chargeMicros: micros(row - 1), late: row === 0 }))
  }
  await ledger.record(batch)
})

afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

test('Parquet has the types of its columns, exact amounts, and every row in the order of the ledger', async () => {
  const file = join(folder, 'usage.parquet')
  const pieces = bytesOf(await exportUsage(store, filter, wish))
  writeFileSync(file, Buffer.concat(await Array.fromAsync(pieces)))
  const one = `SELECT * FROM file('${file}') LIMIT 1`
  const names = COLUMNS.map((name) => `toTypeName(${name}) AS ${name}`).join(', ')
  const typed = queryText()('types', `SELECT ${names} FROM (${one})`, z.unknown())
  const [types] = await store.query(typed, {})
  expect(types).toMatchObject({
    start: 'String',
    start_utc: "DateTime64(3, 'UTC')",
    account: 'String',
    duration_seconds: 'Int64',
    charge: 'Decimal(18, 6)',
    amount: 'Decimal(18, 6)',
    period: 'Nullable(Date32)',
    late: 'Bool',
  })
  const sums = queryText()(
    'sums',
    `SELECT count() AS rowsCount, toString(sum(charge)) AS charge, toString(min(start_utc)) AS first,
       any(start) AS start, countIf(late) AS late, groupUniqArray(call_type) AS types,
       arraySort(groupUniqArray(account)) AS accounts FROM file('${file}')`,
    z.unknown(),
  )
  expect(await store.query(sums, {})).toMatchObject([
    {
      rowsCount: String(ROWS),
      charge: String((ROWS * (ROWS - 3)) / 2 / 1_000_000),
      first: '2026-10-25 00:30:00.250',
      start: '2026-10-25 02:30:00',
      late: '1',
      accounts: ['a0', 'a1', 'a2'],
    },
  ])
})

test('whoever stops reading leaves nothing behind, and the store goes on', async () => {
  for (let count = 0; count < 3; count += 1) {
    for await (const piece of bytesOf(await exportUsage(store, filter, wish))) {
      expect(piece.length).toBeGreaterThan(0)
      break
    }
  }
  expect(readdirSync(join(folder, 'ledger', 'tik-blocks'))).toEqual([])
  const again = await Array.fromAsync(bytesOf(await exportUsage(store, filter, wish)))
  expect(Buffer.concat(again).subarray(-4).toString()).toBe('PAR1')
})

test('what the engine refuses is told, and no file that ends', async () => {
  const wrong = { ...wish, timeZone: 'Nowhere/Land' }
  const reading = Array.fromAsync(bytesOf(await exportUsage(store, filter, wrong)))
  await expect(reading).rejects.toMatchObject({ code: 'ledger_rejected' })
})
