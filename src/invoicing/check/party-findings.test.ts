/** What the check says of the parties of an account, word for word. */
import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { Party } from '../../core/accounts/accounts.ts'
import { buildInvoice } from '../build/build-invoice.ts'
import type { Finding } from '../run/billing.ts'
import type { AccountScope } from '../run/billing-scope.ts'
import { consumerFindings } from './check-consumers.ts'
import { numberFindings } from './check-numbers.ts'
import { eInvoiceFindings, partyFindings } from './e-invoice-findings.ts'
import { missingParticulars } from './missing-particulars.ts'

const request = inventedRequest({ subscriptionsCount: 1 })
const { account, partner } = request
const PERSON = { vatId: '', registrationNumber: '' }

function scope(customer: Partial<Party> = {}, accountId = 'duinzicht'): AccountScope {
  const party = { ...account.party, ...customer }
  return { account: { ...account, accountId, party }, partner } as unknown as AccountScope
}

function finding(parts: Pick<Finding, 'code' | 'severity' | 'text'> & Partial<Finding>): Finding {
  return { subject: 'duinzicht', count: 1, estimateMicros: undefined, show: '', ...parts }
}

test('of parties that are right nothing is said', () => {
  const right = scope()
  expect(consumerFindings([right])).toEqual([])
  expect(numberFindings([right])).toEqual([])
  expect(partyFindings(right)).toEqual([])
  expect(eInvoiceFindings(buildInvoice(request))).toEqual([])
})

test('a person abroad is told of; one at home and a business abroad are not', () => {
  const address = { ...account.party.address, country: 'BE' }
  expect(consumerFindings([scope({ ...PERSON, address })])).toEqual([
    finding({
      code: 'consumer_abroad',
      severity: 'info',
      text: 'a person in BE is charged with the VAT of NL: right while sales to consumers in other member states stay below 10,000 euros a year',
    }),
  ])
  expect(consumerFindings([scope(PERSON), scope({ address })])).toEqual([])
})

test('numbers with a wrong check digit are told of, those of a seller once', () => {
  const seller = { ...partner, iban: 'NL02ABNA0123456780' }
  const scopes = [scope({ vatId: 'NL009876547B01' }), scope({ registrationNumber: '9' }, 'zeegras')]
  const wrong = { code: 'party_number_wrong', severity: 'warning' } as const
  const show = 'tik accounts import FILE --dry-run'
  expect(numberFindings(scopes.map((each) => ({ ...each, partner: seller })))).toEqual([
    finding({
      ...wrong,
      subject: 'noorderlicht',
      text: 'IBAN "NL02ABNA0123456780" has a wrong check digit',
      show,
    }),
    finding({ ...wrong, text: 'VAT id "NL009876547B01" has a wrong check digit', show }),
    finding({
      ...wrong,
      subject: 'zeegras',
      text: 'registration number "9" is no KVK number of 8 digits, nor an OIN of 20',
      show,
    }),
  ])
})

test('who gets no e-invoice is told with the reason: a person for what it is worth', () => {
  const code = 'e_invoice_incomplete'
  const postless = { address: { ...account.party.address, country: '' } }
  const told = (customer: Partial<Party>) => {
    const { account: own } = scope(customer)
    return eInvoiceFindings(buildInvoice({ ...request, account: own }))
  }
  expect(partyFindings(scope(PERSON))).toEqual(told(PERSON))
  expect(told(PERSON)).toEqual([
    finding({ code, severity: 'info', text: expect.stringMatching(/^no e-invoice: /) as string }),
  ])
  const business = { vatId: 'NL1' }
  expect(told(business)).toMatchObject([{ code, severity: 'warning' }])
  // Such an account is not billed at all, which another finding tells.
  expect(partyFindings(scope({ ...PERSON, ...postless }))).toEqual([])
})

test('each particular that is missing is named with whose it is', () => {
  const address = { ...account.party.address, street: '', city: ' ' }
  const { account: own } = scope({ legalName: '', address })
  expect(missingParticulars(partner, own)).toEqual([
    'name of account duinzicht',
    'street of account duinzicht',
    'city of account duinzicht',
  ])
})
