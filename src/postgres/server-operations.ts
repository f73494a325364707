/** The operations store on a PostgreSQL server, through a small pool of connections. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool, type PoolClient, TypeOverrides, types } from 'pg'
import { z } from 'zod'
import { isInTheWay, operationsError } from './operations-error.ts'
import type { OperationsStore, SqlRunner, TransactionKind } from './operations-store.ts'

const CONNECTIONS_MAX = 8
const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 60_000
/** Of a transaction that the server ends for the sake of another, and the wait before the second. */
const TRIES_MAX = 6
const WAIT_MS = 20

/** Stated, whatever the server's default is. */
const BEGIN: Readonly<Record<TransactionKind, string>> = {
  change: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE',
  snapshot: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
}

/** Connects to `url`. Throws `operations_unavailable` when nobody answers there. */
export async function openServerOperations(url: string): Promise<OperationsStore> {
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'tik',
    types: exactTypes(),
  })
  pool.on('error', leaveToNext)
  try {
    await pool.query('SELECT 1')
  } catch (error) {
    await pool.end()
    throw operationsError(error)
  }
  return serverStore(pool)
}

function serverStore(pool: Pool): OperationsStore {
  let closed = false
  async function close(): Promise<void> {
    if (closed) return
    closed = true
    await pool.end()
  }
  return {
    ...runner(pool),
    transaction: (work, kind = 'change') => untilNotInTheWay(() => inTransaction(pool, work, kind)),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/**
 * A connection may die while nobody waits for it: idle, then the pool replaces it, or between two
 * statements of a transaction. The next statement says what is wrong.
 */
function leaveToNext(): void {}

/** Two who wait for each other: the server ends one of them, which begins anew. */
async function untilNotInTheWay<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run()
    } catch (error) {
      if (tries >= TRIES_MAX || !isInTheWay(error)) throw error
      await sleep(tries * WAIT_MS * (0.5 + Math.random()))
    }
  }
}

async function inTransaction<Result>(
  pool: Pool,
  work: (sql: SqlRunner) => Promise<Result>,
  kind: TransactionKind,
): Promise<Result> {
  const client = await translated(() => pool.connect())
  let broken = false
  client.on('error', leaveToNext)
  try {
    await translated(() => client.query(BEGIN[kind]))
    const result = await work(runner(client))
    await translated(() => client.query('COMMIT'))
    return result
  } catch (error) {
    // A connection that cannot roll back is thrown away; the server rolls back by itself.
    await client.query('ROLLBACK').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.off('error', leaveToNext)
    client.release(broken)
  }
}

function runner(connection: Pool | PoolClient): SqlRunner {
  return {
    query: async (statement, parameters, row) => {
      const results = await translated(() => connection.query(statement, [...parameters]))
      return z.array(row).parse(results.rows)
    },
    execute: async (statement, parameters = []) => {
      const results = await translated(() => connection.query(statement, [...parameters]))
      return results.rowCount ?? 0
    },
    script: async (statements) => {
      await translated(() => connection.query(statements))
    },
  }
}

/** A bigint is a number where that is exact, as PGlite does it; pg alone would give text. */
function exactInteger(text: string): number | bigint {
  const count = Number.parseInt(text, 10)
  return Number.isSafeInteger(count) ? count : BigInt(text)
}

const INT8_LIST = 1016 // Types of lists have no names in pg.

function exactTypes(): TypeOverrides {
  const parsers = new TypeOverrides()
  parsers.setTypeParser(types.builtins.INT8, exactInteger)
  parsers.setTypeParser(INT8_LIST, exactIntegers)
  return parsers
}

/** `{7,NULL,-8}` */
function exactIntegers(list: string): (number | bigint | null)[] {
  if (list === '{}') return []
  const texts = list.slice(1, -1).split(',')
  return texts.map((one) => (one === 'NULL' ? null : exactInteger(one)))
}

async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw operationsError(error)
  }
}
