/** What a customer contests of an invoice: an amount with its reason, until it is resolved. */
import { TikError } from '../../core/failures/errors.ts'
import { microsToDecimal, type Micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { lockInvoice } from './open-invoice.ts'
import { noteState, type Actor } from './state-history.ts'

export interface Dispute {
  /** Including VAT; all that is open where it is absent. */
  readonly amountMicros: Micros | undefined
  readonly reason: string
  readonly actor: Actor
  readonly nowMs: number
}

/** Notes it; another one takes the place of the first. Throws `payment_refused`. Inside a transaction. */
export async function disputeInvoice(
  sql: SqlRunner,
  invoiceId: number,
  { amountMicros, reason, actor, nowMs }: Dispute,
): Promise<Micros> {
  const { number, openMicros, grossMicros } = await lockInvoice(sql, invoiceId)
  const disputedMicros = amountMicros ?? openMicros
  if (disputedMicros <= 0 || disputedMicros > grossMicros || disputedMicros % 10_000 !== 0) {
    const amount = microsToDecimal(disputedMicros)
    throw new TikError('payment_refused', `${amount} of ${number} cannot be disputed`, {
      hint: `a part of it in whole cents: it is of ${microsToDecimal(grossMicros, 2)}`,
    })
  }
  const note = { state: 'disputed', atMs: nowMs, actor, amountMicros: disputedMicros } as const
  await noteState(sql, invoiceId, { ...note, note: reason })
  return disputedMicros
}

/** Returns what had been disputed. Throws `payment_refused` when nothing is. Inside a transaction. */
export async function resolveDispute(
  sql: SqlRunner,
  invoiceId: number,
  { reason, actor, nowMs }: Omit<Dispute, 'amountMicros'>,
): Promise<Micros> {
  const { number, disputedMicros: amountMicros } = await lockInvoice(sql, invoiceId)
  if (amountMicros === 0) throw new TikError('payment_refused', `${number} is not disputed`)
  const note = { state: 'dispute-resolved', atMs: nowMs, actor, amountMicros } as const
  await noteState(sql, invoiceId, { ...note, note: reason })
  return amountMicros
}
