/** What only a PostgreSQL server does: refuse, wait, deadlock, serve two at once, end a connection, lag behind. */
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { buildDirectory } from '../src/directory/document/build-directory.ts'
import { directoryDocumentSchema } from '../src/directory/document/directory-schema.ts'
import { importDirectory } from '../src/directory/store/import-directory.ts'
import { loadDirectory } from '../src/directory/store/load-directory.ts'
import { migrateOperations } from '../src/postgres/migrate-operations.ts'
import { openOperations, type OperationsStore } from '../src/postgres/operations-store.ts'
import type { LocalPostgres } from '../scripts/postgres/local-postgres.ts'
import { SMALL_COMPANY } from './small-company.ts'
import { startPostgresForTests, withoutPostgres } from './postgres-for-tests.ts'

/** Enough for several readings to fall into them. */
const IMPORTS = 30
function reader(password: string): (address: URL) => void {
  return (address) => void Object.assign(address, { username: 'reader', password })
}

async function sum(sql: Pick<OperationsStore, 'query'>): Promise<number | undefined> {
  return (await sql.query('SELECT sum(n)::int AS count FROM coins', [], count))[0]?.count
}

/** The small company, where partner, account and subscriptions bear one name. */
function named(name: string) {
  const { partners, accounts, subscriptions } = SMALL_COMPANY
  const document = {
    partners: partners.map((partner) => ({ ...partner, legalName: name })),
    accounts: accounts.map((account) => ({ ...account, legalName: name })),
    subscriptions: subscriptions.map((subscription) => ({ ...subscription, label: name })),
  }
  return buildDirectory(directoryDocumentSchema.parse(document)).content
}

const IMPORT = { dryRun: false, atMs: 0, changedBy: 'test' }
const count = z.object({ count: z.int() })

