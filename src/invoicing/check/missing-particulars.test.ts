import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { Party } from '../../core/accounts/accounts.ts'
import { buildInvoice } from '../build/build-invoice.ts'
import { consumerFindings } from './check-consumers.ts'
import { missingParticulars } from './missing-particulars.ts'

const request = inventedRequest({ subscriptionsCount: 1, customerCountry: 'BE' })
const { account, partner, calendar, period, subscriptions } = request

function customer(change: Partial<Party>) {
  return { ...account, party: { ...account.party, ...change } }
}

/** What is missing, how the customer is taxed, and what the check says. */
function seen(change: Partial<Party>) {
  const own = customer(change)
  const { vat } = buildInvoice({ ...request, account: own })
  const scope = {
    partner,
    subscriptions,
    agreed: [],
    groups: [],
    billTos: [],
    calendar,
    period,
    account: own,
  }
  return [
    missingParticulars(partner, own).join(),
    vat.map((each) => `${each.taxCategory} ${each.percentHundredths}`).join(),
    consumerFindings([scope])
      .map(({ code }) => code)
      .join(),
  ]
}

test('a Belgian customer of a Dutch seller: a business owes the VAT itself, a person bears the Dutch one', () => {
  expect(seen({ vatId: 'BE0123456749', registrationNumber: '0123456749' })).toEqual([
    '',
    'reverse-charge 0',
    '',
  ])
  expect(seen({ vatId: '', registrationNumber: '0123456749' })[0]).toBe(
    `VAT id of account ${account.accountId}`,
  )
  expect(seen({ vatId: '', registrationNumber: '' })).toEqual([
    '',
    'standard 2100',
    'consumer_abroad',
  ])
})
