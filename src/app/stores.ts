/**
 * Opens the data folder and the two stores in order, and closes them in reverse. Embedded stores are
 * brought up to date by themselves; a server is changed by `tik migrate` only.
 */
import { join } from 'node:path'
import type { Config } from '../core/config/config.ts'
import { TikError } from '../core/failures/errors.ts'
import { openDataFolder, type DataFolder } from '../store-server/data-folder.ts'
import { clickHouseOnDemand } from '../ledger/engine/clickhouse-on-demand.ts'
import { openClickHouse, type ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { keepReads } from '../ledger/engine/kept-reads.ts'
import { standOf } from '../ledger/engine/ledger-stand.ts'
import {
  clickHouseMigrationStatus,
  migrateClickHouse,
} from '../ledger/engine/migrate-clickhouse.ts'
import { openJournal } from '../ledger/holes/recording-journal.ts'
import { compilePlainly } from '../postgres/compile-plainly.ts'
import { operationsOnDemand } from '../postgres/operations-on-demand.ts'
import {
  migrateOperations,
  operationsMigrationStatus,
  requireKnown,
} from '../postgres/migrate-operations.ts'
import {
  openOperations,
  type OperationsStore,
  type SqlRunner,
} from '../postgres/operations-store.ts'
import { rememberedPositions, rememberingPositions } from './remembered-positions.ts'
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
 * when rows are missing that this use cannot do without. Embedded stores of a use that only reads are opened
 * when they are first asked, and throw then: opening both costs more than most answers.
 */
export async function openStores(
  config: Config,
  command: string,
  use: LedgerUse = 'read',
  talk: Talk = SILENT,
): Promise<Stores> {
  if (use === 'read' && isEmbedded(config)) return openStoresOnDemand(config, command, talk)
  const stores = await openUnmigratedStores(config, command, talk)
  try {
    await Promise.all([upToDateLedger(stores), upToDateOperations(stores)])
    await askWhole(stores, use)
  } catch (error) {
    await stores[Symbol.asyncDispose]()
    throw error
  }
  return use === 'serve' ? { ...stores, clickhouse: keepingReads(stores.clickhouse) } : stores
}

/** A door is asked the same again and again; to an embedded ledger nobody else writes (decision 0001). */
function keepingReads(store: ClickHouseStore): ClickHouseStore {
  return keepReads(store, store.kind === 'embedded' ? {} : { stand: standOf(store) })
}

function isEmbedded({ clickhouseUrl, postgresUrl }: Config): boolean {
  return clickhouseUrl === undefined && postgresUrl === undefined
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
  // Both are waited for, also when one fails: what opens late would never be closed.
  const [ledger, directory] = await Promise.allSettled([
    openClickHouse(clickHouseOptions(config, folder)).then((store) => opening.use(store)),
    openOperationsOf(config, folder).then((store) => opening.use(store)),
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

/** As they are needed. What was asked at once of opened stores is asked of each when it is opened. */
async function openStoresOnDemand(config: Config, command: string, talk: Talk): Promise<Stores> {
  await using opening = new AsyncDisposableStack()
  const { dataFolder, folderAccess } = config
  const folder = opening.use(await openDataFolder(dataFolder, `tik ${command}`, folderAccess))
  const plainOperations = opening.use(
    operationsOnDemand(async () => {
      compilePlainly() // Such a command asks a few things and ends.
      const store = await openOperationsOf(config, folder)
      return orClosed(store, () => migrateOperations(store))
    }),
  )
  const journal = openJournal(journalPathOf(folder))
  const { operations, within } = answeringWithin(plainOperations)
  const clickhouse = opening.use(
    clickHouseOnDemand({ kind: 'embedded', journal }, async () => {
      const known = rememberedPositions(folder.subfolder('operations'))
      const store = await openClickHouse(clickHouseOptions(config, folder))
      return orClosed(store, async () => {
        await migrateClickHouse(store)
        await askWhole({ clickhouse: store, operations: within, known, talk }, 'read')
      })
    }),
  )
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

/**
 * Opening the ledger asks the operations store, which within a transaction answers that alone: whoever asks
 * the ledger first in a transaction would wait for themselves. `within` asks in the transaction that is on.
 */
function answeringWithin(store: OperationsStore): {
  readonly operations: OperationsStore
  readonly within: OperationsStore
} {
  let current: SqlRunner | undefined
  const operations: OperationsStore = {
    ...store,
    transaction: (work, kind) =>
      store.transaction(async (sql) => {
        current = sql
        try {
          return await work(sql)
        } finally {
          current = undefined
        }
      }, kind),
  }
  const within: OperationsStore = {
    ...store,
    query: (statement, parameters, row) => (current ?? store).query(statement, parameters, row),
  }
  return { operations, within }
}

async function orClosed<Store extends AsyncDisposable>(
  store: Store,
  prepare: () => Promise<unknown>,
): Promise<Store> {
  try {
    await prepare()
    return store
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}

async function openOperationsOf(config: Config, folder: DataFolder): Promise<OperationsStore> {
  if (config.postgresUrl !== undefined) return openOperations({ url: config.postgresUrl })
  const path = folder.subfolder('operations')
  return rememberingPositions(await openOperations({ folder: path }), path)
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
    const status = await operationsMigrationStatus(stores.operations)
    requireKnown(status)
    requireMigrated('PostgreSQL', status.pending.length)
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
