/**
 * `tik bill credit NUMBER --reissue`: an invoice credited whole and made anew, of the same period and rows, with
 * the account as it is today. Both documents are stored in one transaction; what later invoices charged and took
 * back stands, so that the period is paid once whatever was billed since (decision 0403).
 */
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { eInvoiceFindings } from '../check/e-invoice-findings.ts'
import { missingParticulars } from '../check/missing-particulars.ts'
import { writeDocumentsOf } from '../documents/write-documents-of.ts'
import { billToOf, type CreditNote, type Invoice } from '../invoice-model.ts'
import type { OneOffCharge } from '../../core/accounts/accounts.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import { cutOffPublisher } from '../ledger/cut-off-publisher.ts'
import type { BillingParts, Finding } from '../run/billing.ts'
import { billingScope, type AccountScope } from '../run/billing-scope.ts'
import { draftInvoices, type AccountSources } from '../run/draft-invoice.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { insertDocument } from '../store/insert-document.ts'
import {
  readBilledOneOffCharges,
  readChargedItems,
  readHistory,
  type BillingHistory,
} from '../store/invoice-store.ts'
import { findInvoiceId } from '../store/list-invoices.ts'
import { takeNumber } from '../store/number-series.ts'
import { storedInvoice, type StoredInvoice } from '../store/stored-invoice.ts'
import {
  correctionIds,
  finaliseCredit,
  isCreditNote,
  planCredit,
  reasonOf,
} from './credit-invoice.ts'

export interface ReissueOrder {
  readonly number: string
  /** Where several sellers have such a number. */
  readonly partnerId?: string
  readonly reason: string
  readonly dryRun?: boolean
}

export interface ReissueOutcome {
  readonly original: { readonly number: string; readonly status: 'credited' }
  /** undefined where the invoice was credited before. */
  readonly creditNote: CreditNote | undefined
  /** Without a number in a dry run, and where it comes to nothing and the account wants none then. */
  readonly reissued: Invoice
  readonly files: readonly string[]
  /** That no e-invoice of it is written, and why. */
  readonly findings: readonly Finding[]
}

/** Another command can bill the account in between; then the draft is built again. */
const TRIES_MAX = 3

/** Throws `not_found`, `usage_error`, `credit_refused`, and `invoice_invalid` where it cannot be billed today. */
export async function reissueInvoice(
  parts: BillingParts,
  order: ReissueOrder,
): Promise<ReissueOutcome> {
  const { operations } = parts
  const reason = reasonOf(order.reason)
  const invoiceId = await findInvoiceId(operations, order.number, order.partnerId)
  if (order.dryRun === true) return dryRun(parts, invoiceId, reason)
  const laterIds = await laterRevisionIds(operations, invoiceId)
  await writeDocumentsOf(parts, [...(await correctionIds(operations, invoiceId)), ...laterIds])
  await parts.keepCatalogue()
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const plan = await planReissue(parts, invoiceId)
    const done = await operations.transaction((sql) => finaliseReissue(parts, sql, plan, reason))
    if (done === 'history-changed') continue
    const { ids, ...outcome } = done
    const findings = findingsOf(outcome.reissued)
    return { ...outcome, files: await writeDocumentsOf(parts, ids), findings }
  }
  throw new TikError('operations_conflict', `the account of ${order.number} is billed elsewhere`, {
    hint: 'run it again when the other command is done',
  })
}

interface ReissuePlan {
  readonly stored: StoredInvoice
  readonly scope: AccountScope
  readonly draft: Invoice
  /** By account of the invoice: its last invoice when the draft was built. */
  readonly basedOn: ReadonlyMap<string, number>
}

