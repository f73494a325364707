/** `tik rebuild`: a ledger that lost rows is made again, from what is left of it and the archive. */
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { systemClock } from '../../core/clock.ts'
import type { Config } from '../../core/config.ts'
import { TikError, type ErrorCode } from '../../core/errors.ts'
import { openDataFolder, type DataFolder } from '../../store-server/data-folder.ts'
import { rebuildFolders, replaceLedger } from '../../store-server/replace-ledger.ts'
import { archivedSource } from '../../files/archived-source.ts'
import { archivedPath } from '../../files/file-archive.ts'
import { verifyAdjustments } from '../../invoicing/verify/verify-adjustments.ts'
import { verifyInvoices } from '../../invoicing/verify/verify-invoices.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../../ledger/clickhouse-store.ts'
import type { KnownPosition } from '../../ledger/find-holes.ts'
import { ledgerHoles } from '../../ledger/ledger-holes.ts'
import { migrateClickHouse } from '../../ledger/migrate-clickhouse.ts'
import { positionsOf, readJournal, type JournalEvent } from '../../ledger/recording-journal.ts'
import { knownPositions } from '../../postgres/known-positions.ts'
import { migrateOperations } from '../../postgres/migrate-operations.ts'
import { openOperations, type OperationsStore } from '../../postgres/operations-store.ts'
import {
  acceptLosses,
  originOf,
  rebuildLedger,
  type Rebuilt,
} from '../../rebuild/rebuild-ledger.ts'
import { salvageLedger, type Salvage } from '../../rebuild/salvage-ledger.ts'
import { openBillingParts } from '../../app/billing-parts.ts'
import { archivedCatalogue } from '../../app/catalogue-archive.ts'
import { configOf, print, printJson, remark } from '../options.ts'
import { startProgress } from '../progress.ts'
import { catalogueKey, openReference } from '../../app/rating-parts.ts'
import { stopOnSignal } from '../stop-on-signal.ts'
import { journalPathOf, openStores, type Stores } from '../../app/stores.ts'
import { describeHoles, placeOf, wholeLedgerProblems } from '../../app/whole-ledger.ts'

interface RebuildOptions {
  readonly dryRun?: true
  readonly acceptDifferences?: true
  readonly json?: true
}

export function addRebuildCommand(program: Command): void {
  program
    .command('rebuild')
    .description('make a damaged ledger again, from what is left of it and the archived files')
    .option('--dry-run', 'only say what is missing')
    .option(
      '--accept-differences',
      'take the new ledger although rows differ or cannot be brought back; they are named',
    )
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_HELP)
    .action(rebuild)
}

const AFTER_HELP = `
What can be read of the ledger is carried over row by row; what is missing of files is rated again from
the archive, with the catalogue of then. Every row that is left is compared with what the archive says, and
every invoice with its rows; with a difference nothing is changed, unless --accept-differences. Rows of
corrections, replays and adjustments that cannot be read are in no file: they are named.

The new ledger takes the place of the old one, which is kept beside it as ledger-damaged-DATE until you
remove it. Stopped or killed at any moment, either of the two is there and whole; run it again then.

For the ledger in a data folder. A ClickHouse server has its own backups. docs/recovery.md has more.

Exit status 1 when rows differ or are lost.`

async function rebuild(options: RebuildOptions, command: Command): Promise<void> {
  const config = configOf(command)
  requireEmbedded(config)
  if (options.dryRun) return await listProblems(config, options)
  const signal = stopOnSignal(
    'Stopping; the ledger stays as it is …',
    'the ledger is as it was; run `tik rebuild` again, it begins anew',
  )
  const outcome = await rebuildFolder(config, options.acceptDifferences === true, signal)
  if (options.json) printJson(outcome)
  else report(outcome)
  if (outcome.differences.length > 0 || outcome.losses.length > 0) process.exitCode = 1
}

function requireEmbedded({ clickhouseUrl, storesFolder }: Config): void {
  if (clickhouseUrl === undefined) return
  throw new TikError('usage_error', 'this ledger is on a server', {
    hint:
      storesFolder === undefined
        ? 'put a backup of the database back; what came over a topic is rated again from there'
        : `stop \`tik store-server\` and run this with the archive in ${storesFolder}`,
  })
}

async function listProblems(config: Config, options: RebuildOptions): Promise<void> {
  await using stores = await openStores(config, 'rebuild', 'none')
  const problems = await wholeLedgerProblems(stores)
  if (problems.length > 0) process.exitCode = 1
  if (options.json) return printJson({ problems })
  print(problems.length === 0 ? 'Nothing is missing.' : problems.join('\n'))
}

