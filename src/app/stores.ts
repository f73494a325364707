/**
 * Opens the data folder and the two stores in order, and closes them in reverse. Embedded stores are
 * brought up to date by themselves; a server is changed by `tik migrate` only.
 */
import { join } from 'node:path'
import type { Config } from '../core/config/config.ts'
import { TikError } from '../core/failures/errors.ts'
import { openDataFolder, type DataFolder } from '../store-server/data-folder.ts'
import { openClickHouse, type ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import {
  clickHouseMigrationStatus,
  migrateClickHouse,
} from '../ledger/engine/migrate-clickhouse.ts'
import { migrateOperations, operationsMigrationStatus } from '../postgres/migrate-operations.ts'
import { openOperations, type OperationsStore } from '../postgres/operations-store.ts'
import { SILENT, type Talk } from './talk.ts'
import { askWhole, type LedgerUse } from './whole-ledger.ts'

export interface Stores extends AsyncDisposable {
  readonly config: Config
  readonly folder: DataFolder
  readonly clickhouse: ClickHouseStore
  readonly operations: OperationsStore
  readonly talk: Talk
}

/**
 * Throws `data_folder_busy`, `migration_needed`, that a store is unavailable, or `ledger_incomplete`
 * when rows are missing that this use cannot do without.
 */
export async function openStores(
  config: Config,
  command: string,
  use: LedgerUse = 'read',
  talk: Talk = SILENT,
): Promise<Stores> {
  const stores = await openUnmigratedStores(config, command, talk)
  try {
    await Promise.all([upToDateLedger(stores), upToDateOperations(stores)])
    await askWhole(stores, use)
  } catch (error) {
    await stores[Symbol.asyncDispose]()
    throw error
  }
  return stores
}

/** The same for `tik migrate`, which is the one command that may find them out of date. */
export async function openUnmigratedStores(
  config: Config,
  command: string,
  talk: Talk = SILENT,
): Promise<Stores> {
  await using opening = new AsyncDisposableStack()
  const { dataFolder, folderAccess } = config
  const folder = opening.use(await openDataFolder(dataFolder, `tik ${command}`, folderAccess))
  const operationsLocation =
    config.postgresUrl === undefined
      ? { folder: folder.subfolder('operations') }
      : { url: config.postgresUrl }
  // Both are waited for, also when one fails: what opens late would never be closed.
  const [ledger, directory] = await Promise.allSettled([
    openClickHouse(clickHouseOptions(config, folder)).then((store) => opening.use(store)),
    openOperations(operationsLocation).then((store) => opening.use(store)),
  ])
  const [clickhouse, operations] = [valueOf(ledger), valueOf(directory)]
  const opened = opening.move()
  return {
    config,
    folder,
    clickhouse,
    operations,
    talk,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

function valueOf<Value>(result: PromiseSettledResult<Value>): Value {
  if (result.status === 'rejected') throw result.reason
  return result.value
}

function clickHouseOptions(config: Config, folder: DataFolder) {
  if (config.clickhouseUrl === undefined) {
    return { folder: folder.subfolder('ledger'), journalPath: journalPathOf(folder) }
  }
  return {
    url: config.clickhouseUrl,
    username: config.clickhouseUser,
    password: config.clickhousePassword,
    database: config.clickhouseDatabase,
  }
}

/** Beside the archive: together they are the ledger once more. */
export function journalPathOf(folder: DataFolder): string {
  return join(folder.subfolder('archive'), 'recorded.ndjson')
}

async function upToDateLedger(stores: Stores): Promise<void> {
  if (stores.clickhouse.kind === 'embedded') {
    await migrateClickHouse(stores.clickhouse)
  } else {
    const migrations = await clickHouseMigrationStatus(stores.clickhouse)
    requireMigrated('ClickHouse', migrations.filter(({ state }) => state === 'pending').length)
  }
}

async function upToDateOperations(stores: Stores): Promise<void> {
  if (stores.config.postgresUrl === undefined) {
    await migrateOperations(stores.operations)
  } else {
    const { pending } = await operationsMigrationStatus(stores.operations)
    requireMigrated('PostgreSQL', pending.length)
  }
}

function requireMigrated(store: string, pendingCount: number): void {
  if (pendingCount > 0) {
    throw new TikError(
      'migration_needed',
      `${store} lacks ${pendingCount} migrations of this version`,
      {
        hint: 'run `tik migrate` first',
      },
    )
  }
}
