/**
 * Invoices in the operations store. Finalising is one transaction: number, invoice, lines, what was
 * charged, and the closed period are there together or not at all.
 */
import { z } from 'zod'
import type { OneOffCharge } from '../../core/accounts/accounts.ts'
import { micros, type Micros } from '../../core/money/money.ts'
import { TAX_CATEGORIES } from '../../core/money/tax.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import { RECURRING_SUBJECTS, type Invoice } from '../invoice-model.ts'
import type { ChargedItem } from '../build/settle-items.ts'
import { owedMicros } from '../owed-micros.ts'
import type { Actor } from '../receivables/state-history.ts'
import { insertDocument } from './insert-document.ts'
import { takeNumber } from './number-series.ts'

/** What earlier invoices of an account mean for the next one. */
export interface BillingHistory {
  /** Of the invoice that was finalised last; 0 when there is none. */
  readonly lastInvoiceId: number
  readonly lastRunId: number
  readonly lastCutOffId: string
  readonly closedStartDays: readonly number[]
  /** By first day of a closed period: the catalogue that it was closed with, where that is known. */
  readonly catalogueKeys: ReadonlyMap<number, string>
  readonly firstBilledDay: number | undefined
  readonly chargedItems: readonly ChargedItem[]
  /** By bill-to: gross of the invoice of its latest period before the one in hand. */
  readonly previousGrossMicros: ReadonlyMap<string, Micros>
}

export async function readHistory(
  sql: SqlRunner,
  accountId: string,
  periodStartDay: number,
): Promise<BillingHistory> {
  const invoices = await sql.query(
    `SELECT invoice_id, run_id, invoices.cut_off_id, bill_to_id, period_start_day, revision, kind,
       gross_micros, catalogue_key, invoices.account_id
     FROM billed_accounts AS billed JOIN invoices USING (invoice_id) JOIN billing_runs USING (run_id)
     WHERE billed.account_id = $1 AND corrects_invoice_id IS NULL ORDER BY invoice_id`,
    [accountId],
    historyRow,
  )
  // What is billed anew is of the same rows as before: cut-offs and runs go by the first time.
  const last = invoices.findLast(({ revision }) => revision === 0)
  const standing = [
    ...new Map(
      invoices.map((each) => [
        `${each.account_id}|${each.bill_to_id}|${each.period_start_day}`,
        each,
      ]),
    ).values(),
  ]
  const days = [...new Set(standing.map((invoice) => invoice.period_start_day))]
  const previous = standing
    .filter((invoice) => invoice.account_id === accountId) // Not of the parent that it is on.
    .filter((invoice) => invoice.period_start_day < periodStartDay)
    .sort((left, right) => left.period_start_day - right.period_start_day)
  return {
    lastInvoiceId: invoices.at(-1)?.invoice_id ?? 0,
    lastRunId: last?.run_id ?? 0,
    lastCutOffId: last?.cut_off_id ?? '',
    closedStartDays: days.sort((left, right) => left - right),
    catalogueKeys: new Map(
      standing.flatMap(({ period_start_day: day, catalogue_key: key }) =>
        key === null || key === '' ? [] : [[day, key]],
      ),
    ),
    firstBilledDay: days.length === 0 ? undefined : Math.min(...days),
    chargedItems: await readChargedItems(sql, accountId),
    previousGrossMicros: new Map(
      previous.map((each) => [each.bill_to_id, owedMicros(each, micros(each.gross_micros))]),
    ),
  }
}

/**
 * The view billed_accounts for the accounts of $1, by their indices: of the view itself the store would read all
 * documents for each few accounts.
 */
export const BILLS_OF_ACCOUNTS = `
  SELECT account_id, invoice_id FROM invoices
  WHERE account_id = ANY($1::text[]) AND corrects_invoice_id IS NULL
  UNION ALL
  SELECT account_id, invoice_id FROM invoice_sub_accounts WHERE account_id = ANY($1::text[])`

/** Which documents are looked at; all of them where nothing is said. */
export interface ChargedBounds {
  /** Without the invoices of this period. */
  readonly exceptStartDay?: number
  readonly issuedToDay?: number
  readonly lastInvoiceId?: number
}

export async function readChargedItems(
  sql: SqlRunner,
  accountId: string,
  bounds: ChargedBounds = {},
): Promise<ChargedItem[]> {
  const read = await readChargedItemsOf(sql, [accountId], bounds)
  return read.get(accountId) ?? []
}

/**
 * What all earlier invoices of each account charged and took back, in their order; of a period that was billed
 * anew its latest invoice, in the place of the first. A build before charged an activation again where it
 * should have taken it back: such an item is read as the charge that it was, so that the next invoice takes
 * back both.
 */
