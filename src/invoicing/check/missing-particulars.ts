/** What an invoice must say of both parties (article 226 of the VAT directive; Dutch and Belgian law). */
import type { Account, Partner, Party } from '../../core/accounts/accounts.ts'
import { isPerson } from '../documents/e-invoice/e-invoice-gaps.ts'

/** Names of what is missing; empty when the parties can be invoiced. */
export function missingParticulars(partner: Partner, account: Account): string[] {
  const isAbroad = partner.party.address.country !== account.party.address.country
  const isReversed = isAbroad && !isPerson(account.party) // A person bears the seller's VAT.
  return [
    ...missingOf(`partner ${partner.partnerId}`, partner.party),
    ...(partner.party.vatId === '' ? [`VAT id of partner ${partner.partnerId}`] : []),
    ...(partner.party.registrationNumber === ''
      ? [`registration number of partner ${partner.partnerId}`]
      : []),
    ...(partner.iban === '' ? [`IBAN of partner ${partner.partnerId}`] : []),
    ...missingOf(`account ${account.accountId}`, account.party),
    ...(isReversed && account.party.vatId === '' ? [`VAT id of account ${account.accountId}`] : []),
  ]
}

function missingOf(whose: string, party: Party): string[] {
  const { street, postcode, city, country } = party.address
  const particulars = { name: party.legalName, street, postcode, city, country }
  return Object.entries(particulars)
    .filter(([, value]) => value.trim() === '')
    .map(([name]) => `${name} of ${whose}`)
}
