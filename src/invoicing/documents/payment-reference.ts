/** What a transfer is to say, so that whoever books it finds the invoice. */
import { structuredReference, writtenReference } from '../../core/text/structured-reference.ts'
import type { Invoice } from '../invoice-model.ts'

/** Twelve digits with their check, of a Belgian seller; '' else, and for a draft. */
export function paymentReference({ number, seller }: Pick<Invoice, 'number' | 'seller'>): string {
  return seller.party.address.country === 'BE' ? structuredReference(number) : ''
}

/** As people write it: the structured reference where there is one, else number and account. */
export function paymentText(invoice: Pick<Invoice, 'number' | 'seller' | 'customer'>): string {
  const reference = paymentReference(invoice)
  if (reference !== '') return writtenReference(reference)
  return `${invoice.number} ${invoice.customer.accountId}`.trim()
}
