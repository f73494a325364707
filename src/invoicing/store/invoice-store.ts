/**
 * Invoices in the operations store. Finalising is one transaction: number, invoice, lines, what was
 * charged, and the closed period are there together or not at all.
 */
import { z } from 'zod'
import type { OneOffCharge } from '../../core/accounts.ts'
import { micros, type Micros } from '../../core/money.ts'
import { dayToIso } from '../../core/period.ts'
import { TAX_CATEGORIES } from '../../core/tax.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import { RECURRING_SUBJECTS, type Invoice, type RecurringItem } from '../invoice-model.ts'
import { toInvoiceText } from './invoice-text.ts'

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
  readonly chargedItems: readonly RecurringItem[]
  /** Gross of the invoice of the latest period before the one in hand. */
  readonly previousGrossMicros: Micros | undefined
}

export async function readHistory(
  sql: SqlRunner,
  accountId: string,
  periodStartDay: number,
): Promise<BillingHistory> {
  const invoices = await sql.query(
    `SELECT invoice_id, run_id, invoices.cut_off_id, period_start_day, gross_micros, catalogue_key
     FROM invoices JOIN billing_runs USING (run_id) WHERE account_id = $1 ORDER BY invoice_id`,
    [accountId],
    historyRow,
  )
  const items = await readChargedItems(sql, accountId)
  const last = invoices.at(-1)
  const days = invoices.map((invoice) => invoice.period_start_day)
  const previous = invoices
    .filter((invoice) => invoice.period_start_day < periodStartDay)
    .sort((left, right) => left.period_start_day - right.period_start_day)
    .at(-1)
  return {
    lastInvoiceId: last?.invoice_id ?? 0,
    lastRunId: last?.run_id ?? 0,
    lastCutOffId: last?.cut_off_id ?? '',
    closedStartDays: [...new Set(days)].sort((left, right) => left - right),
    catalogueKeys: new Map(
      invoices.flatMap(({ period_start_day: day, catalogue_key: key }) =>
        key === null || key === '' ? [] : [[day, key]],
      ),
    ),
    firstBilledDay: days.length === 0 ? undefined : Math.min(...days),
    chargedItems: items,
    previousGrossMicros: previous === undefined ? undefined : micros(previous.gross_micros),
  }
}

/**
 * What all earlier invoices of the account charged and took back, in their order. A build before charged
 * an activation again where it should have taken it back: such an item is read as the charge that it was,
 * so that the next invoice takes back both.
 */
export function readChargedItems(sql: SqlRunner, accountId: string): Promise<RecurringItem[]> {
  return sql.query(
    `SELECT subscription_id, subject, subject_id, period_start_day, period_end_day,
       from_day, to_day, fee_micros,
       CASE WHEN subject = 'activation' AND EXISTS (SELECT 1 FROM invoice_lines AS line
         WHERE line.invoice_id = item.invoice_id AND line.section = 'one-off'
           AND line.subject = item.subject_id AND line.from_day = item.from_day
           AND abs(line.unit_price_micros) = item.fee_micros
           AND line.exact_micros > line.count * item.fee_micros) THEN 1 ELSE sign END AS sign
     FROM invoice_recurring_items AS item WHERE account_id = $1 ORDER BY invoice_id, item_number`,
    [accountId],
    itemRow,
  )
}

/** One-off charges of the account before `beforeMs` that no invoice has billed yet. */
export function readOpenOneOffCharges(
  sql: SqlRunner,
  accountId: string,
  beforeMs: number,
): Promise<OneOffCharge[]> {
  return sql.query(
    `SELECT charge_id, account_id, subscription_id, at_ms, description, amount_micros, tax_category
     FROM one_off_charges AS charge
     WHERE account_id = $1 AND at_ms < $2
       AND NOT EXISTS (SELECT 1 FROM invoice_one_off_charges AS billed
         WHERE billed.charge_id = charge.charge_id)
     ORDER BY at_ms, charge_id`,
    [accountId, beforeMs],
    oneOffRow,
  )
}

export interface Finalisation {
  readonly draft: Invoice
  readonly span: InvoiceSpan
  readonly runId: number
  /** The history that the draft was built on: when it changed meanwhile, nothing is done. */
  readonly basedOnInvoiceId: number
  readonly suppressZero: boolean
  readonly nowMs: number
}

export type Finalised =
  | { readonly outcome: 'finalised'; readonly invoiceId: number; readonly invoice: Invoice }
  | { readonly outcome: 'zero-suppressed'; readonly invoiceId: number; readonly invoice: Invoice }
  | { readonly outcome: 'already-billed' }
  | { readonly outcome: 'history-changed' }

/** Inside a transaction of the caller. The account is locked, so two runs take turns. */
export async function finaliseInvoice(sql: SqlRunner, request: Finalisation): Promise<Finalised> {
  const { draft } = request
  const { accountId } = draft.customer
  await sql.query(
    'SELECT 1 FROM accounts WHERE account_id = $1 FOR UPDATE',
    [accountId],
    z.unknown(),
  )
  const history = await readHistory(sql, accountId, draft.period.startDay)
  if (history.closedStartDays.includes(draft.period.startDay)) return { outcome: 'already-billed' }
  if (history.lastInvoiceId !== request.basedOnInvoiceId) return { outcome: 'history-changed' }
  const outcome = request.suppressZero ? 'zero-suppressed' : 'finalised'
  const number = request.suppressZero ? '' : await takeNumber(sql, draft)
  const invoice = { ...draft, number }
  const invoiceId = await insertInvoice(sql, invoice, request)
  await insertLines(sql, invoiceId, invoice)
  await insertCharged(sql, invoiceId, invoice)
  await sql.execute(
    `INSERT INTO account_closed_periods (account_id, period_start_day, closed_at_ms)
     VALUES ($1, $2, $3)`,
    [accountId, invoice.period.startDay, request.nowMs],
  )
  return { outcome, invoiceId, invoice }
}

