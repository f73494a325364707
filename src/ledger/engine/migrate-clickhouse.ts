/**
 * Numbered migrations of the ledger, forward only: clickhouse/migrations/NNNN-name.sql, statements
 * that end with `;` at the end of a line, then `-- check: …` and a query that must answer `ok`.
 * Statements are idempotent (IF NOT EXISTS), so a migration that was cut off is run again.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { ClickHouseStore } from './clickhouse-store.ts'
import { exactInteger, queryFile, queryText } from './query-file.ts'

export interface ClickHouseMigration {
  readonly number: number
  readonly name: string
  /** SHA-256 of the file: a migration that was run is never edited. */
  readonly hash: string
  readonly state: 'done' | 'pending'
}

const MIGRATIONS_FOLDER = join(import.meta.dirname, '../../../clickhouse', 'migrations')

const CREATE_MIGRATIONS_TABLE = `
CREATE TABLE IF NOT EXISTS schema_migrations
(number UInt32, name String, hash String, migrated_at DateTime64(3, 'UTC'))
ENGINE = MergeTree ORDER BY number`

const RECORD_MIGRATION = `
INSERT INTO schema_migrations
SELECT {number:UInt32}, {name:String}, {hash:String},
    fromUnixTimestamp64Milli({migratedMs:Int64}, 'UTC')`

const migrationsDone = queryFile()(
  'migrations-done',
  z.object({
    number: exactInteger,
    name: z.string(),
    hash: z.string(),
    migratedMs: exactInteger,
  }),
)

/**
 * Runs what is missing, in order, and returns what it ran. Throws `migration_failed` when a check
 * fails or when a migration that was run has been edited since, and `store_newer` when a newer tik has run one.
 */
export async function migrateClickHouse(
  store: ClickHouseStore,
  clock: Clock = systemClock,
): Promise<ClickHouseMigration[]> {
  await store.prepare()
  await store.command(CREATE_MIGRATIONS_TABLE)
  const pending = (await statusOf(store)).filter((migration) => migration.state === 'pending')
  for (const migration of pending) {
    await runMigration(store, migration)
    await store.command(RECORD_MIGRATION, {
      number: migration.number,
      name: migration.name,
      hash: migration.hash,
      migratedMs: clock.nowMs(),
    })
  }
  return pending.map((migration) => ({ ...migration, state: 'done' }))
}

/** Every migration of this version and whether the store has it. Changes nothing but its own table. */
export async function clickHouseMigrationStatus(
  store: ClickHouseStore,
): Promise<ClickHouseMigration[]> {
  await store.prepare()
  await store.command(CREATE_MIGRATIONS_TABLE)
  return statusOf(store)
}

async function statusOf(store: ClickHouseStore): Promise<ClickHouseMigration[]> {
  const done = new Map((await store.query(migrationsDone, {})).map((row) => [row.number, row]))
  const files = migrationFiles()
  const known = new Set(files.map(({ number }) => number))
  const newer = [...done.values()].findLast(({ number }) => !known.has(number))
  if (newer !== undefined) {
    throw new TikError('store_newer', `the ledger was migrated by a newer tik: ${newer.name}`)
  }
  return files.map((file) => {
    const row = done.get(file.number)
    if (row !== undefined && row.hash !== file.hash) {
      throw new TikError('migration_failed', `${file.name} was edited after it had been run`, {
        hint: 'put the file back as it was and make a new migration for the change',
      })
    }
    return { ...file, state: row === undefined ? 'pending' : 'done' }
  })
}

function migrationFiles(): { number: number; name: string; hash: string }[] {
  const names = readdirSync(MIGRATIONS_FOLDER).filter((name) => /^\d{4}-.*\.sql$/.test(name))
  return names.sort().map((name) => ({
    number: Number.parseInt(name, 10),
    name: name.slice(0, -'.sql'.length),
    hash: createHash('sha256').update(textOf(name)).digest('hex'),
  }))
}

async function runMigration(store: ClickHouseStore, migration: { name: string }): Promise<void> {
  const [statements = '', check = ''] = textOf(`${migration.name}.sql`).split(/^-- check: .*$/m)
  for (const statement of splitStatements(statements)) await store.command(statement)
  const [checkQuery = ''] = splitStatements(check)
  const checkFile = queryText()(
    `check-${migration.name}`,
    checkQuery,
    z.object({ ok: z.union([z.boolean(), z.number()]) }),
  )
  const [answer] = await store.query(checkFile, {})
  if (answer === undefined || Number(answer.ok) !== 1) {
    throw new TikError('migration_failed', `the check of ${migration.name} did not hold`)
  }
}

function textOf(fileName: string): string {
  return readFileSync(join(MIGRATIONS_FOLDER, fileName), 'utf8')
}

function splitStatements(text: string): string[] {
  return text
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}