async function dryRun(
  parts: BillingParts,
  invoiceId: number,
  reason: string,
): Promise<ReissueOutcome> {
  const { stored, draft } = await planReissue(parts, invoiceId)
  const { number } = stored.invoice
  const creditNote =
    stored.status === 'credited'
      ? undefined
      : (await planCredit(parts, parts.operations, invoiceId, { wish: { what: 'whole' }, reason }))
          .creditNote
  return {
    original: { number, status: 'credited' },
    creditNote,
    reissued: draft,
    files: [],
    findings: findingsOf(draft),
  }
}

async function planReissue(parts: BillingParts, invoiceId: number): Promise<ReissuePlan> {
  const { operations } = parts
  const stored = await storedInvoice(operations, invoiceId)
  const { invoice, span } = stored
  if (invoice.kind === 'credit-note') throw isCreditNote(invoice)
  await refuseReissued(operations, stored)
  const scope = memberScope(parts, invoice, invoice.customer.accountId)
  const missing = missingParticulars(scope.partner, scope.account, scope.billTos)
  if (missing.length > 0) throw cannotBeBilled(invoice, missing.join(', '))
  const billToId = billToOf(invoice)
  const billed = await readBilledOneOffCharges(operations, invoiceId)
  const own = await sourcesOf(parts, { scope, span, billed })
  const subAccounts: MemberSources[] = []
  for (const subSpan of stored.subSpans) {
    const sub = memberScope(parts, invoice, subSpan.accountId)
    subAccounts.push(await sourcesOf(parts, { scope: sub, span: subSpan, billed }))
  }
  const drafted = await draftInvoices(parts, scope, {
    ...own,
    oneOffCharges: own.oneOffCharges.map((each) => ({ ...each, billToId })),
    subAccounts,
    issueDay: scope.calendar.dayAt(parts.clock.nowMs()).day,
    replaces: { number: invoice.number, issueDay: invoice.issueDay },
  })
  if (drafted.drafts === undefined) throw cannotBeBilled(invoice, drafted.finding.text)
  const draft = drafted.drafts.find((each) => billToOf(each) === billToId)
  if (draft === undefined)
    throw cannotBeBilled(invoice, 'nothing is charged to its bill-to any more, so credit it whole')
  const members = [own, ...subAccounts]
  const basedOn = new Map(members.map((each) => [each.span.accountId, each.history.lastInvoiceId]))
  return { stored, scope, draft, basedOn }
}

type MemberSources = AccountSources & {
  readonly scope: AccountScope
  readonly history: BillingHistory
}

/**
 * Of one account of the invoice. All invoices of its period are built anew, as they share discounts and a minimum;
 * one of them is kept.
 */
async function sourcesOf(
  parts: BillingParts,
  {
    scope,
    span,
    billed,
  }: {
    readonly scope: AccountScope
    readonly span: InvoiceSpan
    readonly billed: readonly OneOffCharge[]
  },
): Promise<MemberSources> {
  const { operations } = parts
  const { accountId, periodStartDay: exceptStartDay } = span
  const history = await readHistory(operations, accountId, exceptStartDay)
  const chargedItems = await readChargedItems(operations, accountId, { exceptStartDay })
  await cutOffPublisher(parts)(span)
  return {
    scope,
    span,
    history: { ...history, chargedItems },
    due: [],
    oneOffCharges: billed.filter((each) => each.accountId === accountId),
  }
}

/** The account's period today; it cannot have moved, as it is closed. */
function memberScope(parts: BillingParts, invoice: Invoice, accountId: string): AccountScope {
  const { period } = invoice
  const scopes = billingScope(parts, period.label, [accountId])
  const scope = scopes.find((each) => each.period.startDay === period.startDay)
  if (scope?.period.endDay === period.endDay) return scope
  throw cannotBeBilled(invoice, 'its period is none of the account any more')
}

async function finaliseReissue(
  parts: BillingParts,
  sql: SqlRunner,
  { stored, scope, draft, basedOn }: ReissuePlan,
  reason: string,
): Promise<
  | 'history-changed'
  | (Omit<ReissueOutcome, 'files' | 'findings'> & { readonly ids: readonly number[] })
