/**
 * A ledger in a data folder that lost rows is made again, from what is left of it and the archived
 * files, compared, and put in its place.
 */
import { existsSync } from 'node:fs'
import { systemClock } from '../../core/time/clock.ts'
import type { Config } from '../../core/config/config.ts'
import { TikError, type ErrorCode } from '../../core/failures/errors.ts'
import { openDataFolder, type DataFolder } from '../../store-server/data-folder.ts'
import { rebuildFolders, replaceLedger } from '../../store-server/replace-ledger.ts'
import { archivedSource } from '../../files/archived-source.ts'
import { archivedPath } from '../../files/file-archive.ts'
import { createOpenCalls } from '../../files/open-calls.ts'
import { verifyAdjustments } from '../../invoicing/verify/verify-adjustments.ts'
import { verifyInvoices } from '../../invoicing/verify/verify-invoices.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../../ledger/engine/clickhouse-store.ts'
import type { KnownPosition } from '../../ledger/holes/find-holes.ts'
import { ledgerHoles } from '../../ledger/holes/ledger-holes.ts'
import { migrateClickHouse } from '../../ledger/engine/migrate-clickhouse.ts'
import {
  positionsOf,
  readJournal,
  type JournalEvent,
} from '../../ledger/holes/recording-journal.ts'
import { knownPositions } from '../../postgres/known-positions.ts'
import { migrateOperations } from '../../postgres/migrate-operations.ts'
import { openOperations, type OperationsStore } from '../../postgres/operations-store.ts'
import {
  acceptLosses,
  originOf,
  rebuildLedger,
  type Rebuilt,
} from '../../rebuild/rebuild-ledger.ts'
import { restoreList } from '../../rebuild/restore-list.ts'
import { salvageLedger, type Salvage } from '../../rebuild/salvage-ledger.ts'
import { removedFiles } from '../../retention/removed-files.ts'
import { openBillingParts } from '../billing-parts.ts'
import { archivedCatalogue } from '../catalogue-archive.ts'
import { catalogueKey, openReference } from '../rating-parts.ts'
import { journalPathOf, type Stores } from '../stores.ts'
import type { Talk } from '../talk.ts'
import { describeHoles, placeOf, wholeLedgerProblems } from '../whole-ledger.ts'

export interface RebuildOutcome {
  readonly keptCount: number
  readonly madeCount: number
  readonly differences: readonly string[]
  readonly losses: readonly string[]
  /** Where the old ledger lies now; '' when nothing was changed, or there was none. */
  readonly oldLedger: string
  readonly isReplaced: boolean
}

const NOTHING_DONE = { keptCount: 0, madeCount: 0, differences: [], losses: [], oldLedger: '' }

export interface RebuildSettings {
  /** Takes the new ledger although rows differ or cannot be brought back. */
  readonly mayDiffer: boolean
  readonly signal: AbortSignal
  readonly talk: Talk
}

/** Throws `data_folder_busy`, and what the signal's abort gives; then the ledger is as it was. */
export async function rebuildFolder(
  config: Config,
  { mayDiffer, signal, talk }: RebuildSettings,
): Promise<RebuildOutcome> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(
    await openDataFolder(config.dataFolder, 'tik rebuild', config.folderAccess),
  )
  const operations = opened.use(
    await openOperations(
      config.postgresUrl === undefined
        ? { folder: folder.subfolder('operations') }
        : { url: config.postgresUrl },
    ),
  )
  if (config.postgresUrl === undefined) await migrateOperations(operations)
  const folders = rebuildFolders(folder.path)
  const journalPath = journalPathOf(folder)
  const journal = readJournal(journalPath)
  const known = [...positionsOf(journal), ...(await knownPositions(operations))]
  const salvage = await salvageOf({ folder, operations, journal, talk }, folders)
  if (salvage === undefined) return { ...NOTHING_DONE, isReplaced: false }
  signal.throwIfAborted()

  const removed = await removedFiles(operations)
  const work = { config, folder, operations, journal, known, salvage, removed, signal, talk }
  const { rebuilt, differences, losses } = await makeLedger(work, folders.rebuilding, mayDiffer)
  const keptCount = rebuilt.files.reduce((sum, each) => sum + each.keptCount, 0)
  const madeCount = rebuilt.files.reduce((sum, each) => sum + each.madeCount, 0)
  const counts = { keptCount, madeCount, differences, losses }
  const isReplaced = mayDiffer || (differences.length === 0 && losses.length === 0)
  signal.throwIfAborted()
  const oldLedger = isReplaced ? replaceLedger(folder.path, systemClock.nowMs()) : ''
  rebuildFolders(folder.path) // Takes away what was made on the way.
  return { ...counts, oldLedger, isReplaced }
}

interface OldStores {
  readonly folder: DataFolder
  readonly operations: OperationsStore
  readonly journal: readonly JournalEvent[]
  readonly talk: Talk
}

