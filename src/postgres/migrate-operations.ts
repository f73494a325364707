/**
 * Numbered, forward-only migrations of the operations store: postgres/migrations/NNNN-name.sql.
 * Each is applied once, in one transaction, and its hash is kept: a file that changed after it was
 * applied is an error. A line `-- check: SELECT …` must give true afterwards.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import type { OperationsStore, SqlRunner } from './operations-store.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sha256: string
  readonly text: string
}

export interface MigrationStatus {
  readonly applied: readonly string[]
  readonly pending: readonly string[]
  /** Applied, but the file is another one now. Nothing is done until that is mended. */
  readonly changed: readonly string[]
  /** Applied by a newer tik: this one does not know what they changed. */
  readonly unknown: readonly string[]
}

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../postgres/migrations/', import.meta.url))
const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/
const MIGRATIONS_LOCK = 811_040_001 // Any constant that nobody else takes.

const HISTORY = `
  CREATE TABLE IF NOT EXISTS tik_migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`

/**
 * Applies what is pending, each file in its own transaction, and returns the names. Two processes
 * may do it at once: one waits. Throws `migration_failed` with the file's name.
 */
export async function migrateOperations(
  store: OperationsStore,
  folder: string = MIGRATIONS_FOLDER,
): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const status = await statusOf(store, migrations)
  requireKnown(status)
  if (status.pending.length === 0) return [] // As nearly always: one question, and no change to make.
  await store.transaction(async (sql) => {
    await lockMigrations(sql)
    await sql.execute(HISTORY)
  })
  const done: string[] = []
  for (const migration of migrations) {
    const applied = await store.transaction(async (sql) => applyOnce(sql, migration))
    if (applied) done.push(migration.name)
  }
  return done
}

/** Throws `store_newer` or `migration_failed` where the store is not what this version takes it for. */
export function requireKnown({ unknown, changed }: MigrationStatus): void {
  const [newest] = unknown.toReversed()
  if (newest !== undefined) {
    throw new TikError('store_newer', `the operations store was migrated by a newer tik: ${newest}`)
  }
  const [edited] = changed
  if (edited === undefined) return
  throw new TikError('migration_failed', `${edited} changed after it was applied`, {
    hint: 'restore the file as it was and write a new migration for the change',
  })
}

/** What is applied, what is not, and what changed since; touches nothing. */
export async function operationsMigrationStatus(
  store: OperationsStore,
  folder: string = MIGRATIONS_FOLDER,
): Promise<MigrationStatus> {
  return statusOf(store, await readMigrations(folder))
}

async function statusOf(
  store: OperationsStore,
  migrations: readonly Migration[],
): Promise<MigrationStatus> {
  const [history] = await store.query(
    `SELECT to_regclass('tik_migrations') IS NOT NULL AS exists`,
    [],
    z.object({ exists: z.boolean() }),
  )
  const applied = history?.exists === true ? await appliedMigrations(store) : []
  const hashes = new Map(applied.map(({ number, sha256 }) => [number, sha256]))
  const known = new Set(migrations.map(({ number }) => number))
  const isApplied = (migration: Migration): boolean => hashes.has(migration.number)
  return {
    applied: migrations.filter(isApplied).map(({ name }) => name),
    pending: migrations.filter((migration) => !isApplied(migration)).map(({ name }) => name),
    changed: migrations
      .filter(
        (migration) => isApplied(migration) && hashes.get(migration.number) !== migration.sha256,
      )
      .map(({ name }) => name),
    unknown: applied.filter(({ number }) => !known.has(number)).map(({ name }) => name),
  }
}

async function applyOnce(sql: SqlRunner, migration: Migration): Promise<boolean> {
  await lockMigrations(sql)
  const applied = (await appliedMigrations(sql)).find(({ number }) => number === migration.number)
  if (applied !== undefined) return false // By another process, since it was asked.
  try {
    await sql.script(migration.text)
    await runChecks(sql, migration)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TikError('migration_failed', `${migration.name}: ${why}`, { cause })
  }
  await sql.execute('INSERT INTO tik_migrations (number, name, sha256) VALUES ($1, $2, $3)', [
    migration.number,
    migration.name,
    migration.sha256,
  ])
  return true
}

/** `CREATE TABLE IF NOT EXISTS` alone fails when two processes run it at once. */
async function lockMigrations(sql: SqlRunner): Promise<void> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [MIGRATIONS_LOCK], z.unknown())
}

async function runChecks(sql: SqlRunner, migration: Migration): Promise<void> {
  const checks = migration.text.matchAll(/^-- check: (.+)$/gm)
  for (const [, check = ''] of checks) {
    const [row] = await sql.query(`SELECT (${check}) AS passed`, [], passedSchema)
    if (row?.passed !== true) throw new Error(`its check does not hold: ${check}`)
  }
}

const passedSchema = z.object({ passed: z.boolean().nullable() })

function appliedMigrations(
  sql: SqlRunner,
): Promise<{ number: number; name: string; sha256: string }[]> {
  return sql.query(
    'SELECT number, name, sha256 FROM tik_migrations ORDER BY number',
    [],
    z.object({ number: z.int(), name: z.string(), sha256: z.string() }),
  )
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort()
  const migrations = names.map(async (name): Promise<Migration> => {
    const text = await readFile(`${folder}/${name}`, 'utf8')
    const sha256 = createHash('sha256').update(text).digest('hex')
    return { number: Number.parseInt(name.slice(0, 4), 10), name, sha256, text }
  })
  return Promise.all(migrations)
}
