/** Crossings are read from the real ledger by position, so rows that appear late are not lost. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { crossingEntry, crossingKey } from '../../core/usage/ids.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { ratedOf, usageOf } from '../../../test/doubles/ledger.conformance.ts'
import { migrateClickHouse } from '../../ledger/engine/migrate-clickhouse.ts'
import type { ScopeSources } from '../../rating/restore/settle-scope.ts'
import { createCrossingReader, type CrossingPosition } from './ledger-crossings.ts'

const NOBODY: ScopeSources = { catalogue: { allowances: new Map() }, membersOf: () => [] }
const NOON_MS = Date.parse('2026-11-21T12:00:00Z')
const folder = mkdtempSync(join(tmpdir(), 'tik-test-crossings-'))
let clickhouse: ClickHouseStore

beforeAll(async () => {
  clickhouse = await openClickHouse({ folder })
  await migrateClickHouse(clickhouse)
})
afterAll(async () => {
  await clickhouse.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Records rows of one batch; a row with levels crosses them. */
async function record(
  log: { source: string; partition: number },
  firstOffset: number,
  recordedMs: number,
  rows: readonly string[][],
): Promise<void> {
  const ledger = createClickHouseLedger(clickhouse)
  const batch = ledger.newBatch(log, firstOffset, recordedMs, '0123456789abcdef')
  for (const levels of rows) {
    const crossings = levels.map((level) =>
      crossingEntry({
        key: crossingKey({
          code: 'account-total',
          scopeKind: 'account',
          scopeId: 'a1',
          subject: '',
          level,
        }),
        used: 60,
        amount: 50,
      }),
    )
    batch.append(usageOf(), ratedOf({ crossings }))
  }
  await ledger.record(batch)
}

test('each crossing is read once, also of a partition whose rows appear late or with an old time', async () => {
  const reader = createCrossingReader(clickhouse)
  let positions: readonly CrossingPosition[] = []
  async function readNew(): Promise<string[]> {
    const read = await reader.readAfter(positions, NOBODY)
    const moved = new Set(
      read.positions.map(({ logSource, logPartition }) => `${logSource}/${logPartition}`),
    )
    positions = [
      ...positions.filter(
        ({ logSource, logPartition }) => !moved.has(`${logSource}/${logPartition}`),
      ),
      ...read.positions,
    ]
    return read.crossings.map(({ origin, level }) => `${origin} ${level}`)
  }

  expect(await readNew()).toEqual([])
  const usage0 = { source: 'usage', partition: 0 }
  const usage1 = { source: 'usage', partition: 1 }
  await record(usage0, 0, NOON_MS, [[], ['80', '100'], []])
  expect(await readNew()).toEqual(['usage/0/1 80', 'usage/0/1 100'])
  expect(await readNew()).toEqual([])

  // Another worker's batch was recorded earlier by its clock and shows up only now.
  await record(usage1, 0, NOON_MS - 3_600_000, [['80']])
  await record(usage0, 3, NOON_MS + 1_000, [['100@7']])
  expect(await readNew()).toEqual(['usage/1/0 80', 'usage/0/3 100@7'])

  // Nothing crossed, but the position moves on.
  await record(usage1, 1, NOON_MS + 2_000, [[], []])
  expect(await readNew()).toEqual([])
  expect(positions.find(({ logPartition }) => logPartition === 1)?.nextOffset).toBe(3)
  await record(usage1, 3, NOON_MS - 86_400_000, [['100']])
  expect(await readNew()).toEqual(['usage/1/3 100'])
})

test('more partitions than one read takes are read by the next ones', async () => {
  for (const partition of [0, 1, 2, 3]) {
    await record({ source: 'files', partition }, 0, NOON_MS, [[String(partition)]])
  }
  const reader = createCrossingReader(clickhouse, 5)
  const first = await reader.readAfter([], NOBODY)
  expect(first.more).toBe(true)
  const second = await reader.readAfter(first.positions, NOBODY)
  expect(second.more).toBe(false)
  const read = [...first.crossings, ...second.crossings].filter(({ origin }) =>
    origin.startsWith('files/'),
  )
  expect(read.map(({ level }) => level).sort()).toEqual(['0', '1', '2', '3'])
})

test('a crossing of an earlier build gets the kind of scope that its row tells', async () => {
  const ledger = createClickHouseLedger(clickhouse)
  const batch = ledger.newBatch({ source: 'earlier', partition: 0 }, 0, NOON_MS, '0123456789abcdef')
  const crossings = [
    'group-bundle|pool|data|80|80|100',
    'data-bundle|s1|data|80|80|100',
    'account-total|a1||100@50|60|50',
    'subscription-total|s1||100@50|60|50',
  ]
  batch.append(usageOf(), ratedOf({ crossings }))
  await ledger.record(batch)
  const read = await createCrossingReader(clickhouse).readAfter([], NOBODY)
  const ofEarlier = read.crossings.filter(({ origin }) => origin === 'earlier/0/0')
  expect(
    ofEarlier.map(({ code, scopeKind, scopeId, level, used }) =>
      [code, scopeKind, scopeId, level, used].join(' '),
    ),
  ).toEqual([
    'group-bundle group pool 80 80',
    'data-bundle subscription s1 80 80',
    'account-total account a1 100@50 60',
    'subscription-total subscription s1 100@50 60',
  ])
})

test('a crossing carries what its mail says', async () => {
  const reader = createCrossingReader(clickhouse)
  const { crossings } = await reader.readAfter([], NOBODY)
  expect(crossings[0]).toMatchObject({
    accountId: 'a1',
    subscriptionId: 's1',
    code: 'account-total',
    scopeKind: 'account',
    scopeId: 'a1',
    product: 'voip',
    used: 60,
    amount: 50,
    periodStartDay: 20_727,
  })
})
