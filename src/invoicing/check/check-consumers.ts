/**
 * Consumers in another member state than the seller. Up to 10,000 euros a year over all of them they bear the
 * VAT of the seller's country (article 59c of the VAT directive), beyond that of their own by the one stop
 * shop, which tik does not do (decision 0433): a person has to know.
 */
import type { Finding } from '../run/billing.ts'
import type { AccountScope } from '../run/billing-scope.ts'
import { isPerson } from '../documents/e-invoice/e-invoice-gaps.ts'

export function consumerFindings(scopes: readonly AccountScope[]): Finding[] {
  return scopes.flatMap(({ account: { accountId, party }, partner }): Finding[] => {
    const { country } = partner.party.address
    if (!isPerson(party) || party.address.country === country) return []
    const text =
      `a person in ${party.address.country} is charged with the VAT of ${country}: right while sales to ` +
      'consumers in other member states stay below 10,000 euros a year'
    return [
      {
        code: 'consumer_abroad',
        severity: 'info',
        subject: accountId,
        text,
        count: 1,
        estimateMicros: undefined,
        show: '',
      },
    ]
  })
}
