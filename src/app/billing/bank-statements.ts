/** Bank statements become payments, and what they left open is settled by a person. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import {
  accountsPaidFrom,
  dismissEntry,
  openEntries,
  type StoredEntry,
} from '../../invoicing/bank/bank-entry-rows.ts'
import type { BankStatement } from '../../invoicing/bank/bank-entry.ts'
import { readCamt053 } from '../../invoicing/bank/camt053.ts'
import { entryReference, noteEntry, type NotedEntry } from '../../invoicing/bank/note-entries.ts'
import {
  payInvoice,
  reversePayment,
  type NotedPayment,
} from '../../invoicing/receivables/payments.ts'
import { listInvoices } from '../../invoicing/store/list-invoices.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { openBillingParts } from '../billing-parts.ts'
import { actorOf, requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import { actingFor, reachableInvoice, type NamedInvoice } from './reachable-invoice.ts'

/** A month of a large provider is a tenth of this; what is larger is none. */
export const STATEMENT_BYTES_MAX = 256 * 1024 * 1024
export const STATEMENT_FILES_MAX = 10_000
/** Entries of one transaction, so that a long statement holds nobody up. */
const ENTRIES_AT_ONCE_MAX = 500
const HINTS_MAX = 3

export interface StatementsReport {
  readonly filesCount: number
  readonly statementsCount: number
  readonly entries: readonly NotedEntry[]
  /** Entries that the bank has only announced. */
  readonly notBookedCount: number
}

/**
 * Notes what files and folders of camt.053 say. Can be stopped and run again: an entry that was noted does
 * nothing. Throws `file_unreadable` for what is no such statement; the files before it are noted.
 */
export async function importStatements(
  desk: Desk,
  paths: readonly string[],
  clock: Clock = systemClock,
): Promise<StatementsReport> {
  requireOperator(desk.caller)
  const files = await statementFiles(paths)
  const progress = desk.talk.startProgress('statements', files.length)
  const entries: NotedEntry[] = []
  let statementsCount = 0
  let notBookedCount = 0
  try {
    for (const [index, file] of files.entries()) {
      for (const statement of readCamt053(file, await readStatementFile(file))) {
        statementsCount += 1
        notBookedCount += statement.notBookedCount
        entries.push(...(await noteStatement(desk, statement, clock)))
      }
      progress.update(index + 1, `${index + 1} of ${files.length} files`)
    }
  } finally {
    progress.stop()
  }
  return { filesCount: files.length, statementsCount, entries, notBookedCount }
}

/** The same of one document that came over a door. Throws `file_unreadable`; then nothing of it is noted. */
export async function importStatement(
  desk: Desk,
  { name, document }: { readonly name: string; readonly document: string },
  clock: Clock = systemClock,
): Promise<Omit<StatementsReport, 'filesCount'>> {
  requireOperator(desk.caller)
  const statements = readCamt053(name, document)
  const entries: NotedEntry[] = []
  for (const statement of statements) entries.push(...(await noteStatement(desk, statement, clock)))
  const after = { statements: statements.length, entries: entries.length }
  await note(desk, { act: 'bank.import', subject: name, accountId: '', partnerId: '', after })
  const notBookedCount = statements.reduce((sum, one) => sum + one.notBookedCount, 0)
  return { statementsCount: statements.length, entries, notBookedCount }
}

async function noteStatement(
  desk: Desk,
  { entries }: BankStatement,
  clock: Clock,
): Promise<NotedEntry[]> {
  const noted = { actor: actorOf(desk.caller), nowMs: clock.nowMs() }
  const told: NotedEntry[] = []
  for (let start = 0; start < entries.length; start += ENTRIES_AT_ONCE_MAX) {
    const chunk = entries.slice(start, start + ENTRIES_AT_ONCE_MAX)
    const ofChunk = await desk.operations.transaction(async (sql) => {
      const some: NotedEntry[] = []
      for (const entry of chunk) some.push(await noteEntry(sql, entry, noted))
      return some
    })
    told.push(...ofChunk)
  }
  return told
}

export interface OpenEntry extends StoredEntry {
  /** Accounts that this payer has paid for before. */
  readonly accountIds: readonly string[]
  /** Open invoices of just this amount, those of such accounts first. Hints: nobody knows. */
  readonly hints: readonly string[]
}

