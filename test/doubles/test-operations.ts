/**
 * A migrated, empty operations store for tests: embedded, or where TIK_TEST_POSTGRES_URL names a server
 * (`npm run test:postgres`) a database of its own there. Creating a cluster takes seconds, so one is made
 * for each version of the engine and of the migrations, kept in the system's temporary folder, and
 * copied for each test.
 */
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrateOperations } from '../../src/postgres/migrate-operations.ts'
import { openOperations, type OperationsStore } from '../../src/postgres/operations-store.ts'
import { makeTestDatabase, openTestDatabase } from './test-database.ts'

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../postgres/migrations/', import.meta.url))
const ENGINE_PACKAGE = fileURLToPath(
  new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url),
)

const serverUrl = process.env['TIK_TEST_POSTGRES_URL']

export interface TestOperations extends AsyncDisposable {
  readonly store: OperationsStore
  readonly folder: string
}

/** Opens a fresh store in a temporary folder, which goes when it is disposed. */
export async function openTestOperations(): Promise<TestOperations> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-test-operations-'))
  if (serverUrl !== undefined) return { ...(await openTestDatabase(serverUrl)), folder }
  await copyTestOperations(folder)
  const store = await openOperations({ folder })
  return {
    store,
    folder,
    async [Symbol.asyncDispose]() {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Puts such a store into `folder`, the operations of a data folder, for tests that open it through the command
 * line; where a server is named the settings of that data folder lead to it.
 */
export async function copyTestOperations(folder: string): Promise<void> {
  if (serverUrl !== undefined) {
    mkdirSync(folder, { recursive: true })
    const settings = join(dirname(folder), 'tik.yaml')
    const postgresUrl = await makeTestDatabase(serverUrl)
    return writeFileSync(settings, `postgresUrl: ${postgresUrl}\n`, { flag: 'a' })
  }
  cpSync(await templateFolder(), folder, { recursive: true })
}

async function templateFolder(): Promise<string> {
  const template = join(tmpdir(), `tik-test-template-${templateHash()}`)
  if (existsSync(template)) return template
  const fresh = mkdtempSync(join(tmpdir(), 'tik-test-template-new-'))
  const store = await openOperations({ folder: fresh })
  await migrateOperations(store)
  await store.close()
  try {
    renameSync(fresh, template)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    if (!existsSync(template)) throw error // Otherwise another test was faster.
  }
  return template
}

export function templateHash(): string {
  const hash = createHash('sha256').update(readFileSync(ENGINE_PACKAGE))
  for (const name of readdirSync(MIGRATIONS_FOLDER).sort()) {
    hash.update(name).update(readFileSync(join(MIGRATIONS_FOLDER, name)))
  }
  return hash.digest('hex').slice(0, 16)
}
