/**
 * `tik finance journal`: the documents of a seller as entries of its sales journal. Looked at as often as one likes;
 * exported once: a document is in one journal, and a journal is written again as it was.
 */
import { TikError } from '../../core/failures/errors.ts'
import { cutOffPublisher } from '../../invoicing/ledger/cut-off-publisher.ts'
import type { Actor } from '../../invoicing/receivables/state-history.ts'
import { storedInvoices } from '../../invoicing/store/stored-invoice.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { FinanceParts } from '../finance-parts.ts'
import {
  journalDocuments,
  nextBatchNumber,
  readBatch,
  storeBatch,
  type BookedBatch,
  type JournalRange,
} from './journal-batches.ts'
import { journalCsv } from './journal-csv.ts'
import { journalEntry, type JournalEntry } from './journal-entry.ts'
import type { JournalSettings, JournalTarget } from './journal-settings.ts'
import { serviceMonths } from './service-months.ts'

/** Things without an account that a message names. */
const MISSING_SHOWN_MAX = 20
/** A model has some ten kilobytes of text, and more as a value. */
const INVOICES_AT_ONCE_MAX = 200
/** Another export can take the same documents meanwhile. */
const TRIES_MAX = 3

/** All entries of a range, exported or not. Throws `config_invalid` for what has no account or VAT code. */
export async function journalEntries(
  parts: FinanceParts,
  range: JournalRange,
  settings: JournalSettings,
): Promise<JournalEntry[]> {
  return entriesOf(parts, await journalDocuments(parts.operations, range, false), settings)
}

export interface JournalWish extends JournalRange {
  readonly target: string
  readonly actor: Actor
  /** Notes that it was done, in the transaction that does it. */
  readonly note: (sql: SqlRunner, batchNumber: number) => Promise<void>
}

export interface ExportedJournal extends BookedBatch {
  /** Else nothing was new, and it is the last one of this range and target. */
  readonly isNew: boolean
}

/** What was not exported yet, as the next journal. Throws `not_found` where there is nothing. */
export async function exportJournal(
  parts: FinanceParts,
  wish: JournalWish,
  settings: JournalSettings,
): Promise<ExportedJournal> {
  const { operations, clock } = parts
  const form = targetOf(settings, wish.target)
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const invoiceIds = await journalDocuments(operations, wish, true)
    if (invoiceIds.length === 0) return lastOf(parts, wish)
    const entries = await entriesOf(parts, invoiceIds, settings)
    const batchNumber = await operations.transaction(async (sql) => {
      const next = await nextBatchNumber(sql, wish.partnerId)
      const now = await journalDocuments(sql, wish, true)
      if (JSON.stringify(now) !== JSON.stringify(invoiceIds)) return undefined
      const content = journalCsv(entries, {
        batch: batchName(wish.partnerId, next),
        journal: settings.journal,
        target: form,
      })
      const exportedMs = clock.nowMs()
      await storeBatch(
        sql,
        { ...wish, batchNumber: next, content, exportedMs },
        { invoiceIds, actor: wish.actor },
      )
      await wish.note(sql, next)
      return next
    })
    if (batchNumber === undefined) continue
    const { partnerId } = wish
    return { ...(await journalAgain(parts, { partnerId, batchNumber })), isNew: true }
  }
  throw new TikError('operations_conflict', 'documents are finalised or exported elsewhere', {
    hint: 'run it again when the other command is done',
  })
}

/** One that was exported, the same to the byte. Throws `not_found`. */
export async function journalAgain(
  { operations }: Pick<FinanceParts, 'operations'>,
  name: { readonly partnerId: string; readonly batchNumber: number },
): Promise<BookedBatch> {
  const batch = await readBatch(operations, name)
  if (batch !== undefined) return batch
  throw new TikError('not_found', `there is no journal ${name.batchNumber} of ${name.partnerId}`)
}

export function batchName(partnerId: string, batchNumber: number): string {
  return `${partnerId}-${String(batchNumber).padStart(5, '0')}`
}

/** Throws `usage_error` for one that finance.yaml does not have. */
export function targetOf({ targets }: JournalSettings, name: string): JournalTarget {
  const target = Object.hasOwn(targets, name) ? targets[name] : undefined
  if (target !== undefined) return target
  throw new TikError('usage_error', `finance.yaml has no target "${name}"`, {
    hint: `it has ${Object.keys(targets).join(', ')}`,
  })
}

async function lastOf(
  { operations }: FinanceParts,
  { partnerId, fromDay, untilDay, target }: JournalWish,
): Promise<ExportedJournal> {
  const batch = await readBatch(operations, { partnerId, last: { fromDay, untilDay, target } })
  if (batch !== undefined) return { ...batch, isNew: false }
  throw new TikError('not_found', `${partnerId} has no document of these days to export`, {
    hint: 'what was exported with other days or for another program is in the journal of then',
  })
}

async function entriesOf(
  parts: FinanceParts,
  invoiceIds: readonly number[],
  settings: JournalSettings,
): Promise<JournalEntry[]> {
  const publish = cutOffPublisher(parts)
  const rules = { ...settings, revenue: parts.revenue }
  const entries: JournalEntry[] = []
  const missing = new Set<string>()
  for (let first = 0; first < invoiceIds.length; first += INVOICES_AT_ONCE_MAX) {
    const some = invoiceIds.slice(first, first + INVOICES_AT_ONCE_MAX)
    for (const stored of await storedInvoices(parts.operations, some)) {
      const entry = journalEntry(stored, rules, await serviceMonths(parts, stored, publish))
      if ('lines' in entry) entries.push(entry)
      else for (const { what } of entry) missing.add(what)
    }
  }
  if (missing.size === 0) return entries
  const shown = [...missing].sort().slice(0, MISSING_SHOWN_MAX).join('; ')
  throw new TikError('config_invalid', `finance.yaml has no account for ${shown}`, {
    hint: 'add a rule for each; docs/finance.md describes the file',
  })
}
