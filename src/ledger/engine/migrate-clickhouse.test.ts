import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openClickHouse } from './clickhouse-store.ts'
import { LEDGER_COLUMNS } from '../columns/ledger-columns.ts'
import { clickHouseMigrationStatus, migrateClickHouse } from './migrate-clickhouse.ts'
import { queryText } from './query-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-migrate-'))

test('a new folder is migrated once, and the table has the columns that the code lists', async () => {
  await using store = await openClickHouse({ folder })
  const ran = await migrateClickHouse(store)
  const numbers = ran.map((migration) => migration.number)
  expect(numbers.slice(0, 2)).toEqual([1, 2])
  expect(numbers).toEqual([...new Set(numbers)].sort((left, right) => left - right))
  expect(await migrateClickHouse(store)).toEqual([])
  const states = (await clickHouseMigrationStatus(store)).map((migration) => migration.state)
  expect(new Set(states)).toEqual(new Set(['done']))

  const columns = queryText()(
    'columns',
    "SELECT name, type FROM system.columns WHERE table = 'usage_ledger' AND default_kind != 'ALIAS' ORDER BY name",
    z.object({ name: z.string(), type: z.string() }),
  )
  const actual = await store.query(columns, {})
  expect(actual).toEqual(LEDGER_COLUMNS.toSorted((one, other) => (one.name < other.name ? -1 : 1)))
})
