/** The operations store over PGlite and, by `npm run test:postgres`, over a server. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import { migrateOperations, operationsMigrationStatus } from './migrate-operations.ts'
import { openOperations, type OperationsStore } from './operations-store.ts'
import { openTestOperations, type TestOperations } from '../../test/doubles/test-operations.ts'

const isEmbedded = process.env['TIK_TEST_POSTGRES_URL'] === undefined
const countSchema = z.object({ count: z.int() })

describe('any store', () => {
  let opened: TestOperations
  let store: OperationsStore

  beforeAll(async () => {
    opened = await openTestOperations()
    store = opened.store
    await store.script('CREATE TABLE coins (id text PRIMARY KEY, n int8)')
  })
  afterAll(() => opened[Symbol.asyncDispose]())

  test('bigint comes back as an exact number, numeric and JSON unharmed', async () => {
    const rows = await store.query(
      `SELECT $1::bigint AS small, 9007199254740993::bigint AS large, 1.50::numeric AS price,
              $2::jsonb AS json, $3::text[] AS list, ARRAY[7, NULL, -8]::bigint[] AS numbers`,
      [123_456_789_012, '{"a":[1]}', ['x', null, 'a"b,c']],
      z.unknown(),
    )
    expect(rows).toEqual([
      {
        small: 123_456_789_012,
        large: 9_007_199_254_740_993n,
        price: '1.50',
        json: { a: [1] },
        list: ['x', null, 'a"b,c'],
        numbers: [7, null, -8],
      },
    ])
  })

  test('a transaction that throws leaves nothing', async () => {
    const attempt = store.transaction(async (sql) => {
      await sql.execute(`INSERT INTO coins VALUES ('tx', 1)`)
      throw new TikError('interrupted', 'half way')
    })
    await expect(attempt).rejects.toMatchObject({ code: 'interrupted' })
    const rows = await store.query(
      `SELECT count(*)::int AS count FROM coins WHERE id = 'tx'`,
      [],
      countSchema,
    )
    expect(rows).toEqual([{ count: 0 }])
  })

  test('a second row under a unique key is operations_conflict', async () => {
    expect(await store.execute('INSERT INTO coins VALUES ($1, $2)', ['a', 1])).toBe(1)
    const again = store.execute('INSERT INTO coins VALUES ($1, $2)', ['a', 2])
    await expect(again).rejects.toMatchObject({ code: 'operations_conflict' })
  })

  test('a table that is not there asks for tik migrate', async () => {
    const missing = store.execute('SELECT * FROM no_such_table')
    await expect(missing).rejects.toMatchObject({ code: 'migration_needed' })
  })
})

test('a server that does not answer is operations_unavailable', async () => {
  const opened = openOperations({ url: 'postgresql://nobody@127.0.0.1:1/none' })
  await expect(opened).rejects.toMatchObject({ code: 'operations_unavailable' })
})

describe('migrations', () => {
  let operations: TestOperations
  beforeAll(async () => {
    operations = await openTestOperations()
    await operations.store.script('DROP TABLE tik_migrations') // Those of the folders below are the first.
  })
  afterAll(() => operations[Symbol.asyncDispose]())

  test('are applied once, and a changed file is refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tik-test-migrations-'))
    const file = join(folder, '9001-one.sql')
    writeFileSync(
      file,
      '-- check: SELECT true\nCREATE TABLE one (id int); CREATE TABLE two (id int)',
    )
    expect(await migrateOperations(operations.store, folder)).toEqual(['9001-one.sql'])
    expect(await migrateOperations(operations.store, folder)).toEqual([])
    writeFileSync(file, 'CREATE TABLE one (id bigint)')
    await expect(migrateOperations(operations.store, folder)).rejects.toMatchObject({
      code: 'migration_failed',
    })
    const status = await operationsMigrationStatus(operations.store, folder)
    expect(status).toEqual({
      applied: ['9001-one.sql'],
      pending: [],
      changed: ['9001-one.sql'],
      unknown: [],
    })
    rmSync(file)
    await expect(migrateOperations(operations.store, folder)).rejects.toMatchObject({
      code: 'store_newer',
      message: 'the operations store was migrated by a newer tik: 9001-one.sql',
    })
    await operations.store.execute('DELETE FROM tik_migrations')
    rmSync(folder, { recursive: true })
  })

  test('a failed check leaves nothing behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tik-test-migrations-'))
    writeFileSync(join(folder, '9002-bad.sql'), '-- check: SELECT false\nCREATE TABLE bad (id int)')
    await expect(migrateOperations(operations.store, folder)).rejects.toMatchObject({
      code: 'migration_failed',
    })
    const rows = await operations.store.query(
      `SELECT count(*)::int AS count FROM pg_class WHERE relname = 'bad'`,
      [],
      countSchema,
    )
    expect(rows).toEqual([{ count: 0 }])
    rmSync(folder, { recursive: true })
  })
})

test.runIf(isEmbedded)(
  'what was confirmed before a SIGKILL is there afterwards, and the folder opens again',
  async () => {
    const operations = await openTestOperations()
    await operations.store.script('CREATE TABLE written (n int PRIMARY KEY)')
    await operations.store.close()
    const writer = fileURLToPath(new URL('../../test/operations-writer.ts', import.meta.url))
    let confirmed = 0
    for (const killAfterMs of [30, 180, 390]) {
      const child = fork(writer, [operations.folder], { execArgv: [] })
      child.on('message', (n) => (confirmed = Number(n)))
      await once(child, 'message')
      await new Promise((resolve) => setTimeout(resolve, killAfterMs))
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await using reopened = await openOperations({ folder: operations.folder })
    const [row] = await reopened.query(
      'SELECT count(*)::int AS count, max(n) AS last FROM written',
      [],
      z.object({ count: z.int(), last: z.int() }),
    )
    expect(confirmed).toBeGreaterThan(0)
    expect(row?.count).toBe(row?.last)
    expect(row?.last).toBeGreaterThanOrEqual(confirmed)
    expect(row?.last).toBeLessThanOrEqual(confirmed + 1)
    rmSync(operations.folder, { recursive: true, force: true })
  },
)
