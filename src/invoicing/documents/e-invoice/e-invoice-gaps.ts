/**
 * Why an e-invoice cannot be written: what Peppol asks for and the accounts document does not say, and
 * for whom. A paper invoice may do without these.
 */
import type { Party } from '../../../core/accounts/accounts.ts'
import { nameOfCustomer, type Invoice } from '../../invoice-model.ts'
import { cleanText } from './clean-text.ts'
import { endpointOf, legalIdOf, vatIdOf } from './party-identifiers.ts'

export interface InvoiceParties {
  readonly seller: Pick<Invoice['seller'], 'partnerId' | 'party' | 'iban'>
  readonly customer: Invoice['customer']
}

/** Empty when it can be written. */
export function eInvoiceGaps(invoice: Invoice): string[] {
  const { customer, vat, lines } = invoice
  const categories = new Set(vat.map(({ taxCategory }) => taxCategory))
  const whose = nameOfCustomer(customer)
  const gaps = partyGaps(invoice)
  if (categories.has('reverse-charge') && customer.party.vatId.trim() === '') {
    gaps.push(`VAT id of ${whose}: VAT is reversed`)
  }
  if (categories.has('outside-scope') && categories.size > 1) {
    gaps.push(`outside-scope stands beside other categories of VAT for ${whose}`)
  }
  if (isDutchWithoutOriginal(invoice)) {
    gaps.push(`an invoice of ${whose} that the credit note takes back from`)
  }
  if (lines.every(({ section }) => section === 'discount')) gaps.push(`a line for ${whose}`)
  return gaps
}

/** The Dutch rule NL-R-001: a credit note names the invoice that it corrects. */
function isDutchWithoutOriginal(invoice: Invoice): boolean {
  const { country } = invoice.seller.party.address
  return invoice.kind === 'credit-note' && country === 'NL' && invoice.corrects.length === 0
}

/** Of the parties alone: what can be said before there is an invoice. */
export function partyGaps({ seller, customer }: InvoiceParties): string[] {
  const partner = `partner ${seller.partnerId}`
  const account = nameOfCustomer(customer)
  return [
    ...addressGaps(partner, seller.party),
    ...(legalIdOf(seller.party) === undefined
      ? [`register number (${numbersOf(seller.party)}) of ${partner}`]
      : []),
    ...(vatIdOf(seller.party) === '' ? [`VAT id of ${partner}`] : []),
    ...(endpointOf(seller.party) === undefined ? [`electronic address of ${partner}`] : []),
    ...(seller.iban.trim() === '' ? [`IBAN of ${partner}`] : []),
    ...addressGaps(account, customer.party),
    ...(endpointOf(customer.party, customer.electronicAddress) === undefined
      ? [`electronic address of ${account}: ${numbersOf(customer.party)} or VAT id`]
      : []),
    ...(customer.party.vatId.trim() !== '' && vatIdOf(customer.party) === ''
      ? [`VAT id of ${account}: ${cleanText(customer.party.vatId)} cannot be right`]
      : []),
  ]
}

/** Who has neither number is no business as far as the accounts document says: no e-invoice is due. */
export function isPerson({ vatId, registrationNumber }: Party): boolean {
  return vatId.trim() === '' && registrationNumber.trim() === ''
}

/** What the register of its country calls them. */
function numbersOf({ address }: Party): string {
  return address.country === 'BE' ? 'KBO number' : 'KVK number, OIN'
}

function addressGaps(whose: string, { legalName, address }: Party): string[] {
  const { street, postcode, city, country } = address
  return Object.entries({ name: legalName, street, postcode, city, country })
    .filter(([, value]) => cleanText(value) === '')
    .map(([name]) => `${name} of ${whose}`)
}
