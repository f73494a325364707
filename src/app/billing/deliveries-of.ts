/** E-invoices on their way to the customers. */
import { systemClock, type Clock } from '../../core/time/clock.ts'
import {
  deliveryHistory,
  noteDelivery,
  type DeliveryNote,
  type DeliveryState,
} from '../../invoicing/delivery/delivery-states.ts'
import { handOverEInvoices, type HandOverReport } from '../../invoicing/delivery/hand-over.ts'
import { listDeliveries, type Delivery } from '../../invoicing/delivery/list-deliveries.ts'
import { openBillingParts } from '../billing-parts.ts'
import { actorOf, isWithinReach, requireOperator, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { noteInvoiceAct } from './note-invoice-act.ts'
import { actingFor, reachableInvoice, type NamedInvoice } from './reachable-invoice.ts'

/** Writes those of a month that wait into the folder of who delivers them, and notes it. */
export async function deliverEInvoices(
  desk: Desk,
  order: {
    readonly period: string
    readonly outboxFolder: string
    readonly accountIds?: readonly string[] | undefined
  },
  clock: Clock = systemClock,
): Promise<HandOverReport> {
  requireOperator(desk.caller)
  const parts = await openBillingParts(desk, clock)
  return handOverEInvoices(parts, { ...order, actor: actorOf(desk.caller) })
}

/** What became of those of a month. */
export async function deliveriesOf(desk: Desk, period: string): Promise<Delivery[]> {
  requireRight(desk.caller, 'see-invoices')
  const found = await listDeliveries(await openBillingParts(desk), { period })
  return found.filter((delivery) => isWithinReach(desk.caller, delivery))
}

/** Of one invoice, oldest first. Throws `not_found`. */
export async function deliveryOfInvoice(desk: Desk, named: NamedInvoice): Promise<DeliveryNote[]> {
  const invoiceId = await reachableInvoice(desk, named, 'see-invoices')
  return deliveryHistory(desk.operations, invoiceId)
}

/** Notes what the other side said. Throws `not_found`, and `usage_error` for a step that cannot be. */
export async function noteDeliveryOf(
  desk: Desk,
  wish: NamedInvoice & {
    readonly state: DeliveryState
    readonly reason: string
    readonly by?: string | undefined
  },
  clock: Clock = systemClock,
): Promise<{ readonly state: DeliveryState; readonly isNew: boolean }> {
  const invoiceId = await reachableInvoice(desk, wish, 'operate')
  const { state, reason, by } = wish
  const note = { state, reason, atMs: clock.nowMs(), actor: actingFor(desk, by) }
  return desk.operations.transaction(async (sql) => {
    const noted = await noteDelivery(sql, invoiceId, note)
    const after = { state, reason }
    if (noted.isNew) await noteInvoiceAct(desk, sql, invoiceId, { act: 'invoice.delivery', after })
    return noted
  })
}
