/**
 * A migrated, empty operations store for tests. Creating a cluster takes seconds, so one is made
 * for each version of the engine and of the migrations, kept in the system's temporary folder, and
 * copied for each test.
 */
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrateOperations } from '../../src/postgres/migrate-operations.ts'
import { openOperations, type OperationsStore } from '../../src/postgres/operations-store.ts'

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../postgres/migrations/', import.meta.url))
const ENGINE_PACKAGE = fileURLToPath(
  new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url),
)

export interface TestOperations extends AsyncDisposable {
  readonly store: OperationsStore
  readonly folder: string
}

/** Opens a fresh store in a temporary folder, which goes when it is disposed. */
export async function openTestOperations(): Promise<TestOperations> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-test-operations-'))
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

/** Puts such a store into `folder`, for tests that open it through the command line. */
export async function copyTestOperations(folder: string): Promise<void> {
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

function templateHash(): string {
  const hash = createHash('sha256').update(readFileSync(ENGINE_PACKAGE))
  for (const name of readdirSync(MIGRATIONS_FOLDER).sort()) {
    hash.update(name).update(readFileSync(join(MIGRATIONS_FOLDER, name)))
  }
  return hash.digest('hex').slice(0, 16)
}