export async function readChargedItemsOf(
  sql: SqlRunner,
  accountIds: readonly string[],
  { exceptStartDay, issuedToDay, lastInvoiceId }: ChargedBounds = {},
): Promise<Map<string, ChargedItem[]>> {
  const rows = await sql.query(
    `WITH billed AS (
       SELECT invoice_id, of_account.account_id, bill_to_id, period_start_day AS billed_day,
         min(invoice_id) OVER period AS place, revision = max(revision) OVER period AS is_standing,
         status = 'credited' AS is_given_back
       FROM (${BILLS_OF_ACCOUNTS}) AS of_account JOIN invoices USING (invoice_id)
       WHERE corrects_invoice_id IS NULL AND issue_day <= $3 AND invoice_id <= $4
       WINDOW period AS (
         PARTITION BY of_account.account_id, invoices.account_id, bill_to_id, period_start_day
       )
     )
     SELECT account_id, subscription_id, subject, subject_id, period_start_day, period_end_day,
       from_day, to_day, fee_micros, is_given_back, bill_to_id,
       CASE WHEN subject = 'activation' AND EXISTS (SELECT 1 FROM invoice_lines AS line
         WHERE line.invoice_id = item.invoice_id AND line.section = 'one-off'
           AND line.subject = item.subject_id AND line.from_day = item.from_day
           AND abs(line.unit_price_micros) = item.fee_micros
           AND line.exact_micros > line.count * item.fee_micros) THEN 1 ELSE sign END AS sign
     FROM invoice_recurring_items AS item JOIN billed USING (invoice_id, account_id)
     WHERE item.account_id = ANY($1::text[]) AND is_standing AND billed_day IS DISTINCT FROM $2::integer
     ORDER BY account_id, place, invoice_id, item_number`,
    [
      [...accountIds],
      exceptStartDay ?? null,
      issuedToDay ?? ALL_DOCUMENTS.issuedToDay,
      lastInvoiceId ?? ALL_DOCUMENTS.lastInvoiceId,
    ],
    itemRow,
  )
  const items = new Map<string, ChargedItem[]>()
  for (const { accountId, item } of rows) {
    const known = items.get(accountId)
    if (known === undefined) items.set(accountId, [item])
    else known.push(item)
  }
  return items
}

const ALL_DOCUMENTS = { issuedToDay: 2_147_483_647, lastInvoiceId: Number.MAX_SAFE_INTEGER }

/** One-off charges of the account before `beforeMs` that no invoice has billed yet. */
export function readOpenOneOffCharges(
  sql: SqlRunner,
  accountId: string,
  beforeMs: number,
): Promise<OneOffCharge[]> {
  return sql.query(
    `SELECT charge_id, account_id, subscription_id, at_ms, description, amount_micros, tax_category,
       bill_to_id
     FROM one_off_charges AS charge
     WHERE account_id = $1 AND at_ms < $2
       AND NOT EXISTS (SELECT 1 FROM invoice_one_off_charges AS billed
         WHERE billed.charge_id = charge.charge_id)
     ORDER BY at_ms, charge_id`,
    [accountId, beforeMs],
    oneOffRow,
  )
}

/** Those that an invoice billed. */
export function readBilledOneOffCharges(
  sql: SqlRunner,
  invoiceId: number,
): Promise<OneOffCharge[]> {
  return sql.query(
    `SELECT charge_id, account_id, subscription_id, at_ms, description, amount_micros, tax_category,
       bill_to_id
     FROM one_off_charges JOIN invoice_one_off_charges USING (charge_id)
     WHERE invoice_id = $1 ORDER BY at_ms, charge_id`,
    [invoiceId],
    oneOffRow,
  )
}

export interface Finalisation {
  /** Of one account and period: one, or one for each of its bill-to's. */
  readonly drafts: readonly { readonly draft: Invoice; readonly suppressZero: boolean }[]
  readonly span: InvoiceSpan
  readonly runId: number
  /** The history that the drafts were built on: when it changed meanwhile, nothing is done. */
  readonly basedOnInvoiceId: number
  /** Accounts that are on the first of the drafts; their periods are closed with it. */
  readonly subAccounts?: readonly BilledSubAccount[]
  readonly nowMs: number
  /** Who bills; tik itself where nobody is named. */
  readonly actor?: Actor
}

export interface BilledSubAccount {
  readonly span: InvoiceSpan
  readonly basedOnInvoiceId: number
}

export interface FinalisedDraft {
  readonly outcome: 'finalised' | 'zero-suppressed'
  readonly invoiceId: number
  readonly invoice: Invoice
}

export type Finalised =
  /** In the order of the drafts. */
  | { readonly outcome: 'finalised'; readonly invoices: readonly FinalisedDraft[] }
  | { readonly outcome: 'already-billed' }
  | { readonly outcome: 'history-changed' }

