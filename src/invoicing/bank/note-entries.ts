/**
 * Bank entries become payments: those that say which invoice they pay, at once; all else waits for a person.
 * An entry that was noted before, from whatever copy of its statement, does nothing.
 */
import assert from 'node:assert/strict'
import type { Micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { assignBalance, payInvoice, reverse } from '../receivables/payments.ts'
import type { Actor } from '../receivables/state-history.ts'
import {
  dismissEntry,
  insertEntry,
  isKnownEntry,
  returnableEntries,
  takeTurns,
  type Returnable,
} from './bank-entry-rows.ts'
import type { BankEntry } from './bank-entry.ts'
import {
  collectionReturnedBy,
  collectionsPaidBy,
  payCollections,
  takeBackCollection,
} from './note-debits.ts'
import type { Collected } from '../debit/debit-rows.ts'
import { findInvoices, type MentionedInvoice } from './find-invoices.ts'

export const ENTRY_OUTCOMES = [
  'matched', // Paid what was open of its invoices.
  'partly', // Paid an invoice with more or less than was open.
  'returned', // A payment of before went back.
  'unmatched', // Waits for a person.
  'known', // Was noted before.
  'ignored debit', // Is no payment of a customer.
] as const
export type EntryOutcome = (typeof ENTRY_OUTCOMES)[number]

export interface NotedEntry {
  /** 0 for what is not kept. */
  readonly entryId: number
  readonly outcome: EntryOutcome
  readonly bookedDay: number
  readonly amountMicros: Micros
  readonly counterpartyName: string
  /** Invoices that were paid, or opened again. */
  readonly numbers: readonly string[]
  /** What a person must know of it. */
  readonly remark: string
}

/** Inside a transaction of the caller. */
export async function noteEntry(
  sql: SqlRunner,
  entry: BankEntry,
  noted: { readonly actor: Actor; readonly nowMs: number },
): Promise<NotedEntry> {
  const { direction } = entry
  if (direction === 'out') return told(entry, { entryId: 0, outcome: 'ignored debit' })
  await takeTurns(sql)
  if (await isKnownEntry(sql, entry.key)) return told(entry, { entryId: 0, outcome: 'known' })
  return direction === 'in' ? noteIncoming(sql, entry, noted) : noteReturn(sql, entry, noted)
}

/** Under which the payment of an entry is noted. */
export function entryReference(entryId: number): string {
  return `bank entry ${entryId}`
}

type Noted = Parameters<typeof noteEntry>[2]

async function noteIncoming(sql: SqlRunner, entry: BankEntry, noted: Noted): Promise<NotedEntry> {
  const collections = await collectionsPaidBy(sql, entry)
  if (collections.length > 0) return noteCollected(sql, entry, { collections, noted })
  const found = await findInvoices(sql, entry)
  const whyOpen = found.outcome === 'open' ? found.why : ''
  const entryId = await insertEntry(sql, entry, { ...noted, whyOpen })
  if (found.outcome === 'open')
    return told(entry, { entryId, outcome: 'unmatched', remark: whyOpen })
  const isExact = await payAll(sql, found.invoices, { entry, entryId, noted })
  const numbers = found.invoices.map(({ number }) => number)
  if (isExact) return told(entry, { entryId, outcome: 'matched', numbers })
  const remark = `${numbers.join(', ')} had another amount open`
  return told(entry, { entryId, outcome: 'partly', numbers, remark })
}

/** Direct debits of ours: the entry is settled by the payments of its collections. */
async function noteCollected(
  sql: SqlRunner,
  entry: BankEntry,
  { collections, noted }: { collections: readonly Collected[]; noted: Noted },
): Promise<NotedEntry> {
  const entryId = await insertEntry(sql, entry, { ...noted, whyOpen: '' })
  const numbers = await payCollections(sql, collections, entry, noted)
  const reason = `direct debits of ${numbers.length} invoices`
  await dismissEntry(sql, entryId, { ...noted, reason })
  return told(entry, { entryId, outcome: 'matched', numbers })
}

/** True where the amount is what was open. */
async function payAll(
  sql: SqlRunner,
  [first, ...others]: readonly MentionedInvoice[],
  { entry, entryId, noted }: { entry: BankEntry; entryId: number; noted: Noted },
): Promise<boolean> {
  assert(first !== undefined, 'what is found has an invoice')
  const { amountMicros, bookedDay: onDay } = entry
  const payment = {
    ...noted,
    amountMicros,
    onDay,
    reference: entryReference(entryId),
    bankEntryId: entryId,
  }
  const { paymentId, assignedMicros, openMicros } = await payInvoice(sql, first.invoiceId, payment)
  for (const { invoiceId } of others) {
    await assignBalance(sql, invoiceId, { ...noted, paymentId, amountMicros: undefined })
  }
  return others.length > 0 || (assignedMicros === amountMicros && openMicros === 0)
}

async function noteReturn(sql: SqlRunner, entry: BankEntry, noted: Noted): Promise<NotedEntry> {
  const collection = await collectionReturnedBy(sql, entry)
  if (collection !== undefined) return noteCollectionBack(sql, entry, { collection, noted })
  const possible = await returnableEntries(sql, entry)
  const [original] = possible
  const isSure = original !== undefined && possible.length === 1
  const whyOpen = isSure ? '' : 'it does not say which payment went back'
  const entryId = await insertEntry(sql, entry, { ...noted, whyOpen })
  if (!isSure) return told(entry, { entryId, outcome: 'unmatched', remark: whyOpen })
  const numbers = await takeBack(sql, original, { entry, entryId, noted })
  const remark = numbers.length === 0 ? 'nobody had assigned it' : ''
  return told(entry, { entryId, outcome: 'returned', numbers, remark })
}

async function noteCollectionBack(
  sql: SqlRunner,
  entry: BankEntry,
  { collection, noted }: { collection: Collected; noted: Noted },
): Promise<NotedEntry> {
  const entryId = await insertEntry(sql, entry, { ...noted, whyOpen: '' })
  const reference = entryReference(entryId)
  const taken = await takeBackCollection(sql, collection, entry, { ...noted, entryId, reference })
  const why = entry.returnReason === '' ? '' : `the bank says ${entry.returnReason}`
  const numbers = taken?.map(({ number }) => number) ?? []
  if (taken !== undefined)
    return told(entry, { entryId, outcome: 'returned', numbers, remark: why })
  // Refused before anything was booked: nothing was paid by it.
  await dismissEntry(sql, entryId, {
    ...noted,
    reason: `${collection.endToEndId} went back ${why}`.trim(),
  })
  return told(entry, { entryId, outcome: 'returned', remark: why })
}

async function takeBack(
  sql: SqlRunner,
  { entryId: originalId, payment }: Returnable,
  { entry, entryId, noted }: { entry: BankEntry; entryId: number; noted: Noted },
): Promise<readonly string[]> {
  if (payment === undefined) {
    const reason = `went back: ${entryReference(entryId)}`
    await dismissEntry(sql, originalId, { ...noted, reason })
    await dismissEntry(sql, entryId, {
      ...noted,
      reason: `took back ${entryReference(originalId)}`,
    })
    return []
  }
  const { taken } = await reverse(sql, payment, {
    ...noted,
    amountMicros: entry.amountMicros,
    onDay: entry.bookedDay,
    reference: entryReference(entryId),
    bankEntryId: entryId,
  })
  return taken.map(({ number }) => number)
}

function told(
  { bookedDay, amountMicros, counterparty }: BankEntry,
  noted: Pick<NotedEntry, 'entryId' | 'outcome'> & Partial<Pick<NotedEntry, 'numbers' | 'remark'>>,
): NotedEntry {
  const counterpartyName = counterparty.name
  return { bookedDay, amountMicros, counterpartyName, numbers: [], remark: '', ...noted }
}
