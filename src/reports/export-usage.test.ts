import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyTestOperations } from '../../test/doubles/test-operations.ts'
import { ratedOf, usageOf } from '../../test/doubles/ledger.conformance.ts'
import { micros } from '../core/money/money.ts'
import { createClickHouseLedger } from '../ledger/clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../ledger/engine/migrate-clickhouse.ts'
import { startStoreServer, type StoreServer } from '../store-server/store-server.ts'
import { exportFileKind, type ExportFormatName, type LineFormat } from './export-format.ts'
import { slicesQuery } from './export-slices.ts'
import { bytesOf, exportUsage, linesQuery, parquetQuery, type ExportWish } from './export-usage.ts'
import { parsePeriod } from './period-filter.ts'
import { amountText, EXCEL_CSV, PLAIN_CSV, usageCsv } from './usage-csv.ts'
import { detailsConditions, usageDetails, type UsageDetail } from './usage-details.ts'
import type { UsageFilter } from './usage-filter.ts'

const timeZone = 'Europe/Amsterdam'
const NOW = { timeZone, nowMs: Date.parse('2026-11-21T12:00:00Z') }
const filter: UsageFilter = {
  scope: { kind: 'operator' },
  period: parsePeriod('2026-10', NOW),
}
const ROWS = 400
const SEED = 20_261_130

let folder: string
let server: StoreServer
let store: ClickHouseStore
/** What came out of the details, which are made here. */
let rows: UsageDetail[]

