/** That an account gets no e-invoice, and why: the paper invoice goes out all the same. */
import type { Finding } from '../run/billing.ts'
import type { AccountScope } from '../run/billing-scope.ts'
import { eInvoiceGaps, isPerson, partyGaps } from '../documents/e-invoice/e-invoice-gaps.ts'
import type { Invoice } from '../invoice-model.ts'
import { missingParticulars } from './missing-particulars.ts'

/** Of an invoice that is made. */
export function eInvoiceFindings(invoice: Invoice): Finding[] {
  return findings(invoice.customer, eInvoiceGaps(invoice))
}

/** Of an account before it is billed; what keeps it from being billed at all is told by another finding. */
export function partyFindings({ account, partner }: AccountScope): Finding[] {
  if (missingParticulars(partner, account).length > 0) return []
  const { partnerId, party, iban } = partner
  return findings(account, partyGaps({ seller: { partnerId, party, iban }, customer: account }))
}

/** A person needs none, so that is no more than worth knowing. */
function findings({ accountId, party }: Invoice['customer'], gaps: readonly string[]): Finding[] {
  if (gaps.length === 0) return []
  return [
    {
      code: 'e_invoice_incomplete',
      severity: isPerson(party) ? 'info' : 'warning',
      subject: accountId,
      text: `no e-invoice: ${gaps.join(', ')}`,
      count: 1,
      estimateMicros: undefined,
      show: '',
    },
  ]
}
