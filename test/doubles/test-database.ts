/** Migrated, empty databases on a PostgreSQL server for tests, copies of one that is made once. */
import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { migrateOperations } from '../../src/postgres/migrate-operations.ts'
import { openOperations, type OperationsStore } from '../../src/postgres/operations-store.ts'

const TEMPLATE = 'tik_test_template'
const TEMPLATE_LOCK = 811_049_001 // Several processes of tests begin at once.

/** It goes when it is disposed. */
export async function openTestDatabase(
  serverUrl: string,
): Promise<AsyncDisposable & { readonly store: OperationsStore }> {
  const url = await makeTestDatabase(serverUrl)
  const store = await openOperations({ url })
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store.close()
      await asked(serverUrl, (server) =>
        server.query(`DROP DATABASE IF EXISTS ${nameOf(url)} WITH (FORCE)`),
      )
    },
  }
}

/** Returns its URL. It goes with the server. */
export async function makeTestDatabase(serverUrl: string): Promise<string> {
  const name = `tik_test_${randomUUID().replaceAll('-', '')}`
  await asked(serverUrl, async (server) => {
    await makeTemplate(server, serverUrl)
    await server.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`)
  })
  return urlOf(serverUrl, name)
}

async function makeTemplate(server: Client, serverUrl: string): Promise<void> {
  await server.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK])
  try {
    const found = await server.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE])
    if (found.rowCount === 1) return
    await server.query(`CREATE DATABASE ${TEMPLATE}_new`)
    {
      await using store = await openOperations({ url: urlOf(serverUrl, `${TEMPLATE}_new`) })
      await migrateOperations(store)
    }
    await server.query(`ALTER DATABASE ${TEMPLATE}_new RENAME TO ${TEMPLATE}`)
  } finally {
    await server.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK])
  }
}

async function asked(url: string, work: (server: Client) => Promise<unknown>): Promise<void> {
  const server = new Client({ connectionString: url })
  await server.connect()
  try {
    await work(server)
  } finally {
    await server.end()
  }
}

function urlOf(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1)
}
