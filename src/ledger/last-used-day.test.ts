import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dayFromIso } from '../core/time/period.ts'
import { openClickHouse } from './engine/clickhouse-store.ts'
import { lastUsedDayOf } from './last-used-day.ts'
import { migrateClickHouse } from './engine/migrate-clickhouse.ts'

test('the last period with rated usage of an account; none where it has only rejects', async () => {
  await using store = await openClickHouse({ folder: mkdtempSync(join(tmpdir(), 'tik-used-')) })
  await migrateClickHouse(store)
  const rows: readonly (readonly [string, string, string])[] = [
    ['a', 'rated', '2026-09-15'],
    ['a', 'rated', '2026-10-15'],
    ['a', 'rejected', '2026-11-15'],
    ['b', 'rejected', '2026-10-01'],
  ]
  for (const [offset, [accountId, outcome, date]] of rows.entries()) {
    await store.command(
      `INSERT INTO usage_ledger (log_source, log_partition, log_offset, entry_kind, account_id, outcome,
         period_start)
       SELECT 'files', 1, {offset:Int64}, 'usage', {accountId:String}, {outcome:String},
         toDate({date:String})`,
      { offset, accountId, outcome, date },
    )
  }
  expect(await lastUsedDayOf(store, 'a')).toBe(dayFromIso('2026-10-15'))
  expect(await lastUsedDayOf(store, 'b')).toBeUndefined()
})
