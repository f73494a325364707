/**
 * `tik bill credit NUMBER`: a credit note that takes back an invoice or part of it. One transaction under a lock
 * of the account, so that two at once see each other; the documents are written from what was stored, and a
 * second call writes what a stopped one left.
 */
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { accountCalendar } from '../../core/time/account-calendar.ts'
import { billingCalendar } from '../../core/time/period.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import {
  isCorrection,
  type CreditNote,
  type Invoice,
  type InvoiceTotals,
} from '../invoice-model.ts'
import type { BillingParts, Finding, InvoiceStatus } from '../run/billing.ts'
import { releaseOverpaid } from '../receivables/release-overpaid.ts'
import { noteState, TIK, type Actor } from '../receivables/state-history.ts'
import { eInvoiceFindings } from '../check/e-invoice-findings.ts'
import { writeDocumentsOf } from '../documents/write-documents-of.ts'
import { creditsOf } from '../store/credits-of.ts'
import { insertDocument } from '../store/insert-document.ts'
import { findInvoiceId } from '../store/list-invoices.ts'
import { takeNumber } from '../store/number-series.ts'
import { storedInvoice, type StoredInvoice } from '../store/stored-invoice.ts'
import { buildCreditNote, type CreditWish } from './build-credit-note.ts'
import { isExhausted } from './what-is-left.ts'

export interface CreditOrder {
  readonly number: string
  /** Where several sellers have such a number. */
  readonly partnerId?: string
  readonly wish: CreditWish
  /** For the customer, in its language: it stands on the credit note. */
  readonly reason: string
  /** Who credits, for the history of the invoice. */
  readonly actor?: Actor
  /** That an amount which was credited for the same reason before is meant once more (decision 0470). */
  readonly again?: boolean
  /** Compute everything, take no number, store nothing. */
  readonly dryRun?: boolean
}

export interface CreditOutcome {
  readonly original: { readonly number: string; readonly status: InvoiceStatus }
  /** Without a number in a dry run. */
  readonly creditNote: CreditNote
  /** Of the original, after it. */
  readonly left: InvoiceTotals
  /** Paths of what was written, absolute. */
  readonly files: readonly string[]
  /** That no e-invoice is written, and why. */
  readonly findings: readonly Finding[]
}

/** Throws `not_found`, `usage_error` and `credit_refused`. */
export async function creditInvoice(
  parts: BillingParts,
  order: CreditOrder,
): Promise<CreditOutcome> {
  const { operations } = parts
  const reason = reasonOf(order.reason)
  const invoiceId = await findInvoiceId(operations, order.number, order.partnerId)
  const request = {
    wish: order.wish,
    reason,
    actor: order.actor ?? TIK,
    again: order.again === true,
  }
  if (order.dryRun === true) {
    const { stored: _stored, ...planned } = await planCredit(parts, operations, invoiceId, request)
    return { ...planned, files: [], findings: eInvoiceFindings(planned.creditNote) }
  }
  const left = await writeDocumentsOf(parts, await correctionIds(operations, invoiceId))
  const { creditId, ...outcome } = await operations
    .transaction((sql) => finaliseCredit(parts, sql, invoiceId, request))
    .catch((error: unknown) => {
      throw left.length === 0 ? error : alsoWritten(error, left)
    })
  const findings = eInvoiceFindings(outcome.creditNote)
  return { ...outcome, files: await writeDocumentsOf(parts, [creditId]), findings }
}

interface PlannedCredit extends Omit<CreditOutcome, 'files' | 'findings'> {
  readonly stored: StoredInvoice
}

type WhyAndHow = Pick<CreditOrder, 'wish' | 'reason' | 'actor' | 'again'>

/** Inside a transaction of the caller. */
export async function finaliseCredit(
  parts: Pick<BillingParts, 'directory' | 'clock'>,
  sql: SqlRunner,
  invoiceId: number,
  request: WhyAndHow,
): Promise<Omit<CreditOutcome, 'files' | 'findings'> & { readonly creditId: number }> {
  await lockAccountOf(sql, invoiceId)
  const { stored, ...planned } = await planCredit(parts, sql, invoiceId, request)
  const creditNote = { ...planned.creditNote, number: await takeNumber(sql, planned.creditNote) }
  const { span, runId, revision } = stored
  const nowMs = parts.clock.nowMs()
  const actor = request.actor ?? TIK
  const origin = { span, runId, revision, correctsInvoiceId: invoiceId, nowMs, actor }
  const creditId = await insertDocument(sql, creditNote, origin)
  const amountMicros = creditNote.totals.grossMicros
  const note = {
    state: 'credited',
    atMs: nowMs,
    actor,
    amountMicros,
    note: creditNote.number,
  } as const
  await noteState(sql, invoiceId, note)
  await releaseOverpaid(sql, invoiceId, { actor, nowMs })
  if (planned.original.status === 'credited') {
    await sql.execute("UPDATE invoices SET status = 'credited' WHERE invoice_id = $1", [invoiceId])
  }
  return { ...planned, creditNote, creditId }
}