/** What spreadsheets run, what CSV and JSON quote, and what people write. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '=',
        '+',
        '-',
        '@',
        '\t',
        '\r',
        '\n',
        '"',
        ',',
        ';',
        "'",
        '\\',
        '/',
        '|',
        ' ',
      ),
      fc.constantFrom(
        '+31612345678',
        'SUM(A1)',
        'é',
        '€',
        '😀',
        '\u2028',
        '\u0001',
        '<',
        '0',
        'Bank',
      ),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''))

/** Through the store server, as `tik` does it beside a running one: the longer way of the same bytes. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tik-export-'))
  await copyTestOperations(join(folder, 'operations'))
  server = await startStoreServer({ dataFolder: folder })
  store = await openClickHouse({
    url: server.clickhouseUrl,
    username: 'default',
    password: server.secret,
    database: 'tik',
  })
  await migrateClickHouse(store)
  await recordRows()
  rows = (await usageDetails(store, filter, { limit: ROWS, timeZone })).rows
}, 60_000)

afterAll(async () => {
  await store.close()
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

async function recordRows(): Promise<void> {
  const ledger = createClickHouseLedger(store)
  const batch = ledger.newBatch({ source: 'files', partition: 1 }, 0, NOW.nowMs, 'hash')
  const texts = fc.sample(text, { numRuns: ROWS * 4, seed: SEED })
  const charges = fc.sample(fc.integer({ min: -3_000_000, max: 3_000_000 }), {
    numRuns: ROWS,
    seed: SEED,
  })
  for (let row = 0; row < ROWS; row += 1) {
    const [usageId = '', sender = '', receiver = '', subscriptionId = ''] = texts.slice(row * 4)
    const usage = {
      usageId: `u${row}${usageId}`,
      sender,
      receiver,
      subscriptionId,
      destination: receiver,
      visitedNetwork: sender,
      accountId: `${sender}${row % 7}`,
      callType: row % 3 === 0 ? 'national' : receiver,
      // Some in the same moment, some in the hour that comes twice.
      startMs: Date.parse('2026-10-24T23:00:00Z') + Math.floor(row / 2) * 61_007,
      volumeBytes: row % 5 === 0 ? 2 ** 45 + row : 0,
    }
    const chargeMicros = micros(row % 4 === 0 ? 0 : (charges[row] ?? 0))
    const rated = { chargeMicros, informationChargeMicros: micros(row * 10), late: row % 9 === 0 }
    batch.append(usageOf(usage), ratedOf({ ...rated, rateId: receiver }))
  }
  await ledger.record(batch)
}

const wishOf = (name: ExportFormatName): ExportWish => ({
  format: exportFileKind(name).format,
  timeZone,
})

async function fileOf(wish: ExportWish, from = store): Promise<string> {
  return textOf(bytesOf(await exportUsage(from, filter, wish)))
}

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(pieces)).toString('utf8')
}

async function* oneChunk<Item>(item: Item): AsyncGenerator<Item> {
  yield await Promise.resolve(item)
}

test('CSV that the engine makes is byte for byte the one that is made here', async () => {
  expect(rows).toHaveLength(ROWS)
  const here = await Array.fromAsync(usageCsv(oneChunk(rows), PLAIN_CSV))
  expect(await fileOf(wishOf('csv'))).toBe(here.join(''))
  const csv = { bom: false, delimiter: ';', decimalComma: true, sheetTimes: false } as const
  const semicolons = await Array.fromAsync(usageCsv(oneChunk(rows), csv))
  expect(await fileOf({ format: { kind: 'csv', csv }, timeZone })).toBe(semicolons.join(''))
})

test('JSON lines that the engine makes are byte for byte those of JSON.stringify', async () => {
  const here = rows.map((row) => {
    const { chargeMicros, informationChargeMicros, amountMicros, startMs, ...rest } = row
    const line = {
      ...rest,
      startUtc: new Date(startMs).toISOString(),
      charge: amountText(chargeMicros),
      informationCharge: amountText(informationChargeMicros),
      amount: amountText(amountMicros),
    }
    // Which the engine writes so that JavaScript could take the line as well.
    return `${JSON.stringify(line)}\n`.replaceAll('\u2028', String.raw`\u2028`)
  })
  expect(await fileOf(wishOf('jsonl'))).toBe(here.join(''))
})

test('what Excel opens begins with the mark, has semicolons, commas and times that it knows', async () => {
  const file = await fileOf(wishOf('excel'))
  expect(file.startsWith('\uFEFFstart;start_utc;account;')).toBe(true)
  const plain = await Array.fromAsync(usageCsv(oneChunk(rows), { ...EXCEL_CSV, sheetTimes: false }))
  const withSheetTimes = plain
    .join('')
    .replaceAll(/(?<=;)(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d{3}Z(?=;)/g, '$1 $2')
  expect(file).toBe(withSheetTimes)
})

test('no cell begins with what a spreadsheet runs, but for numbers', async () => {
  for (const [name, delimiter] of [
    ['csv', ','],
    ['excel', ';'],
  ] as const) {
    const records: string[][] = parse(await fileOf(wishOf(name)), { delimiter, bom: true })
    expect(records).toHaveLength(ROWS + 1)
    const cells = records.flat().filter((cell) => /^[=+\-@\t\r\n]/.test(cell))
    const risky = cells.filter((cell) => !/^(?:\+\d+|-\d+[.,]\d+)$/.test(cell))
    expect(risky).toEqual([])
    expect(cells.length).toBeGreaterThan(20)
    expect(records.flat().some((cell) => cell.startsWith("'="))).toBe(true)
  }
})

test('slices of any size and a file that is gone on with at any of them are the same file', async () => {
  for (const name of ['csv', 'jsonl'] as const) {
    const whole = await fileOf(wishOf(name))
    for (const sliceRowsMax of [60, 150]) {
      const wish = { ...wishOf(name), sliceRowsMax }
      const { parts, rowsCount } = await exportUsage(store, filter, wish)
      expect(rowsCount).toBe(ROWS)
      let written = ''
      let partsCount = 0
      for await (const { bytes, fromMs } of parts) {
        written += await textOf(bytes)
        partsCount += 1
        if (partsCount !== 3 || fromMs === undefined) continue
        expect(written + (await fileOf({ ...wish, beforeMs: fromMs }))).toBe(whole)
      }
      expect(written).toBe(whole)
      expect(partsCount).toBeGreaterThan(1)
    }
  }
})

test('a selection without usage is a file with nothing but its head', async () => {
  const none = { ...filter, accountId: 'nobody' }
  const csv = await exportUsage(store, none, wishOf('csv'))
  expect(csv.rowsCount).toBe(0)
  expect((await textOf(bytesOf(csv))).split('\r\n')).toHaveLength(2)
  expect(await textOf(bytesOf(await exportUsage(store, none, wishOf('jsonl'))))).toBe('')
  const parquet = await textOf(bytesOf(await exportUsage(store, none, wishOf('parquet'))))
  expect(parquet.slice(0, 4)).toBe('PAR1')
})

test('the statements are what they were', async () => {
  const conditions = detailsConditions({ ...filter, accountId: 'a1', senderContains: '06' })
  const line = (format: LineFormat) => linesQuery(conditions, format).sql
  const texts = [
    `-- slices\n${slicesQuery(conditions).sql}`,
    `-- csv\n${line({ kind: 'csv', csv: PLAIN_CSV })}`,
    `-- excel\n${line({ kind: 'csv', csv: EXCEL_CSV })}`,
    `-- jsonl\n${line({ kind: 'jsonl' })}`,
    `-- parquet\n${parquetQuery(conditions).sql}`,
  ]
  await expect(`${texts.join('\n\n')}\n`).toMatchFileSnapshot(
    '../../fixtures/reports/export-statements.txt',
  )
})
