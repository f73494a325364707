/** Payments in the operations store. */
import { z } from 'zod'
import { micros, type Micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { AccountPayment } from './account-payments.ts'
import type { Actor } from './state-history.ts'

export interface PaymentDetails {
  readonly amountMicros: Micros
  /** When it was booked. */
  readonly onDay: number
  /** The same reference of one seller is the same payment. */
  readonly reference: string
  readonly actor: Actor
  readonly nowMs: number
  /** The entry of a bank statement that it came with. */
  readonly bankEntryId?: number | undefined
}

/** Returns its id. */
export async function insertPayment(
  sql: SqlRunner,
  owner: Pick<AccountPayment, 'partnerId' | 'accountId'>,
  { amountMicros, onDay, reference, actor, nowMs, bankEntryId }: PaymentDetails,
  reversesPaymentId?: number,
): Promise<number> {
  const [row] = await sql.query(
    `INSERT INTO payments (partner_id, account_id, amount_micros, on_day, reference,
       reverses_payment_id, noted_ms, by_whom, door, bank_entry_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING payment_id`,
    [
      owner.partnerId,
      owner.accountId,
      amountMicros,
      onDay,
      reference,
      reversesPaymentId ?? null,
      nowMs,
      actor.by,
      actor.door,
      bankEntryId ?? null,
    ],
    z.object({ payment_id: z.int() }),
  )
  return z.object({ payment_id: z.int() }).parse(row).payment_id
}

export interface KnownPayment {
  readonly paymentId: number
  readonly amountMicros: Micros
  readonly onDay: number
  readonly accountId: string
}

export async function paymentByReference(
  sql: SqlRunner,
  partnerId: string,
  reference: string,
): Promise<KnownPayment | undefined> {
  const [row] = await sql.query(
    `SELECT payment_id, account_id, amount_micros, on_day FROM payments
     WHERE partner_id = $1 AND reference = $2`,
    [partnerId, reference],
    knownRow,
  )
  return row
}

const knownRow = z
  .object({
    payment_id: z.int(),
    account_id: z.string(),
    amount_micros: z.int(),
    on_day: z.int(),
  })
  .transform((row): KnownPayment => ({
    paymentId: row.payment_id,
    accountId: row.account_id,
    amountMicros: micros(row.amount_micros),
    onDay: row.on_day,
  }))
