/** Corrections of invoices that went out: credit notes. */
import { systemClock, type Clock } from '../../core/clock.ts'
import {
  creditInvoice,
  type CreditOrder,
  type CreditOutcome,
} from '../../invoicing/credit/credit-invoice.ts'
import { openBillingParts } from '../billing-parts.ts'
import { actorOf, requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'

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
  return creditInvoice(parts, { actor: actorOf(desk.caller), ...order })
}
