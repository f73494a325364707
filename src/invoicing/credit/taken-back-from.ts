/**
 * Which invoices a credit note of a period takes back from: those that charged the fees that it gives back, and
 * those of the periods whose usage it corrects; where it gives back something else, the latest. The norm
 * wants their numbers, a Dutch e-invoice cannot do without one.
 */
import { z } from 'zod'
import { commonDays } from '../../core/time/validity.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import {
  billToOf,
  RECURRING_SUBJECTS,
  type CreditNote,
  type Invoice,
  type RecurringItem,
} from '../invoice-model.ts'

/** In the order in which they were made; empty where nothing was invoiced before. */
export async function takenBackFrom(
  sql: SqlRunner,
  draft: Pick<Invoice, 'customer' | 'lines' | 'recurringItems' | 'seller' | 'subAccounts'>,
): Promise<CreditNote['corrects']> {
  const invoices = await invoicesOf(sql, draft)
  const charged = await chargedOf(sql, [
    draft.customer.accountId,
    ...(draft.subAccounts ?? []).map(({ accountId }) => accountId),
  ])
  const credits = draft.recurringItems.filter(({ sign }) => sign === -1)
  const lateDays = new Set(
    draft.lines
      .filter(({ section, amountMicros }) => section.startsWith('late') && amountMicros < 0)
      .map(({ fromDay }) => fromDay),
  )
  const found = invoices.filter(
    ({ invoiceId, periodStartDay }) =>
      lateDays.has(periodStartDay) ||
      charged.some(
        (item) => item.invoiceId === invoiceId && credits.some((one) => isOf(one, item)),
      ),
  )
  const named = found.length === 0 ? invoices.slice(-1) : found
  return named.map(({ number, issueDay }) => ({ number, issueDay }))
}

interface ChargedItem extends Pick<
  RecurringItem,
  'subscriptionId' | 'subject' | 'subjectId' | 'fromDay' | 'toDay'
> {
  readonly invoiceId: number
}

function isOf(credit: RecurringItem, charged: ChargedItem): boolean {
  const days = commonDays(credit, charged)
  return (
    days.fromDay < days.toDay &&
    credit.subscriptionId === charged.subscriptionId &&
    credit.subject === charged.subject &&
    credit.subjectId === charged.subjectId
  )
}

/** Those of the same seller and bill-to that still stand: what was credited whole gave its charges back itself. */
function invoicesOf(sql: SqlRunner, { customer, seller }: Pick<Invoice, 'customer' | 'seller'>) {
  return sql.query(
    `SELECT invoice_id, number, issue_day, period_start_day FROM invoices
     WHERE account_id = $1 AND partner_id = $2 AND bill_to_id = $3 AND kind = 'invoice'
       AND number IS NOT NULL AND status <> 'credited'
     ORDER BY invoice_id`,
    [customer.accountId, seller.partnerId, billToOf({ customer })],
    z
      .object({
        invoice_id: z.int(),
        number: z.string(),
        issue_day: z.int(),
        period_start_day: z.int(),
      })
      .transform((row) => ({
        invoiceId: row.invoice_id,
        number: row.number,
        issueDay: row.issue_day,
        periodStartDay: row.period_start_day,
      })),
  )
}

function chargedOf(sql: SqlRunner, accountIds: readonly string[]): Promise<ChargedItem[]> {
  return sql.query(
    `SELECT invoice_id, subscription_id, subject, subject_id, from_day, to_day
     FROM invoice_recurring_items WHERE account_id = ANY($1::text[]) AND sign = 1`,
    [accountIds],
    z
      .object({
        invoice_id: z.int(),
        subscription_id: z.string(),
        subject: z.enum(RECURRING_SUBJECTS),
        subject_id: z.string(),
        from_day: z.int(),
        to_day: z.int(),
      })
      .transform((row): ChargedItem => ({
        invoiceId: row.invoice_id,
        subscriptionId: row.subscription_id,
        subject: row.subject,
        subjectId: row.subject_id,
        fromDay: row.from_day,
        toDay: row.to_day,
      })),
  )
}
