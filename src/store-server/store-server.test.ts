/** The two protocols, spoken by the ordinary clients of the stores. */
import { once } from 'node:events'
import { mkdtempSync, statSync } from 'node:fs'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { readConfig } from '../core/config/config.ts'
import { createClickHouseLedger } from '../ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../ledger/engine/migrate-clickhouse.ts'
import { queryText } from '../ledger/engine/query-file.ts'
import { migrateOperations } from '../postgres/migrate-operations.ts'
import { openOperations } from '../postgres/operations-store.ts'
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
    password: server.secret,
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
  const lost = new Client({
    host: '127.0.0.1',
    port: Number(port),
    user: 'postgres',
    password: server.secret,
  })
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

test('other processes find the server by its folder, and the file with the secret is their own', () => {
  const config = readConfig(mkdtempSync(join(tmpdir(), 'tik-other-')), { TIK_STORES: dataFolder })
  expect(config).toMatchObject({
    clickhouseUrl: server.clickhouseUrl,
    clickhousePassword: server.secret,
    postgresUrl: server.postgresUrl,
  })
  for (const name of ['store-server.json', 'store-server.secret']) {
    expect(statSync(join(dataFolder, name)).mode & 0o777).toBe(0o600)
  }
})

function basic(password: string): string {
  return `Basic ${Buffer.from(`default:${password}`).toString('base64')}`
}

test('the ledger side tells a stranger nothing but that it needs the secret', async () => {
  const ask = (headers: Record<string, string>) =>
    fetch(`${server.clickhouseUrl}/?query=SELECT%201`, { method: 'POST', headers })
  expect((await ask({})).status).toBe(401)
  expect((await ask({ Authorization: basic('') })).status).toBe(401)
  expect((await ask({ Authorization: basic(server.secret) })).status).toBe(200)
})

test.each([
  ['a page of the web', { Origin: 'https://example.com' }],
  ['a page of this machine', { Origin: 'http://localhost:3000' }],
  ['a picture in a page', { 'Sec-Fetch-Site': 'cross-site' }],
  ['a name that somebody pointed here', { Host: 'rebound.example.com' }],
])('%s is refused, even with the secret', async (_, headers) => {
  const { port } = new URL(server.clickhouseUrl)
  const auth = `default:${server.secret}`
  const request = get({ host: '127.0.0.1', port, path: '/?query=SELECT+1', auth, headers })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  expect(response.statusCode).toBe(403)
})

test('what leaves the ledger is not run, whoever asks', async () => {
  await using store = await openLedgerStore()
  await expect(
    store.command("INSERT INTO FUNCTION file('/tmp/out', 'CSV') SELECT 1"),
  ).rejects.toMatchObject({ code: 'ledger_rejected', message: expect.stringContaining('function') })
})

test('no request line ends the server', async () => {
  const { port } = new URL(server.clickhouseUrl)
  for (const line of ['GET // HTTP/1.1', 'GET http://[ HTTP/1.1', 'POST ?query=% HTTP/1.1', 'x']) {
    const socket = createConnection(Number(port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.on('data', () => undefined)
    socket.end(`${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    await once(socket, 'close')
  }
  expect(await (await fetch(`${server.clickhouseUrl}/ping`)).text()).toBe('Ok.\n')
})