/** Inside a transaction of the caller: all of a period or nothing. The account is locked, so two runs take turns. */
export async function finaliseInvoices(sql: SqlRunner, request: Finalisation): Promise<Finalised> {
  const { accountId, periodStartDay } = request.span
  const { subAccounts = [] } = request
  const subIds = subAccounts.map(({ span }) => span.accountId)
  await sql.query(
    'SELECT 1 FROM accounts WHERE account_id = ANY($1::text[]) ORDER BY account_id FOR NO KEY UPDATE',
    [[accountId, ...subIds]],
    z.unknown(),
  )
  const { isBilled, lastInvoiceId } = await lastBilled(sql, accountId, periodStartDay)
  if (isBilled) return { outcome: 'already-billed' }
  if (lastInvoiceId !== request.basedOnInvoiceId) return { outcome: 'history-changed' }
  for (const { span, basedOnInvoiceId } of subAccounts) {
    const sub = await lastBilled(sql, span.accountId, periodStartDay)
    if (sub.lastInvoiceId !== basedOnInvoiceId) return { outcome: 'history-changed' }
  }
  const invoices: FinalisedDraft[] = []
  for (const [index, each] of request.drafts.entries()) {
    const subSpans = index === 0 ? subAccounts.map(({ span }) => span) : []
    invoices.push(await finaliseDraft(sql, each, { ...request, subSpans }))
  }
  await sql.execute(
    `INSERT INTO account_closed_periods (account_id, period_start_day, closed_at_ms)
     SELECT account_id, $2, $3 FROM unnest($1::text[]) AS account_id`,
    [[accountId, ...subIds], periodStartDay, request.nowMs],
  )
  return { outcome: 'finalised', invoices }
}

async function finaliseDraft(
  sql: SqlRunner,
  { draft, suppressZero }: Finalisation['drafts'][number],
  request: Finalisation & { readonly subSpans: readonly InvoiceSpan[] },
): Promise<FinalisedDraft> {
  const number = suppressZero ? '' : await takeNumber(sql, draft)
  const invoice = { ...draft, number }
  const invoiceId = await insertDocument(sql, invoice, { ...request, revision: 0 })
  return { outcome: suppressZero ? 'zero-suppressed' : 'finalised', invoiceId, invoice }
}

/** Of what `readHistory` tells: whether the draft still holds. */
async function lastBilled(
  sql: SqlRunner,
  accountId: string,
  startDay: number,
): Promise<{ readonly isBilled: boolean; readonly lastInvoiceId: number }> {
  const [row] = await sql.query(
    `SELECT coalesce(bool_or(period_start_day = $2), false) AS is_billed,
       coalesce(max(invoice_id), 0) AS last_invoice_id
     FROM billed_accounts AS billed JOIN invoices USING (invoice_id)
     WHERE billed.account_id = $1 AND corrects_invoice_id IS NULL`,
    [accountId, startDay],
    z.object({ is_billed: z.boolean(), last_invoice_id: z.int() }),
  )
  return { isBilled: row?.is_billed === true, lastInvoiceId: row?.last_invoice_id ?? 0 }
}

const historyRow = z.object({
  invoice_id: z.int(),
  account_id: z.string(),
  run_id: z.int(),
  cut_off_id: z.string(),
  bill_to_id: z.string(),
  period_start_day: z.int(),
  revision: z.int(),
  kind: z.enum(['invoice', 'credit-note']),
  gross_micros: z.int(),
  catalogue_key: z.string().nullable(),
})

const itemRow = z
  .object({
    account_id: z.string(),
    subscription_id: z.string(),
    subject: z.enum(RECURRING_SUBJECTS),
    subject_id: z.string(),
    period_start_day: z.int(),
    period_end_day: z.int(),
    from_day: z.int(),
    to_day: z.int(),
    fee_micros: z.int(),
    sign: z.union([z.literal(1), z.literal(-1)]),
    is_given_back: z.boolean(),
    bill_to_id: z.string(),
  })
  .transform(({ account_id: accountId, ...row }): { accountId: string; item: ChargedItem } => ({
    accountId,
    item: {
      subscriptionId: row.subscription_id,
      subject: row.subject,
      subjectId: row.subject_id,
      periodStartDay: row.period_start_day,
      periodEndDay: row.period_end_day,
      fromDay: row.from_day,
      toDay: row.to_day,
      feeMicros: micros(row.fee_micros),
      sign: row.sign,
      billToId: row.bill_to_id,
      ...(row.is_given_back ? { isGivenBack: true } : {}),
    },
  }))

const oneOffRow = z
  .object({
    charge_id: z.string(),
    account_id: z.string(),
    subscription_id: z.string(),
    at_ms: z.int(),
    description: z.string(),
    amount_micros: z.int(),
    tax_category: z.enum(['', ...TAX_CATEGORIES]),
    bill_to_id: z.string(),
  })
  .transform((row): OneOffCharge => ({
    chargeId: row.charge_id,
    accountId: row.account_id,
    subscriptionId: row.subscription_id,
    atMs: row.at_ms,
    description: row.description,
    amountMicros: micros(row.amount_micros),
    ...(row.tax_category === '' ? {} : { taxCategory: row.tax_category }),
    ...(row.bill_to_id === '' ? {} : { billToId: row.bill_to_id }),
  }))
