/**
 * What customers owed at the end of a day: invoices with what was open of them then, by how long they were overdue.
 * A payment counts from the day on which it was booked, a credit note from its date of issue, a payment that went
 * back from the day of that.
 */
import { z } from 'zod'
import { micros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'

/** Days overdue: the first of each bucket. */
export const AGE_BUCKETS = {
  'not due': -Infinity,
  '1-30': 1,
  '31-60': 31,
  '61-90': 61,
  'over 90': 91,
} as const
export type AgeBucket = keyof typeof AGE_BUCKETS

export interface OpenAt {
  readonly number: string
  readonly accountId: string
  readonly partnerId: string
  readonly issueDay: number
  readonly dueDay: number
  readonly grossMicros: Micros
  readonly creditedMicros: Micros
  readonly paidMicros: Micros
  readonly openMicros: Micros
  /** 0 or below: not due yet. */
  readonly daysOverdue: number
  readonly age: AgeBucket
}

/** The oldest first. What was paid or credited too much is below zero: it is owed to the customer. */
export async function openAt(sql: SqlRunner, day: number): Promise<OpenAt[]> {
  const rows = await sql.query(
    `SELECT number, account_id, partner_id, issue_day, due_day, gross_micros,
       coalesce((SELECT sum(gross_micros) FROM invoices AS credit
         WHERE credit.corrects_invoice_id = invoice.invoice_id AND credit.issue_day <= $1), 0)::bigint
         AS credited_micros,
       coalesce((SELECT sum(paid.amount_micros) FROM payment_assignments AS paid
         JOIN payments USING (payment_id)
         WHERE paid.invoice_id = invoice.invoice_id AND payments.on_day <= $1), 0)::bigint
         AS paid_micros
     FROM invoices AS invoice
     WHERE kind = 'invoice' AND number IS NOT NULL AND issue_day <= $1
     ORDER BY due_day, invoice_id`,
    [day],
    openRow,
  )
  return rows.flatMap((row) => {
    const openMicros = micros(row.gross_micros - row.credited_micros - row.paid_micros)
    if (openMicros === ZERO_MICROS) return []
    const daysOverdue = day - row.due_day
    return [
      {
        number: row.number,
        accountId: row.account_id,
        partnerId: row.partner_id,
        issueDay: row.issue_day,
        dueDay: row.due_day,
        grossMicros: micros(row.gross_micros),
        creditedMicros: micros(row.credited_micros),
        paidMicros: micros(row.paid_micros),
        openMicros,
        daysOverdue,
        age: ageOf(daysOverdue),
      },
    ]
  })
}

export function isAgeBucket(name: string): name is AgeBucket {
  return Object.hasOwn(AGE_BUCKETS, name)
}

function ageOf(daysOverdue: number): AgeBucket {
  const names = Object.keys(AGE_BUCKETS).filter(isAgeBucket)
  return names.findLast((name) => daysOverdue >= AGE_BUCKETS[name]) ?? 'not due'
}

const openRow = z.object({
  number: z.string(),
  account_id: z.string(),
  partner_id: z.string(),
  issue_day: z.int(),
  due_day: z.int(),
  gross_micros: z.int(),
  credited_micros: z.int(),
  paid_micros: z.int(),
})