export async function planCredit(
  { directory, clock }: Pick<BillingParts, 'directory' | 'clock'>,
  sql: SqlRunner,
  invoiceId: number,
  { wish, reason, again = false }: WhyAndHow,
): Promise<PlannedCredit> {
  const stored = await storedInvoice(sql, invoiceId)
  const { invoice, status } = stored
  const credits = await creditsOf(sql, invoiceId)
  if (invoice.kind === 'credit-note') throw isCreditNote(invoice)
  if (status === 'credited') throw isCredited(invoice, credits)
  if (!again) refuseTwice(invoice, credits, { wish, reason })
  const account = directory.accounts.get(invoice.customer.accountId)
  const calendar =
    account === undefined ? billingCalendar('Europe/Amsterdam', 1) : accountCalendar(account)
  const issueDay = calendar.dayAt(clock.nowMs()).day
  const { note, left } = buildCreditNote(invoice, credits, { wish, reason, issueDay })
  const after = isExhausted(left) ? 'credited' : status
  return {
    stored,
    original: { number: invoice.number, status: after },
    creditNote: note,
    left: left.totals,
  }
}

const REASON_CHARACTERS_MAX = 300

export function reasonOf(text: string): string {
  const reason = text.trim()
  if (reason !== '' && reason.length <= REASON_CHARACTERS_MAX && !/\p{Cc}/u.test(reason))
    return reason
  throw new TikError('usage_error', 'the reason is one line that the customer reads', {
    hint: `at most ${REASON_CHARACTERS_MAX} characters, in the language of the account`,
  })
}

/** Nothing is taken back from a credit note: what it says wrong is charged by the next invoice (decision 0471). */
export function isCreditNote(note: CreditNote): TikError {
  const { accountId } = note.customer
  const amount = microsToDecimal(note.totals.netMicros, 2)
  const what = isCorrection(note)
    ? `it is charged again, whole or in part, by the next invoice: tik accounts charge ${accountId} --amount ${amount}`
    : `what it says wrong is charged, or below zero given back, by the next invoice: tik accounts charge ${accountId} --amount …`
  const hint = `${what} --description "… ${note.number}" --from DATE`
  return new TikError('credit_refused', `${note.number} is a credit note itself`, { hint })
}

function isCredited({ number, customer }: Invoice, credits: readonly CreditNote[]): TikError {
  const by = credits.map((note) => note.number).join(', ')
  return new TikError('credit_refused', `invoice ${number} is credited already, by ${by}`, {
    hint: `tik bill list --account ${customer.accountId} shows what stands beside it`,
  })
}

/** A command that was stopped after it had credited an amount, and is run again, would give it back twice. */
function refuseTwice(
  { number }: Invoice,
  credits: readonly CreditNote[],
  { wish, reason }: Pick<WhyAndHow, 'wish' | 'reason'>,
): void {
  if (wish.what !== 'amount') return // Of lines and of the whole nothing is left.
  const same = credits.find(
    ({ reason: why, lines: [line, second] }) =>
      why === reason &&
      second === undefined &&
      line?.correctsLine === wish.lineNumber &&
      line?.amountMicros === wish.netMicros,
  )
  if (same === undefined) return
  throw new TikError('credit_refused', `${same.number} credits the same already of ${number}`, {
    hint: 'its documents are written; with --again the amount is credited once more',
  })
}

function alsoWritten(error: unknown, files: readonly string[]): unknown {
  if (!(error instanceof TikError) || error.code !== 'credit_refused') return error
  const hint = `documents that a stopped command had left were written: ${files.join(', ')}`
  return new TikError(error.code, error.message, { hint })
}

async function lockAccountOf(sql: SqlRunner, invoiceId: number): Promise<void> {
  await sql.query(
    `SELECT 1 FROM accounts
     WHERE account_id = (SELECT account_id FROM invoices WHERE invoice_id = $1) FOR NO KEY UPDATE`,
    [invoiceId],
    z.unknown(),
  )
}

export async function correctionIds(sql: SqlRunner, invoiceId: number): Promise<number[]> {
  return sql.query(
    'SELECT invoice_id FROM invoices WHERE corrects_invoice_id = $1 ORDER BY invoice_id',
    [invoiceId],
    z.object({ invoice_id: z.int() }).transform((row) => row.invoice_id),
  )
}