interface RebuildOutcome {
  readonly keptCount: number
  readonly madeCount: number
  readonly differences: readonly string[]
  readonly losses: readonly string[]
  /** Where the old ledger lies now; '' when nothing was changed, or there was none. */
  readonly oldLedger: string
  readonly isReplaced: boolean
}

const NOTHING_DONE = { keptCount: 0, madeCount: 0, differences: [], losses: [], oldLedger: '' }

async function rebuildFolder(
  config: Config,
  mayDiffer: boolean,
  signal: AbortSignal,
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
  const salvage = await salvageOf({ folder, operations }, folders)
  if (salvage === undefined) return { ...NOTHING_DONE, isReplaced: false }
  signal.throwIfAborted()

  const work = { config, folder, operations, journal, known, salvage, signal }
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

/** What can be read of the old ledger; undefined when nothing is wrong with it. */
async function salvageOf(
  parts: { folder: DataFolder; operations: OperationsStore },
  folders: { ledger: string; salvage: string },
): Promise<Salvage | undefined> {
  if (!existsSync(folders.ledger)) return { pieces: [], unreadable: ['everything: it is gone'] }
  try {
    return await readableOf(parts, folders)
  } catch (error) {
    if (!(error instanceof TikError) || !OF_THE_LEDGER.has(error.code)) throw error
    remark(`The old ledger cannot be read, so nothing of it is carried over: ${error.message}`)
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
  { folder, operations }: { folder: DataFolder; operations: OperationsStore },
  folders: { ledger: string; salvage: string },
): Promise<Salvage | undefined> {
  const journalPath = journalPathOf(folder)
  await using clickhouse = await openClickHouse({ folder: folders.ledger, journalPath })
  await migrateClickHouse(clickhouse)
  const problems = await wholeLedgerProblems({ clickhouse, operations })
  if (problems.length === 0) return undefined
  for (const problem of problems) remark(problem)
  return await salvageLedger(clickhouse, folders.salvage)
}

interface RebuildWork {
  readonly config: Config
  readonly folder: DataFolder
  readonly operations: OperationsStore
  readonly journal: readonly JournalEvent[]
  readonly known: readonly KnownPosition[]
  readonly salvage: Salvage
  readonly signal: AbortSignal
}

async function makeLedger(
  work: RebuildWork,
  newFolder: string,
  mayDiffer: boolean,
): Promise<{ rebuilt: Rebuilt; differences: string[]; losses: string[] }> {
  const { config, folder, operations, known } = work
  await using clickhouse = await openClickHouse({ folder: newFolder })
  await migrateClickHouse(clickhouse)
  const stores: Stores = {
    config,
    folder,
    clickhouse,
    operations,
    [Symbol.asyncDispose]: () => Promise.resolve(), // Each is closed by who opened it.
  }
  const rebuilt = await rebuildInto(stores, work)
  const texts = await describeHoles(clickhouse, rebuilt.losses)
  const losses = rebuilt.losses.map((loss, index) => `${texts[index]}; ${originOf(loss)}`)
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
  const { folder, salvage, journal, known, signal } = work
  const { catalogue, directory } = await openReference(stores)
  const archiveFolder = folder.subfolder('archive')
  const ended = journal.filter((event) => event.event === 'finished')
  const total = ended.reduce((sum, { recordsCount }) => sum + recordsCount, 1)
  const progress = startProgress('rating again', total)
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

/** More than a person reads; the first ones tell what is wrong. */
const LINES_SHOWN_MAX = 25

function report(outcome: RebuildOutcome): void {
  const { keptCount, madeCount, differences, losses, oldLedger, isReplaced } = outcome
  for (const line of [...losses, ...differences].slice(0, LINES_SHOWN_MAX)) remark(line)
  const rest = losses.length + differences.length - LINES_SHOWN_MAX
  if (rest > 0) remark(`… and ${rest} more; --json lists all`)
  if (!isReplaced && differences.length + losses.length === 0) return print('Nothing is missing.')
  if (!isReplaced) {
    throw new TikError(
      'ledger_incomplete',
      `${differences.length} rows differ and ${losses.length} places cannot be brought back; nothing was changed`,
      { hint: 'put a backup back, or --accept-differences; docs/recovery.md says what follows' },
    )
  }
  print(`${keptCount} rows of files were carried over, ${madeCount} rated again.`)
  if (oldLedger !== '') {
    print(`The old ledger is in ${basename(oldLedger)}; remove it when you need it no more.`)
  }
}