/** What can be read of the old ledger; undefined when nothing is wrong with it. */
async function salvageOf(
  parts: OldStores,
  folders: { ledger: string; salvage: string },
): Promise<Salvage | undefined> {
  if (!existsSync(folders.ledger)) return { pieces: [], unreadable: ['everything: it is gone'] }
  try {
    return await readableOf(parts, folders)
  } catch (error) {
    if (!(error instanceof TikError) || !OF_THE_LEDGER.has(error.code)) throw error
    parts.talk.remark(
      `The old ledger cannot be read, so nothing of it is carried over: ${error.message}`,
    )
    return { pieces: [], unreadable: ['everything: it cannot be opened'] }
  }
}

/** What the engine says of a folder that is no ledger any more. */
const OF_THE_LEDGER: ReadonlySet<string> = new Set<ErrorCode>([
  'ledger_unavailable',
  'ledger_rejected',
  'ledger_incomplete',
])

async function readableOf(
  { folder, operations, journal, talk }: OldStores,
  folders: { ledger: string; salvage: string },
): Promise<Salvage | undefined> {
  const journalPath = journalPathOf(folder)
  await using clickhouse = await openClickHouse({ folder: folders.ledger, journalPath })
  await migrateClickHouse(clickhouse)
  const problems = await wholeLedgerProblems({ clickhouse, operations })
  if (problems.length === 0) {
    // No row is missing, but that a file was finished can be lost by itself.
    const { restoredCount } = await restoreList(clickhouse, journal)
    if (restoredCount > 0)
      talk.remark(`Put back in the list of files: ${restoredCount} of its entries.`)
    return undefined
  }
  for (const problem of problems) talk.remark(problem)
  return await salvageLedger(clickhouse, folders.salvage)
}

interface RebuildWork {
  readonly config: Config
  readonly folder: DataFolder
  readonly operations: OperationsStore
  readonly journal: readonly JournalEvent[]
  readonly known: readonly KnownPosition[]
  readonly salvage: Salvage
  /** Numbers of files that retention removed from the archive. */
  readonly removed: ReadonlySet<number>
  readonly signal: AbortSignal
  readonly talk: Talk
}

async function makeLedger(
  work: RebuildWork,
  newFolder: string,
  mayDiffer: boolean,
): Promise<{ rebuilt: Rebuilt; differences: string[]; losses: string[] }> {
  const { config, folder, operations, known, talk } = work
  await using clickhouse = await openClickHouse({ folder: newFolder })
  await migrateClickHouse(clickhouse)
  const stores: Stores = {
    config,
    folder,
    clickhouse,
    operations,
    talk,
    [Symbol.asyncDispose]: () => Promise.resolve(), // Each is closed by who opened it.
  }
  const rebuilt = await rebuildInto(stores, work)
  const texts = await describeHoles(clickhouse, rebuilt.losses)
  const losses = rebuilt.losses.map(
    (loss, index) => `${texts[index]}; ${originOf(loss, ({ number }) => work.removed.has(number))}`,
  )
  if (mayDiffer) await acceptLosses(clickhouse, rebuilt.losses, systemClock.nowMs())
  const left = await ledgerHoles(clickhouse, known)
  const billing = await openBillingParts(stores)
  const found = [await verifyAdjustments(billing), await verifyInvoices(billing)]
  const ofLedger = found
    .flatMap(({ findings }) => findings)
    .filter(({ code }) => code === 'line_differs' || code === 'adjustment_differs')
  const differences = [
    ...rebuilt.files.flatMap((file) => file.differences),
    ...ofLedger.map(({ code, subject, text }) => `${subject}: ${text} (${code})`),
    ...(mayDiffer
      ? left.filter(({ heals }) => !heals).map((hole) => `${placeOf(hole)}: missing`)
      : []),
  ]
  return { rebuilt, differences, losses }
}

async function rebuildInto(stores: Stores, work: RebuildWork): Promise<Rebuilt> {
  const { folder, salvage, journal, known, removed, signal } = work
  const { catalogue, directory } = await openReference(stores)
  const archiveFolder = folder.subfolder('archive')
  const ended = journal.filter((event) => event.event === 'finished')
  const total = ended.reduce((sum, { recordsCount }) => sum + recordsCount, 1)
  const progress = stores.talk.startProgress('rating again', total)
  let rows = 0
  try {
    return await rebuildLedger({
      store: stores.clickhouse,
      ledger: createClickHouseLedger(stores.clickhouse),
      salvage,
      journal,
      known,
      signal,
      directory,
      catalogueHash: catalogueKey(catalogue),
      catalogueOf: (key) => archivedCatalogue(key, folder),
      pathOf: (file) => archivedPath(archiveFolder, file),
      isRemoved: ({ number }) => removed.has(number),
      openBefore: (file, list) =>
        createOpenCalls(archiveFolder, async () => [...list]).before(file),
      sourceOf: (file) => archivedSource(file, archiveFolder),
      onProgress(step) {
        rows += step.rows
        progress.update(rows, step.file.name)
      },
    })
  } finally {
    progress.stop()
  }
}