> {
  const { invoiceId, invoice, span, subSpans } = stored
  await sql.query(
    'SELECT 1 FROM accounts WHERE account_id = ANY($1::text[]) ORDER BY account_id FOR NO KEY UPDATE',
    [[...basedOn.keys()]],
    z.unknown(),
  )
  for (const [accountId, lastInvoiceId] of basedOn) {
    const history = await readHistory(sql, accountId, invoice.period.startDay)
    if (history.lastInvoiceId !== lastInvoiceId) return 'history-changed'
  }
  const { status } = await storedInvoice(sql, invoiceId)
  const credit =
    status === 'credited'
      ? undefined
      : await finaliseCredit(parts, sql, invoiceId, { wish: { what: 'whole' }, reason })
  const isUnwanted = draft.totals.grossMicros === 0 && !scope.account.sendZeroInvoices
  const reissued = { ...draft, number: isUnwanted ? '' : await takeNumber(sql, draft) }
  const nowMs = parts.clock.nowMs()
  const runId = await insertRun(sql, parts, {
    accountId: scope.account.accountId,
    span,
    period: invoice.period.label,
  })
  const revision = stored.revision + 1
  const reissuedId = await insertDocument(sql, reissued, {
    span,
    subSpans,
    runId,
    revision,
    nowMs,
  })
  return {
    original: { number: invoice.number, status: 'credited' },
    creditNote: credit?.creditNote,
    reissued,
    ids: [...(credit === undefined ? [] : [credit.creditId]), reissuedId],
  }
}

/** What comes to nothing can be without any document. */
function findingsOf(reissued: Invoice): Finding[] {
  return reissued.lines.length === 0 ? [] : eInvoiceFindings(reissued)
}

/** Done when it begins; it says by which catalogue the fees of the period are settled from now on. */
async function insertRun(
  sql: SqlRunner,
  { clock, catalogueKey }: BillingParts,
  of: { readonly accountId: string; readonly span: StoredInvoice['span']; readonly period: string },
): Promise<number> {
  const [row] = await sql.query(
    `INSERT INTO billing_runs (period, account_ids, cut_off_id, started_ms, finished_ms, catalogue_key)
     VALUES ($1, $2::text[], $3, $4, $4, $5) RETURNING run_id`,
    [of.period, [of.accountId], of.span.cutOffId, clock.nowMs(), catalogueKey],
    z.object({ run_id: z.int() }),
  )
  return z.object({ run_id: z.int() }).parse(row).run_id
}

async function refuseReissued(
  sql: SqlRunner,
  { invoiceId, invoice }: StoredInvoice,
): Promise<void> {
  const [laterId] = await laterRevisionIds(sql, invoiceId)
  if (laterId === undefined) return
  const { invoice: later } = await storedInvoice(sql, laterId)
  const by = later.number === '' ? 'by one that came to nothing' : `as ${later.number}`
  throw new TikError('credit_refused', `invoice ${invoice.number} is reissued already, ${by}`, {
    hint: `tik bill list --account ${invoice.customer.accountId} shows what stands beside it`,
  })
}

/** Of the same period, made since; the next one first. */
async function laterRevisionIds(sql: SqlRunner, invoiceId: number): Promise<number[]> {
  return sql.query(
    `SELECT later.invoice_id FROM invoices AS later
     JOIN invoices AS invoice USING (account_id, bill_to_id, period_start_day)
     WHERE invoice.invoice_id = $1 AND invoice.corrects_invoice_id IS NULL
       AND later.corrects_invoice_id IS NULL AND later.revision > invoice.revision
     ORDER BY later.revision`,
    [invoiceId],
    z.object({ invoice_id: z.int() }).transform((row) => row.invoice_id),
  )
}

function cannotBeBilled({ number }: Invoice, why: string): TikError {
  return new TikError('invoice_invalid', `invoice ${number} cannot be made anew: ${why}`, {
    hint: 'mend the accounts document; nothing was credited',
  })
}
