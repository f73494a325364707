/** What a customer contests of an invoice, and that it is settled. */
import { systemClock, type Clock } from '../../core/time/clock.ts'
import type { Micros } from '../../core/money/money.ts'
import { disputeInvoice, resolveDispute } from '../../invoicing/receivables/disputes.ts'
import type { Desk } from '../desk.ts'
import { euroAmount } from './euro-amount.ts'
import { noteInvoiceAct } from './note-invoice-act.ts'
import { actingFor, reachableInvoice, type NamedInvoice } from './reachable-invoice.ts'

export interface DisputeWish extends NamedInvoice {
  readonly reason: string
  readonly by?: string | undefined
}

/** Returns what is disputed: the amount that was said, or all that is open. */
export async function noteDispute(
  desk: Desk,
  { amount, reason, by, ...named }: DisputeWish & { readonly amount?: string | undefined },
  clock: Clock = systemClock,
): Promise<Micros> {
  const invoiceId = await reachableInvoice(desk, named, 'operate')
  const amountMicros = amount === undefined ? undefined : euroAmount(amount)
  const dispute = { amountMicros, reason, actor: actingFor(desk, by), nowMs: clock.nowMs() }
  return desk.operations.transaction(async (sql) => {
    const disputedMicros = await disputeInvoice(sql, invoiceId, dispute)
    const after = { disputedMicros, reason }
    await noteInvoiceAct(desk, sql, invoiceId, { act: 'invoice.dispute', after })
    return disputedMicros
  })
}

/** Returns what had been disputed. */
export async function settleDispute(
  desk: Desk,
  { reason, by, ...named }: DisputeWish,
  clock: Clock = systemClock,
): Promise<Micros> {
  const invoiceId = await reachableInvoice(desk, named, 'operate')
  const settled = { reason, actor: actingFor(desk, by), nowMs: clock.nowMs() }
  return desk.operations.transaction(async (sql) => {
    const disputedMicros = await resolveDispute(sql, invoiceId, settled)
    const after = { disputedMicros: 0, reason }
    await noteInvoiceAct(desk, sql, invoiceId, { act: 'invoice.dispute-resolved', after })
    return disputedMicros
  })
}
