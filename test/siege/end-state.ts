/** What a day has come to: every row, what is exported, and every file that leaves the house. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { listAlerts } from '../../src/alerts/list-alerts.ts'
import { openBillingParts } from '../../src/app/billing-parts.ts'
import { openStores } from '../../src/app/stores.ts'
import { fixedClock } from '../../src/core/time/clock.ts'
import { readConfig } from '../../src/core/config/config.ts'
import { entryId } from '../../src/core/usage/ids.ts'
import { FILES_LOG, type LedgerRow } from '../../src/core/usage/ledger-row.ts'
import { listInvoices } from '../../src/invoicing/store/list-invoices.ts'
import { createClickHouseLedger } from '../../src/ledger/clickhouse-ledger.ts'
import { recordedState } from '../../src/ledger/holes/ledger-holes.ts'
import { batchesOf, catchUpJournal } from '../../src/ledger/holes/recorded-batches.ts'
import { readJournal } from '../../src/ledger/holes/recording-journal.ts'
import { DAY_ENDS_MS } from './day.ts'

/** What is compared, and of each thing its name and its content. */
export type EndState = Readonly<Record<'rows' | 'export' | 'invoices' | 'alerts' | 'files', Things>>
export type Things = ReadonlyMap<string, string>

/** `exported` is what `tik export` wrote. Opens the stores: no command may run. */
export async function readEndState(dataFolder: string, exported: string): Promise<EndState> {
  await using stores = await openStores(readConfig(dataFolder, {}), 'siege')
  const rows: LedgerRow[] = []
  for await (const chunk of createClickHouseLedger(stores.clickhouse).rows({})) rows.push(...chunk)
  const invoices = await listInvoices(await openBillingParts(stores, fixedClock(DAY_ENDS_MS)))
  const alerts = await listAlerts(stores.operations, {})
  const { clickhouse } = stores
  const { journal } = clickhouse // Behind by a commit where the last command was killed.
  if (journal) await catchUpJournal(clickhouse, await recordedState(clickhouse, []), journal)
  return {
    rows: namedRows(rows),
    export: new Map(exported.split('\r\n').map((line, index) => [`line ${index + 1}`, line])),
    invoices: new Map(
      invoices.map((invoice) => {
        const documents = invoice.documents.map(({ sha256 }) => sha256)
        return [invoice.number, JSON.stringify({ ...invoice, documents })]
      }),
    ),
    alerts: counted(
      alerts.map(({ attempts: _attempts, finishedMs: _finishedMs, ...alert }) =>
        JSON.stringify(alert),
      ),
    ),
    files: new Map(
      ['mails', 'invoices', 'archive', ...spoolFolders(dataFolder)].flatMap((name) =>
        fileHashes(dataFolder, name),
      ),
    ),
  }
}

/**
 * Rows by what they are: a record by its place in its file, a correction by what it corrects. A replay
 * that was killed goes on under another number, and when a row was recorded may differ.
 */
function namedRows(rows: readonly LedgerRow[]): Things {
  const byEntry = new Map(rows.map((row) => [entryId(row), row]))
  const nameOf = (row: LedgerRow): string => {
    if (row.corrects === '') return entryId(row)
    const corrected = byEntry.get(row.corrects)
    return `${row.entryKind} of ${corrected === undefined ? 'nothing' : nameOf(corrected)}`
  }
  const named = new Map<string, string>()
  for (const row of rows) {
    const { recordedMs: _r, logPartition: _p, logOffset: _o, corrects: _c, ...content } = row
    const name = freeName(nameOf(row), named)
    named.set(name, JSON.stringify(content))
  }
  return named
}

/** A second row of one name is a difference, not lost in a map. */
function freeName(name: string, taken: Things): string {
  let number = 1
  while (taken.has(number === 1 ? name : `${name}, again ${number}`)) number += 1
  return number === 1 ? name : `${name}, again ${number}`
}

function counted(texts: readonly string[]): Things {
  const groups = Map.groupBy(texts, (text) => text)
  return new Map([...groups].map(([text, same]) => [text, `${same.length} times`]))
}

/** Where files end that were taken in. */
function spoolFolders(dataFolder: string): string[] {
  return readdirSync(join(dataFolder, 'spool')).map((source) => join('spool', source, 'done'))
}

/** Commits and their times, which a killed command has otherwise. */
const JOURNAL = 'recorded.ndjson'

function fileHashes(dataFolder: string, name: string): [string, string][] {
  const folder = join(dataFolder, name)
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .filter((entry) => entry.name !== JOURNAL)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => {
      const content = basename(path) === 'recorded.ndjson' ? journalOf(path) : readFileSync(path)
      const hash = createHash('sha256').update(content).digest('hex')
      return [path.slice(dataFolder.length + 1), hash]
    })
}

/** Which files, and how far each was recorded: a kill cuts commits elsewhere, at another time. */
function journalOf(path: string): string {
  const events = readJournal(path)
  const lines = events.flatMap((event) => {
    if (event.event === 'registered') return [`${event.number} is ${event.contentHash}`]
    return event.event === 'finished' ? [`${event.number} has ${event.recordsCount}`] : []
  })
  for (const [log, batches] of batchesOf(events)) {
    const last = batches.at(-1)
    if (log.startsWith(`${FILES_LOG}/`) && last !== undefined)
      lines.push(`${log} goes to ${last.firstOffset + last.rowsCount}`)
  }
  return [...new Set(lines)].sort().join('\n')
}
