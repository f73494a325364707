/** The payments of an account, each with what no invoice took: together the balance of the account. */
import { z } from 'zod'
import { micros, type Micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { Actor } from './state-history.ts'

export interface AccountPayment {
  readonly paymentId: number
  readonly partnerId: string
  readonly accountId: string
  readonly amountMicros: Micros
  readonly onDay: number
  readonly reference: string
  /** What no invoice took. */
  readonly leftMicros: Micros
  /** Taken back by another, or takes back another. */
  readonly isReversed: boolean
  readonly actor: Actor
  readonly notedMs: number
}

/** Of one account, or of all; in the order in which they were noted. At most `PAYMENTS_LISTED_MAX`, the newest. */
export async function accountPayments(
  sql: SqlRunner,
  accountId: string | undefined,
): Promise<AccountPayment[]> {
  const rows = await sql.query(
    `SELECT payment_id, partner_id, account_id, amount_micros, on_day, reference, by_whom, door, noted_ms,
       reverses_payment_id IS NOT NULL OR EXISTS (SELECT 1 FROM payments AS reversal
         WHERE reversal.reverses_payment_id = payment.payment_id) AS is_reversed,
       CASE WHEN reverses_payment_id IS NOT NULL OR EXISTS (SELECT 1 FROM payments AS reversal
         WHERE reversal.reverses_payment_id = payment.payment_id) THEN 0
       ELSE amount_micros - coalesce((SELECT sum(assigned.amount_micros) FROM payment_assignments AS assigned
         WHERE assigned.payment_id = payment.payment_id), 0) END::bigint AS left_micros
     FROM payments AS payment WHERE $1::text IS NULL OR account_id = $1
     ORDER BY payment_id DESC LIMIT ${PAYMENTS_LISTED_MAX}`,
    [accountId ?? null],
    paymentRow,
  )
  return rows.toReversed()
}

export const PAYMENTS_LISTED_MAX = 10_000

const paymentRow = z
  .object({
    payment_id: z.int(),
    partner_id: z.string(),
    account_id: z.string(),
    amount_micros: z.int(),
    on_day: z.int(),
    reference: z.string(),
    by_whom: z.string(),
    door: z.string(),
    noted_ms: z.int(),
    is_reversed: z.boolean(),
    left_micros: z.int(),
  })
  .transform((row): AccountPayment => ({
    paymentId: row.payment_id,
    partnerId: row.partner_id,
    accountId: row.account_id,
    amountMicros: micros(row.amount_micros),
    onDay: row.on_day,
    reference: row.reference,
    leftMicros: micros(row.left_micros),
    isReversed: row.is_reversed,
    actor: { by: row.by_whom, door: row.door },
    notedMs: row.noted_ms,
  }))
