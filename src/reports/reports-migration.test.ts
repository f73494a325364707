/** A ledger of before migration 0485 tells the same after it, also while the engine has not caught up. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ratedOf, usageOf } from '../../test/doubles/ledger.conformance.ts'
import { createClickHouseLedger } from '../ledger/clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../ledger/engine/migrate-clickhouse.ts'
import { exactInteger, queryText } from '../ledger/engine/query-file.ts'
import { parsePeriod } from './period-filter.ts'
import { usageTotals } from './usage-totals.ts'

const NOW = { timeZone: 'Europe/Amsterdam', nowMs: Date.parse('2026-11-21T12:00:00Z') }
const everything = {
  scope: { kind: 'operator' },
  period: parsePeriod('2026-10..2026-11', NOW),
} as const

/** What 0485 did, undone. */
const BEFORE = [
  `ALTER TABLE usage_ledger DROP PROJECTION by_period, DROP INDEX periods, DROP INDEX starts,
   DROP INDEX senders, DROP INDEX receivers SETTINGS mutations_sync = 1`,
  `ALTER TABLE usage_ledger ADD PROJECTION by_account (SELECT account_id, period_start, outcome, sum(charge),
   sum(entries) GROUP BY account_id, period_start, outcome)`,
  'ALTER TABLE schema_migrations DELETE WHERE number = 485 SETTINGS mutations_sync = 1',
]

const left = queryText()(
  'mutations-left',
  'SELECT count() AS leftCount FROM system.mutations WHERE NOT is_done',
  z.object({ leftCount: exactInteger }),
)
const summed = queryText()(
  'projections',
  "SELECT name, sum(rows) AS rowsCount FROM system.projection_parts WHERE table = 'usage_ledger' AND active GROUP BY name ORDER BY name",
  z.object({ name: z.string(), rowsCount: exactInteger }),
)

test('a ledger of before gets sums and indices for what it has, and tells the same all the while', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-old-ledger-'))
  try {
    await using store = await openClickHouse({ folder })
    await migrateClickHouse(store)
    for (const statement of BEFORE) await store.command(statement)
    await recordSome(store, 1)
    const before = await usageTotals(store, 'call-type', everything)
    expect(before.map(({ callType, count }) => [callType, count])).toEqual([
      ['national', 20],
      ['premium', 10],
    ])
    expect((await migrateClickHouse(store)).map(({ number }) => number)).toEqual([485])
    expect(await usageTotals(store, 'call-type', everything)).toEqual(before)
    while ((await store.query(left, {}))[0]?.leftCount !== 0) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const sums = { by_period: 2, by_position: 1 }
    expect(await store.query(summed, {})).toEqual(
      Object.entries(sums).map(([name, rowsCount]) => ({ name, rowsCount })),
    )
    expect(await usageTotals(store, 'call-type', everything)).toEqual(before)
    await recordSome(store, 2)
    const after = await usageTotals(store, 'call-type', everything)
    expect(after.map(({ count }) => count)).toEqual([40, 20])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

async function recordSome(store: ClickHouseStore, partition: number): Promise<void> {
  const ledger = createClickHouseLedger(store)
  const batch = ledger.newBatch({ source: 'files', partition }, 0, NOW.nowMs, 'hash')
  for (let row = 0; row < 30; row += 1) {
    const callType = row % 3 === 0 ? 'premium' : 'national'
    const usageId = `u${partition}-${row}`
    batch.append(usageOf({ usageId, callType, accountId: `a${row}` }), ratedOf())
  }
  await ledger.record(batch)
}
