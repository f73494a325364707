/** Invoices that were made, and the usage that each bills. */
import { TikError } from '../../core/errors.ts'
import { invoiceCdrs, invoiceTimeZone } from '../../invoicing/store/invoice-cdrs.ts'
import { listInvoices } from '../../invoicing/store/list-invoices.ts'
import type { InvoiceFilter, InvoiceSummary } from '../../invoicing/run/billing.ts'
import { writeLedgerRows } from '../../reports/export-usage.ts'
import { PLAIN_CSV } from '../../reports/usage-csv.ts'
import { openBillingParts } from '../billing-parts.ts'
import { isWithinReach, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'

/** Newest first. */
export async function invoicesOf(desk: Desk, filter: InvoiceFilter): Promise<InvoiceSummary[]> {
  requireRight(desk.caller, 'see-invoices')
  const invoices = await listInvoices(await openBillingParts(desk), filter)
  return invoices.filter((invoice) => isWithinReach(desk.caller, invoice))
}

/** Exactly the usage that an invoice bills, as CSV in pieces. Throws `not_found`. */
export async function* usageOfInvoice(desk: Desk, number: string): AsyncGenerator<string> {
  const [invoice] = await invoicesOf(desk, { number })
  if (invoice === undefined) throw new TikError('not_found', `there is no invoice ${number}`)
  const parts = await openBillingParts(desk)
  const timeZone = await invoiceTimeZone(parts, number)
  yield* writeLedgerRows(invoiceCdrs(parts, number), { kind: 'csv', csv: PLAIN_CSV }, timeZone)
}
