/** Corrections of invoices that went out: credit notes, and invoices made anew. */
import { systemClock, type Clock } from '../../core/time/clock.ts'
import {
  creditInvoice,
  type CreditOrder,
  type CreditOutcome,
} from '../../invoicing/credit/credit-invoice.ts'
import {
  reissueInvoice,
  type ReissueOrder,
  type ReissueOutcome,
} from '../../invoicing/credit/reissue-invoice.ts'
import type { Invoice } from '../../invoicing/invoice-model.ts'
import { findInvoiceId } from '../../invoicing/store/list-invoices.ts'
import { openBillingParts } from '../billing-parts.ts'
import { actorOf, requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { requireReadable } from '../whole-ledger.ts'
import { noteInvoiceAct } from './note-invoice-act.ts'

/**
 * A credit note of an invoice, whole or in part; its documents are written and its mails queued. Throws
 * `not_found`, and `credit_refused` where it would be more than is left.
 */
export async function creditOf(
  desk: Desk,
  order: CreditOrder,
  clock: Clock = systemClock,
): Promise<CreditOutcome> {
  requireOperator(desk.caller)
  const parts = await openBillingParts(desk, clock)
  const outcome = await creditInvoice(parts, { actor: actorOf(desk.caller), ...order })
  if (order.dryRun !== true) await noteOf(desk, order, 'invoice.credit', outcome.creditNote)
  return outcome
}

/**
 * An invoice credited whole and made anew of the same period and rows, with the account as it is today. Throws
 * `not_found`, `credit_refused`, and `invoice_invalid` where the account cannot be billed today.
 */
export async function reissueOf(
  desk: Desk,
  order: ReissueOrder,
  clock: Clock = systemClock,
): Promise<ReissueOutcome> {
  requireOperator(desk.caller)
  await requireReadable(desk)
  const outcome = await reissueInvoice(await openBillingParts(desk, clock), order)
  if (order.dryRun !== true) await noteOf(desk, order, 'invoice.reissue', outcome.reissued)
  return outcome
}

async function noteOf(
  desk: Desk,
  { number: original, partnerId, reason }: CreditOrder | ReissueOrder,
  act: string,
  { number, totals }: Invoice,
): Promise<void> {
  const invoiceId = await findInvoiceId(desk.operations, original, partnerId)
  const after = { number, grossMicros: totals.grossMicros, reason }
  await noteInvoiceAct(desk, desk.operations, invoiceId, { act, after })
}
