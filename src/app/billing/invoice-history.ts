/** The states that an invoice had: when, by whom, through which door. */
import { stateHistory, type StateNote } from '../../invoicing/receivables/state-history.ts'
import type { Desk } from '../desk.ts'
import { reachableInvoice, type NamedInvoice } from './reachable-invoice.ts'

/** Oldest first. Throws `not_found`. */
export async function historyOfInvoice(desk: Desk, named: NamedInvoice): Promise<StateNote[]> {
  const invoiceId = await reachableInvoice(desk, named, 'see-invoices')
  return stateHistory(desk.operations, invoiceId)
}
