/** Invoices that were made, and the usage that each bills. */
import { TikError } from '../../core/failures/errors.ts'
import { listInvoices } from '../../invoicing/store/list-invoices.ts'
import type { InvoiceFilter, InvoiceSummary } from '../../invoicing/run/billing.ts'
import { writeLedgerRows } from '../../reports/write-ledger-rows.ts'
import { PLAIN_CSV } from '../../reports/usage-csv.ts'
import { systemClock } from '../../core/time/clock.ts'
import { isWithinReach, requireRight, type Caller } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { directoryOf } from '../known-directory.ts'
import { isReached } from './sub-account-details.ts'
import type { NamedInvoice } from './reachable-invoice.ts'

/** Newest first. */
export async function invoicesOf(desk: Desk, filter: InvoiceFilter): Promise<InvoiceSummary[]> {
  requireRight(desk.caller, 'see-invoices')
  const archive = {
    operations: desk.operations,
    directory: await directoryOf(desk),
    clock: systemClock,
    documentsFolder: desk.folder.subfolder('invoices'),
  }
  const invoices = await listInvoices(archive, within(desk.caller, filter))
  return invoices.filter((invoice) => isWithinReach(desk.caller, invoice))
}

/** What the list is bounded by is already the caller's own; what is asked for beyond it is nobody's. */
function within({ reach }: Caller, filter: InvoiceFilter): InvoiceFilter {
  if (reach.kind === 'partner') return { partnerId: reach.partnerId, ...filter }
  const [only, ...others] = reach.kind === 'accounts' ? reach.accountIds : []
  return only === undefined || others.length > 0 ? filter : { accountId: only, ...filter }
}

/** Throws `not_found`, also for one of somebody else; `usage_error` where several sellers have the number. */
export async function invoiceOf(
  desk: Desk,
  { number, partnerId }: NamedInvoice,
): Promise<InvoiceSummary> {
  const of = partnerId === undefined ? {} : { partnerId }
  const [invoice, second] = await invoicesOf(desk, { number, ...of })
  if (invoice === undefined) throw new TikError('not_found', `there is no invoice ${number}`)
  if (second === undefined) return invoice
  throw new TikError('usage_error', `several sellers have an invoice ${number}`, {
    hint: `name the partner: ${invoice.partnerId}, ${second.partnerId} …`,
  })
}

/** Exactly the usage that an invoice bills, of the accounts that the caller reaches, as CSV in pieces. Throws what `invoiceOf` throws. */
export async function* usageOfInvoice(desk: Desk, named: NamedInvoice): AsyncGenerator<string> {
  const { number, partnerId } = await invoiceOf(desk, named)
  // Listing invoices, which is what most ask here, needs neither.
  const { openBillingParts } = await import('../billing-parts.ts')
  const { invoiceCdrs, invoiceTimeZone } = await import('../../invoicing/store/invoice-cdrs.ts')
  const parts = await openBillingParts(desk)
  const timeZone = await invoiceTimeZone(parts, number, partnerId)
  const rows = invoiceCdrs(parts, number, partnerId, isReached(desk, parts.directory))
  yield* writeLedgerRows(rows, { csv: PLAIN_CSV }, timeZone)
}
