/** A finalised invoice as it is stored: the whole model, and what it was made of. */
import assert from 'node:assert/strict'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import type { Invoice } from '../invoice-model.ts'
import { INVOICE_STATUSES, type InvoiceStatus } from '../run/billing.ts'
import { fromInvoiceText } from './invoice-text.ts'

export interface StoredInvoice {
  readonly invoiceId: number
  readonly invoice: Invoice
  readonly span: InvoiceSpan
  /** Of the sub-accounts that are on it. */
  readonly subSpans: readonly InvoiceSpan[]
  readonly runId: number
  readonly status: InvoiceStatus
  /** How often its period was billed before. */
  readonly revision: number
  /** The text as stored and the hash that was stored with it. */
  readonly model: string
  readonly modelSha256: string
}

/** Throws `not_found`, and `invoice_invalid` when the stored text is no invoice. */
export async function storedInvoice(sql: SqlRunner, invoiceId: number): Promise<StoredInvoice> {
  const [stored] = await storedInvoices(sql, [invoiceId])
  assert(stored !== undefined, 'one is asked and one is told')
  return stored
}

/** The same of several at once, in their order. */
export async function storedInvoices(
  sql: SqlRunner,
  invoiceIds: readonly number[],
): Promise<StoredInvoice[]> {
  const rows = await sql.query(
    `SELECT invoice_id, account_id, period_start_day, cut_off_id, late_start_days,
       late_after_cut_off_id, run_id, status, revision, model, model_sha256
     FROM invoices WHERE invoice_id = ANY($1::bigint[])`,
    [[...invoiceIds]],
    storedRow,
  )
  const subRows = await sql.query(
    `SELECT invoice_id, account_id, late_start_days, late_after_cut_off_id FROM invoice_sub_accounts
     WHERE invoice_id = ANY($1::bigint[]) ORDER BY account_id COLLATE "C"`,
    [[...invoiceIds]],
    subRow,
  )
  const byId = new Map(rows.map((row) => [row.invoice_id, row]))
  const subsOf = Map.groupBy(subRows, ({ invoice_id }) => invoice_id)
  return invoiceIds.map((invoiceId) => {
    const row = byId.get(invoiceId)
    if (row === undefined) throw new TikError('not_found', `there is no invoice ${invoiceId}`)
    return storedOf(row, subsOf.get(invoiceId) ?? [])
  })
}

function storedOf(
  row: z.output<typeof storedRow>,
  subRows: readonly z.output<typeof lateRow>[],
): StoredInvoice {
  const spanOf = (late: z.output<typeof lateRow>): InvoiceSpan => ({
    accountId: late.account_id,
    periodStartDay: row.period_start_day,
    cutOffId: row.cut_off_id,
    lateStartDays: late.late_start_days,
    lateAfterCutOffId: late.late_after_cut_off_id ?? '',
  })
  return {
    invoiceId: row.invoice_id,
    invoice: fromInvoiceText(row.model),
    span: spanOf(row),
    subSpans: subRows.map(spanOf),
    runId: row.run_id,
    status: row.status,
    revision: row.revision,
    model: row.model,
    modelSha256: row.model_sha256,
  }
}

const lateRow = z.object({
  account_id: z.string(),
  late_start_days: z.array(z.int()),
  late_after_cut_off_id: z.string().nullable(),
})

const subRow = lateRow.extend({ invoice_id: z.int() })

const storedRow = lateRow.extend({
  invoice_id: z.int(),
  period_start_day: z.int(),
  cut_off_id: z.string(),
  run_id: z.int(),
  status: z.enum(INVOICE_STATUSES),
  revision: z.int(),
  model: z.string(),
  model_sha256: z.string(),
})
