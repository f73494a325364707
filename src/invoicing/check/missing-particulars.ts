/** What an invoice must say of both parties (article 226 of the VAT directive; Dutch and Belgian law). */
import type { Account, Partner, Party } from '../../core/accounts/accounts.ts'
import type { BillTo } from '../../core/accounts/bill-to.ts'
import { asBilled } from '../build/recipients.ts'
import { isPerson } from '../documents/e-invoice/e-invoice-gaps.ts'

/** Names of what is missing; empty when the parties can be invoiced. */
export function missingParticulars(
  partner: Partner,
  account: Account,
  billTos: readonly BillTo[] = [],
): string[] {
  return [
    ...missingOf(`partner ${partner.partnerId}`, partner.party),
    ...(partner.party.vatId === '' ? [`VAT id of partner ${partner.partnerId}`] : []),
    ...(partner.party.registrationNumber === ''
      ? [`registration number of partner ${partner.partnerId}`]
      : []),
    ...(partner.iban === '' ? [`IBAN of partner ${partner.partnerId}`] : []),
    ...missingOfCustomer(`account ${account.accountId}`, account.party, partner),
    ...billTos.flatMap((billTo) => {
      const whose = `bill-to ${billTo.billToId}`
      return missingOfCustomer(whose, asBilled(account, billTo).party, partner)
    }),
  ]
}

function missingOfCustomer(whose: string, party: Party, partner: Partner): string[] {
  const isAbroad = partner.party.address.country !== party.address.country
  const isReversed = isAbroad && !isPerson(party) // A person bears the seller's VAT.
  return [
    ...missingOf(whose, party),
    ...(isReversed && party.vatId === '' ? [`VAT id of ${whose}`] : []),
  ]
}

function missingOf(whose: string, party: Party): string[] {
  const { street, postcode, city, country } = party.address
  const particulars = { name: party.legalName, street, postcode, city, country }
  return Object.entries(particulars)
    .filter(([, value]) => value.trim() === '')
    .map(([name]) => `${name} of ${whose}`)
}