/** What no statement could settle by itself, oldest first. */
export async function openBankEntries(
  desk: Desk,
  clock: Clock = systemClock,
): Promise<OpenEntry[]> {
  requireOperator(desk.caller)
  const entries = await openEntries(desk.operations)
  if (entries.length === 0) return []
  const invoices = await listInvoices(await openBillingParts(desk, clock), { standing: 'open' })
  const byAmount = Map.groupBy(invoices, ({ openMicros }) => openMicros)
  const ibans = entries.map(({ counterparty }) => counterparty.iban)
  const paidFrom = await accountsPaidFrom(desk.operations, ibans)
  return entries.map((entry) => {
    const accountIds = paidFrom.get(entry.counterparty.iban) ?? []
    const same = entry.direction === 'in' ? (byAmount.get(entry.amountMicros) ?? []) : []
    const [likely, others] = [true, false].map((isLikely) =>
      same.filter(({ accountId }) => accountIds.includes(accountId) === isLikely),
    )
    const hints = [...(likely ?? []), ...(others ?? [])].slice(0, HINTS_MAX)
    return { ...entry, accountIds, hints: hints.map(({ number }) => number) }
  })
}

/** Pays the invoice with an entry that was left open, or takes back the payment that a return means. */
export async function settleBankEntry(
  desk: Desk,
  wish: NamedInvoice & { readonly entryId: number; readonly by?: string | undefined },
  clock: Clock = systemClock,
): Promise<NotedPayment> {
  requireOperator(desk.caller)
  const invoiceId = await reachableInvoice(desk, wish, 'operate')
  const { entryId } = wish
  const actor = actingFor(desk, wish.by)
  return desk.operations.transaction(async (sql) => {
    const entry = await openEntry(sql, entryId)
    if (entry.currency !== 'EUR') {
      throw new TikError('payment_refused', `bank entry ${entryId} is in ${entry.currency}`, {
        hint: 'note what it is worth with tik bill pay, then ignore the entry',
      })
    }
    const { amountMicros, bookedDay: onDay, direction } = entry
    const details = { amountMicros, onDay, actor, nowMs: clock.nowMs(), bankEntryId: entryId }
    return direction === 'in'
      ? payInvoice(sql, invoiceId, { ...details, reference: entryReference(entryId) })
      : reversePayment(sql, invoiceId, { ...details, reference: undefined })
  })
}

/** It is no payment of a customer. */
export async function ignoreBankEntry(
  desk: Desk,
  wish: { readonly entryId: number; readonly reason: string; readonly by?: string | undefined },
  clock: Clock = systemClock,
): Promise<StoredEntry> {
  requireOperator(desk.caller)
  const { entryId, reason } = wish
  return desk.operations.transaction(async (sql) => {
    const entry = await openEntry(sql, entryId)
    await dismissEntry(sql, entryId, {
      reason,
      actor: actingFor(desk, wish.by),
      nowMs: clock.nowMs(),
    })
    return entry
  })
}

async function openEntry(sql: SqlRunner, entryId: number): Promise<StoredEntry> {
  const [entry] = await openEntries(sql, entryId)
  if (entry !== undefined) return entry
  throw new TikError('not_found', `no bank entry ${entryId} is open`, {
    hint: 'tik bill payments open shows those that are',
  })
}

async function statementFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = []
  for (const path of paths) {
    const isFolder = (await found(path)).isDirectory()
    if (!isFolder) files.push(path)
    else {
      const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.xml'))
      files.push(...names.sort().map((name) => join(path, name)))
    }
  }
  if (files.length > STATEMENT_FILES_MAX) {
    throw new TikError('usage_error', `more than ${STATEMENT_FILES_MAX} files at once`)
  }
  return files
}

async function readStatementFile(path: string): Promise<string> {
  const { size } = await found(path)
  if (size > STATEMENT_BYTES_MAX) {
    throw new TikError('file_unreadable', `${path} is larger than ${STATEMENT_BYTES_MAX} bytes`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (cause) {
    throw new TikError('file_unreadable', `${path} is no text in UTF-8`, { cause })
  }
}

async function found(path: string): ReturnType<typeof stat> {
  try {
    return await stat(path)
  } catch (cause) {
    throw new TikError('file_missing', `${path} is not there or cannot be read`, { cause })
  }
}