/**
 * The next number of the seller and the year of issue. The row stays locked until the transaction
 * ends, and a number that is rolled back is taken by the next: no gap, none twice.
 */
async function takeNumber(sql: SqlRunner, draft: Invoice): Promise<string> {
  const year = dayToIso(draft.issueDay).slice(0, 4)
  const [series] = await sql.query(
    `INSERT INTO invoice_number_series AS series (partner_id, year, last_number)
     VALUES ($1, $2, 1)
     ON CONFLICT (partner_id, year) DO UPDATE SET last_number = series.last_number + 1
     RETURNING last_number`,
    [draft.seller.partnerId, Number.parseInt(year, 10)],
    z.object({ last_number: z.int() }),
  )
  return `${year}-${String(series?.last_number).padStart(8, '0')}`
}

async function insertInvoice(
  sql: SqlRunner,
  invoice: Invoice,
  { span, runId, nowMs, suppressZero }: Finalisation,
): Promise<number> {
  const { text, sha256 } = toInvoiceText(invoice)
  const { period, totals } = invoice
  const [row] = await sql.query(
    `INSERT INTO invoices (kind, partner_id, account_id, period, period_start_day, period_end_day,
       number, status, issue_day, due_day, net_micros, vat_micros, gross_micros, run_id, cut_off_id,
       late_start_days, late_after_cut_off_id, model, model_sha256, finalised_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
       $16::integer[], $17, $18, $19, $20)
     RETURNING invoice_id`,
    [
      invoice.kind,
      invoice.seller.partnerId,
      invoice.customer.accountId,
      period.label,
      period.startDay,
      period.endDay,
      suppressZero ? null : invoice.number,
      suppressZero ? 'zero-suppressed' : 'finalised',
      invoice.issueDay,
      invoice.dueDay,
      totals.netMicros,
      totals.vatMicros,
      totals.grossMicros,
      runId,
      span.cutOffId,
      span.lateStartDays,
      span.lateAfterCutOffId === '' ? null : span.lateAfterCutOffId,
      text,
      sha256,
      nowMs,
    ],
    z.object({ invoice_id: z.int() }),
  )
  return z.object({ invoice_id: z.int() }).parse(row).invoice_id
}

async function insertLines(sql: SqlRunner, invoiceId: number, invoice: Invoice): Promise<void> {
  await sql.execute(
    `INSERT INTO invoice_lines
     SELECT $1, * FROM jsonb_to_recordset($2::jsonb) AS line ("lineNumber" integer, section text,
       product text, subject text, description text, "fromDay" integer, "toDay" integer,
       count bigint, quantity bigint, unit text, "unitPriceMicros" bigint,
       "percentHundredths" integer, "exactMicros" bigint, "amountMicros" bigint,
       "taxCategory" text)`,
    [invoiceId, JSON.stringify(invoice.lines)],
  )
}

async function insertCharged(sql: SqlRunner, invoiceId: number, invoice: Invoice): Promise<void> {
  await sql.execute(
    `INSERT INTO invoice_recurring_items
     SELECT $1, row_number() OVER (), $2, item.*
     FROM jsonb_to_recordset($3::jsonb) AS item ("subscriptionId" text, subject text,
       "subjectId" text, "periodStartDay" integer, "periodEndDay" integer, "fromDay" integer,
       "toDay" integer, "feeMicros" bigint, sign integer)`,
    [invoiceId, invoice.customer.accountId, JSON.stringify(invoice.recurringItems)],
  )
  await sql.execute(
    `INSERT INTO invoice_one_off_charges (charge_id, invoice_id)
     SELECT charge_id, $1 FROM unnest($2::text[]) AS charge_id`,
    [invoiceId, invoice.oneOffChargeIds],
  )
}

const historyRow = z.object({
  invoice_id: z.int(),
  run_id: z.int(),
  cut_off_id: z.string(),
  period_start_day: z.int(),
  gross_micros: z.int(),
  catalogue_key: z.string().nullable(),
})

const itemRow = z
  .object({
    subscription_id: z.string(),
    subject: z.enum(RECURRING_SUBJECTS),
    subject_id: z.string(),
    period_start_day: z.int(),
    period_end_day: z.int(),
    from_day: z.int(),
    to_day: z.int(),
    fee_micros: z.int(),
    sign: z.union([z.literal(1), z.literal(-1)]),
  })
  .transform((row): RecurringItem => ({
    subscriptionId: row.subscription_id,
    subject: row.subject,
    subjectId: row.subject_id,
    periodStartDay: row.period_start_day,
    periodEndDay: row.period_end_day,
    fromDay: row.from_day,
    toDay: row.to_day,
    feeMicros: micros(row.fee_micros),
    sign: row.sign,
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
  })
  .transform((row): OneOffCharge => ({
    chargeId: row.charge_id,
    accountId: row.account_id,
    subscriptionId: row.subscription_id,
    atMs: row.at_ms,
    description: row.description,
    amountMicros: micros(row.amount_micros),
    ...(row.tax_category === '' ? {} : { taxCategory: row.tax_category }),
  }))