describe.skipIf(withoutPostgres !== undefined)('a PostgreSQL server', () => {
  let server: LocalPostgres
  let url: string
  let store: OperationsStore

  beforeAll(async () => {
    server = await startPostgresForTests()
    url = server.createDatabase('of_tests')
    store = await openOperations({ url })
    await migrateOperations(store)
    await store.script(`
      CREATE ROLE reader LOGIN PASSWORD 'right';
      CREATE TABLE coins (id text PRIMARY KEY, n int8);
      CREATE TABLE owners (id text PRIMARY KEY);
      CREATE TABLE owned (owner text REFERENCES owners, n int)`)
  })
  beforeEach(() => store.script('TRUNCATE coins, owned; DELETE FROM owners'))
  afterAll(async () => {
    await store.close()
    await server[Symbol.asyncDispose]()
  })

  const as = (change: (address: URL) => void): string => {
    const address = new URL(url)
    change(address)
    return address.href
  }

  describe('says what it refuses, and what to do', () => {
    test.each<[string, (address: URL) => void, string, RegExp]>([
      ['a role that is not there', (at) => (at.username = 'nobody'), 'operations_refused', /user/],
      [
        'a database that is not there',
        (at) => (at.pathname = '/none'),
        'operations_refused',
        /createdb/,
      ],
      [
        'TLS where it has none',
        (at) => at.searchParams.set('sslmode', 'require'),
        'operations_refused',
        /sslmode/,
      ],
    ])('%s', async (_, change, code, hint) => {
      await expect(openOperations({ url: as(change) })).rejects.toMatchObject({
        code,
        hint: expect.stringMatching(hint),
      })
    })

    test('a wrong password', async () => {
      const hba = `${server.folder}/data/pg_hba.conf`
      writeFileSync(
        hba,
        'host all reader 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n',
      )
      await store.query('SELECT pg_reload_conf()', [], z.unknown())
      await sleep(200) // The server hears of it by a signal.
      for (const password of ['wrong', '']) {
        await expect(openOperations({ url: as(reader(password)) })).rejects.toMatchObject({
          code: 'operations_refused',
          hint: expect.stringMatching(/password/),
        })
      }
      await using right = await openOperations({ url: as(reader('right')) })
      await expect(right.execute(`INSERT INTO coins VALUES ('a', 1)`)).rejects.toMatchObject({
        code: 'operations_refused',
        message: expect.stringMatching(/permission denied for table coins/),
      })
      await expect(right.script('CREATE TABLE mine (id int)')).rejects.toMatchObject({
        code: 'operations_refused',
        hint: expect.stringMatching(/CREATE on schema/),
      })
    })

    test('a change where it is read only; and there an up-to-date layout is no error', async () => {
      const readOnly = as((at) =>
        at.searchParams.set('options', '-c default_transaction_read_only=on'),
      )
      await using standby = await openOperations({ url: readOnly })
      expect(await migrateOperations(standby)).toEqual([])
      await expect(standby.execute(`INSERT INTO coins VALUES ('a', 1)`)).rejects.toMatchObject({
        code: 'operations_read_only',
        hint: expect.stringMatching(/primary/),
      })
    })

    test('a lock that does not come in time', async () => {
      const impatient = as((at) => at.searchParams.set('options', '-c lock_timeout=200'))
      await using other = await openOperations({ url: impatient })
      await store.transaction(async (sql) => {
        await sql.execute('LOCK TABLE coins')
        await expect(other.execute(`INSERT INTO coins VALUES ('a', 1)`)).rejects.toMatchObject({
          code: 'operations_busy',
          retryable: true,
        })
      })
    })
  })

  test('a connection that it ends while a transaction is idle fails that transaction, not the process', async () => {
    const died = store.transaction(async (sql) => {
      const [own] = await sql.query(
        'SELECT pg_backend_pid() AS pid',
        [],
        z.object({ pid: z.int() }),
      )
      await store.query('SELECT pg_terminate_backend($1)', [own?.pid ?? 0], z.unknown())
      await sleep(100)
      await sql.execute(`INSERT INTO coins VALUES ('a', 1)`)
    })
    await expect(died).rejects.toMatchObject({ code: 'operations_unavailable' })
    expect(await store.query('SELECT count(*)::int AS count FROM coins', [], count)).toEqual([
      { count: 0 },
    ])
  })

  test('two that wait for each other both pass: the one that it ends begins anew', async () => {
    await store.script(`INSERT INTO coins VALUES ('a', 0), ('b', 0)`)
    let begun = 0
    const move = (first: string, second: string) =>
      store.transaction(async (sql) => {
        begun += 1
        await sql.execute('UPDATE coins SET n = n + 1 WHERE id = $1', [first])
        await sleep(150)
        await sql.execute('UPDATE coins SET n = n + 1 WHERE id = $1', [second])
      })
    await Promise.all([move('a', 'b'), move('b', 'a')])
    expect(begun).toBe(3)
    const rows = await store.query('SELECT n AS count FROM coins', [], count)
    expect(rows).toEqual([{ count: 2 }, { count: 2 }])
  })

  test('who keeps an account for itself does not keep those waiting who only refer to it', async () => {
    await store.script(`INSERT INTO owners VALUES ('a')`)
    await store.transaction(async (sql) => {
      await sql.query('SELECT 1 FROM owners FOR NO KEY UPDATE', [], z.unknown())
      await store.execute(`INSERT INTO owned VALUES ('a', 1)`) // It would wait for ever under FOR UPDATE.
    })
  })

  test('a snapshot sees one moment, whatever is committed meanwhile', async () => {
    await store.script(`INSERT INTO coins VALUES ('a', 1)`)
    const seen = await store.transaction(async (sql) => {
      const before = await sum(sql)
      await store.execute('UPDATE coins SET n = 2')
      return [before, await sum(sql)]
    }, 'snapshot')
    expect(seen).toEqual([1, 1])
    expect(await sum(store)).toBe(2)
    const writing = store.transaction((sql) => sql.execute('UPDATE coins SET n = 3'), 'snapshot')
    await expect(writing).rejects.toMatchObject({ code: 'operations_read_only' })
  })

  test('a directory is of one moment while it is imported', async () => {
    await using own = await openOperations({ url: server.createDatabase('imported') })
    await migrateOperations(own)
    const states = [named('before'), named('after')]
    const progress = { imports: 0 }
    const importing = (async () => {
      for (; progress.imports < IMPORTS; progress.imports += 1) {
        const state = states[progress.imports % 2]
        if (state !== undefined) await importDirectory(own, state, IMPORT)
      }
    })()
    let loads = 0
    while (progress.imports < IMPORTS) {
      const { partners, accounts, subscriptions } = await loadDirectory(own)
      const names = [
        ...[...partners.values(), ...accounts.values()].map(({ party }) => party.legalName),
        ...subscriptions.map(({ label }) => label),
      ]
      expect(new Set(names).size).toBeLessThanOrEqual(1)
      loads += 1
    }
    await importing
    expect(loads).toBeGreaterThan(5)
  })

  test('a store that a newer tik has changed is refused by an older one', async () => {
    await using newer = await openOperations({ url: server.createDatabase('newer') })
    await migrateOperations(newer)
    await newer.execute(
      `INSERT INTO tik_migrations (number, name, sha256) VALUES (9999, '9999-of-tomorrow.sql', '')`,
    )
    await expect(migrateOperations(newer)).rejects.toMatchObject({
      code: 'store_newer',
      message: expect.stringMatching(/9999-of-tomorrow.sql/),
    })
  })
})
