/** What partner and account want of the documents, as the invoice keeps it: only what is not as usual. */
import type { Account, Partner } from '../../core/accounts/accounts.ts'
import type { Invoice, InvoicePaper } from '../invoice-model.ts'

export function invoicePaper(
  partner: Pick<Partner, 'paper'>,
  account: Pick<Account, 'paper' | 'language'>,
): Pick<Invoice, 'paper'> {
  const { color, logo, notes, court } = partner.paper ?? {}
  const note = notes?.[account.language]
  const zeroLines = account.paper?.zeroLines ?? partner.paper?.zeroLines
  const paper: InvoicePaper = {
    ...(color === undefined ? {} : { color }),
    ...(logo === undefined ? {} : { logo }),
    ...(note === undefined ? {} : { note }),
    ...(court === undefined ? {} : { court }),
    ...(zeroLines === 'shown' ? { zeroLines } : {}),
    ...(account.paper?.cdrForm === 'excel' ? { cdrForm: 'excel' } : {}),
    ...(account.paper?.embedPdf === true ? { embedPdf: true } : {}),
  }
  return Object.keys(paper).length === 0 ? {} : { paper }
}
