/** The two protocols, spoken by the ordinary clients of the stores. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createClickHouseLedger } from '../ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../ledger/clickhouse-store.ts'
import { migrateClickHouse } from '../ledger/migrate-clickhouse.ts'
import { queryText } from '../ledger/query-file.ts'
import { migrateOperations } from '../operations/migrate-operations.ts'
import { openOperations } from '../operations/operations-store.ts'
import { startStoreServer } from './store-server.ts'
import type { StoreServer } from './store-server.ts'

const dataFolder = mkdtempSync(join(tmpdir(), 'tik-store-server-'))
let server: StoreServer

beforeAll(async () => {
  server = await startStoreServer({ dataFolder })
}, 60_000)
afterAll(() => server[Symbol.asyncDispose]())

function openLedgerStore() {
  return openClickHouse({
    url: server.clickhouseUrl,
    username: 'default',
    password: '',
    database: 'tik',
  })
}

test('the ledger is migrated and asked over HTTP', async () => {
  await using store = await openLedgerStore()
  await store.prepare()
  await migrateClickHouse(store)
  expect(await migrateClickHouse(store)).toEqual([])
  expect(await createClickHouseLedger(store).lastOffsets('usage')).toEqual(new Map())
})

test.each(["it's", 'a\\b', 'tab\tand\nline', '[brackets]', "['quoted']", ''])(
  'the parameter %j arrives as it was',
  async (text) => {
    await using store = await openLedgerStore()
    const query = queryText<{ text: string; texts: string[] }>()(
      'echo',
      'SELECT {text:String} AS text, {texts:Array(String)} AS texts',
      z.object({ text: z.string(), texts: z.array(z.string()) }),
    )
    const params = { text, texts: [text, 'second'] }
    expect(await store.query(query, params)).toEqual([params])
  },
)

test('a refused statement tells what ClickHouse says', async () => {
  await using store = await openLedgerStore()
  await expect(store.command('SELECT * FROM no_such_table')).rejects.toMatchObject({
    code: 'ledger_rejected',
    message: expect.stringContaining('no_such_table'),
  })
})

test('several connections share the operations store', async () => {
  await using first = await openOperations({ url: server.postgresUrl })
  await using second = await openOperations({ url: server.postgresUrl })
  await migrateOperations(first)
  const row = z.object({ count: z.number() })
  const sql = 'SELECT count(*)::int AS count FROM partners'
  expect(await second.query(sql, [], row)).toEqual([{ count: 0 }])
})

test('connections that ask at the same moment get their own answers', async () => {
  const stores = await Promise.all(
    Array.from({ length: 6 }, () => openOperations({ url: server.postgresUrl })),
  )
  const row = z.object({ answer: z.string() })
  const asked = stores.flatMap((store, connection) =>
    Array.from({ length: 30 }, async (_, turn) => {
      const sql = `SELECT $1::text || '/${connection}' AS answer`
      const [found] = await store.query(sql, [String(turn)], row)
      expect(found?.answer).toBe(`${turn}/${connection}`)
    }),
  )
  await Promise.all(asked)
  for (const store of stores) await store.close()
})

test('a transaction keeps the others out until it ends, and a lost connection ends it', async () => {
  await using first = await openOperations({ url: server.postgresUrl })
  await first.script('CREATE TABLE turns (id integer)')
  const order: string[] = []
  const rows = z.object({ count: z.number() })
  const count = 'SELECT count(*)::int AS count FROM turns'
  await using second = await openOperations({ url: server.postgresUrl })
  const noteCount = async () => {
    const [found] = await second.query(count, [], rows)
    order.push(`outside sees ${found?.count}`)
  }
  const held = first.transaction(async (sql) => {
    await sql.execute('INSERT INTO turns VALUES (1)')
    const outside = noteCount()
    await new Promise((resolve) => setTimeout(resolve, 50))
    order.push('inside')
    return { outside }
  })
  await (
    await held
  ).outside
  expect(order).toEqual(['inside', 'outside sees 1'])

  const { port } = new URL(server.postgresUrl)
  const lost = new Client({ host: '127.0.0.1', port: Number(port), user: 'postgres' })
  lost.on('error', () => undefined)
  await lost.connect()
  await lost.query('BEGIN')
  await lost.query('INSERT INTO turns VALUES ($1)', [2])
  lost.connection.stream.destroy()
  expect(await second.query(count, [], rows)).toEqual([{ count: 1 }])
})

test('a second process on the folder is told who has it', async () => {
  await expect(startStoreServer({ dataFolder })).rejects.toMatchObject({ code: 'data_folder_busy' })
})
