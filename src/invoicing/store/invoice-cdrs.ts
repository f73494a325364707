/** `tik bill cdrs NUMBER`: exactly the rows that one invoice bills, from the ledger. */
import { TikError } from '../../core/failures/errors.ts'
import type { ShownRow } from '../../reports/usage-details.ts'
import type { BillingParts } from '../run/billing.ts'
import { cutOffPublisher } from '../ledger/cut-off-publisher.ts'
import { timeZoneOf } from '../documents/cdr-file.ts'
import { billedRows, isBilledOn } from '../ledger/bill-to-usage.ts'
import { isCorrection } from '../invoice-model.ts'
import { findInvoiceId } from './list-invoices.ts'
import { storedInvoice } from './stored-invoice.ts'

/** In order of start and place in the log, in chunks. Throws `not_found`. */
export async function* invoiceCdrs(
  parts: Pick<BillingParts, 'operations' | 'ledger' | 'directory'>,
  number: string,
  partnerId?: string,
  /** Of the accounts that are on it: those whose usage is wanted; all where nothing is said. */
  isWanted: (accountId: string) => boolean = () => true,
): AsyncGenerator<ShownRow[]> {
  const invoiceId = await findInvoiceId(parts.operations, number, partnerId)
  const { span, subSpans, invoice } = await storedInvoice(parts.operations, invoiceId)
  if (isCorrection(invoice)) {
    throw new TikError('usage_error', `${number} is a credit note: it bills no usage`, {
      hint: 'ask for the invoice that it takes back from; tik bill list shows it',
    })
  }
  await cutOffPublisher(parts)(span)
  yield* billedRows(parts.ledger.cdrs(span), isBilledOn(invoice, parts.directory))
  for (const subSpan of subSpans.filter(({ accountId }) => isWanted(accountId))) {
    await cutOffPublisher(parts)(subSpan)
    yield* parts.ledger.cdrs(subSpan)
  }
}

/** Local times of an invoice's usage are those of its period. Throws `not_found`. */
export async function invoiceTimeZone(
  parts: Pick<BillingParts, 'operations' | 'directory'>,
  number: string,
  partnerId?: string,
): Promise<string> {
  const invoiceId = await findInvoiceId(parts.operations, number, partnerId)
  const { span } = await storedInvoice(parts.operations, invoiceId)
  return timeZoneOf(span, parts.directory)
}
