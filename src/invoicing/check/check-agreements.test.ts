import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { Allowance, Catalogue } from '../../catalogue/catalogue.ts'
import type { Discount, Party } from '../../core/accounts/accounts.ts'
import { micros } from '../../core/money/money.ts'
import type { AccountScope } from '../run/billing-scope.ts'
import { agreementFindings } from './check-agreements.ts'
import { consumerFindings } from './check-consumers.ts'
import { numberFindings } from './check-numbers.ts'
import { partyFindings } from './e-invoice-findings.ts'
import { missingParticulars } from './missing-particulars.ts'

const { account, partner, calendar, period, subscriptions, catalogue } = inventedRequest({
  subscriptionsCount: 1,
})
const SCOPE: AccountScope = {
  account,
  partner,
  subscriptions,
  agreed: subscriptions,
  groups: [],
  billTos: [],
  calendar,
  period,
}
const PLAIN = { severity: 'warning', subject: 'duinzicht', count: 1, estimateMicros: undefined }

function inCountry(country: string, ...rates: (readonly [fromMs: number, toMs: number])[]) {
  const address = { ...partner.party.address, country }
  const scope = { ...SCOPE, partner: { ...partner, party: { ...partner.party, address } } }
  const vatRates: Catalogue['vatRates'] = rates.map(([fromMs, toMs]) => ({
    country,
    category: 'standard',
    percentHundredths: 2100,
    fromMs,
    toMs,
  }))
  return agreementFindings([scope], { ...catalogue, vatRates }).map(({ text }) => text)
}

const none = (day: string) => [`XX has no standard VAT rate on ${day}`]

test('a country without a rate on the first or the last day of the period is told', () => {
  expect(agreementFindings([SCOPE], catalogue)).toEqual([])
  expect(inCountry('XX')).toEqual(none('2026-10-01'))
  expect(inCountry('XX', [period.startMs + 1, Infinity])).toEqual(none('2026-10-01'))
  expect(inCountry('XX', [period.startMs, period.endMs - 1])).toEqual(none('2026-10-31'))
  expect(inCountry('XX', [period.startMs, period.endMs])).toEqual([])
})

test('a rate that something is sold at must be there too', () => {
  const taxes = [{ taxCategory: 'reduced' as const, fromMs: -Infinity, toMs: Infinity }]
  const plans = new Map([...catalogue.plans].map(([id, plan]) => [id, { ...plan, taxes }]))
  const vatRates: Catalogue['vatRates'] = [
    { country: 'XX', category: 'standard', percentHundredths: 1, fromMs: 0, toMs: Infinity },
  ]
  const address = { ...partner.party.address, country: 'XX' }
  const scope = { ...SCOPE, partner: { ...partner, party: { ...partner.party, address } } }
  expect(agreementFindings([scope], { ...catalogue, plans, vatRates })).toEqual([
    {
      ...PLAIN,
      code: 'vat_rate_missing',
      severity: 'error',
      text: 'XX has no reduced VAT rate on 2026-10-01',
      show: 'tik catalogue check',
    },
  ])
})

const toldOfDiscount = (changes: Partial<Discount>) => {
  const discount: Discount = {
    on: 'call-type',
    callType: 'telex',
    percentHundredths: 500,
    amountMicros: micros(0),
    description: 'Old',
    fromMs: 0,
    toMs: Infinity,
    ...changes,
  }
  return agreementFindings(
    [{ ...SCOPE, account: { ...account, discounts: [discount] } }],
    catalogue,
  )
}

test('a discount on a call type that is not there does nothing, which is told while it holds', () => {
  expect(toldOfDiscount({})).toEqual([
    {
      ...PLAIN,
      code: 'discount_without_effect',
      text: '"Old" is on telex, a call type that the catalogue does not have',
      show: 'tik catalogue check',
    },
  ])
  expect(toldOfDiscount({ callType: 'national-mobile' })).toEqual([])
  expect(toldOfDiscount({ on: 'usage' })).toEqual([])
  expect(toldOfDiscount({ toMs: period.startMs })).toEqual([])
  expect(toldOfDiscount({ fromMs: period.endMs })).toEqual([])
})

const toldOfAllowance = (allowance: Partial<Allowance> | undefined) => {
  const group = { groupId: 'g', accountId: 'duinzicht', name: 'G', allowanceIds: ['pool'] }
  const allowances = new Map(
    allowance === undefined ? [] : [['pool', allowance as Allowance] as const],
  )
  return agreementFindings([{ ...SCOPE, groups: [group] }], { ...catalogue, allowances })
}

test('an allowance of a group of which nothing can be used is told with the reason', () => {
  const without = 'its members are charged as without it'
  expect(toldOfAllowance(undefined)).toEqual([
    {
      ...PLAIN,
      code: 'allowance_without_effect',
      text: `"pool" of group g is not in the catalogue; ${without}`,
      show: 'tik catalogue check',
    },
  ])
  expect(toldOfAllowance({ period: 'lifetime' })).toMatchObject([
    { text: `"pool" of group g lasts for a lifetime: it never begins; ${without}` },
  ])
  expect(toldOfAllowance({ period: 'day' })).toEqual([])
})

function customer(changes: Partial<Party>, country = 'NL'): AccountScope {
  const address = { ...account.party.address, country }
  return { ...SCOPE, account: { ...account, party: { ...account.party, address, ...changes } } }
}

test('a person abroad is told, a business abroad and a person at home are not', () => {
  const person = { vatId: '', registrationNumber: '' }
  expect(consumerFindings([customer(person, 'BE')])).toEqual([
    {
      ...PLAIN,
      code: 'consumer_abroad',
      severity: 'info',
      text:
        'a person in BE is charged with the VAT of NL: right while sales to consumers in other ' +
        'member states stay below 10,000 euros a year',
      show: '',
    },
  ])
  expect(consumerFindings([customer(person), customer({}, 'BE')])).toEqual([])
})

test('a number that cannot be right is told of an account, and of a partner once', () => {
  const wrong = customer({ vatId: 'NL123' })
  const iban = { ...partner, iban: 'NL00ABNA0417164300' }
  const right = customer({ vatId: '', registrationNumber: '' })
  const found = numberFindings([
    { ...wrong, partner: { ...iban, party: right.account.party } },
    { ...right, partner: { ...iban, party: right.account.party } },
  ])
  expect(
    found.map(({ subject, text }) => [subject, text.split(' ').slice(0, 2).join(' ')]),
  ).toEqual([
    ['noorderlicht', expect.stringContaining('IBAN')],
    ['duinzicht', 'VAT id'],
  ])
  expect(found[0]).toEqual({
    ...PLAIN,
    code: 'party_number_wrong',
    subject: 'noorderlicht',
    text: found[0]?.text,
    show: 'tik accounts import FILE --dry-run',
  })
})

test('that no e-invoice goes out is a warning for a business, worth knowing for a person', () => {
  expect(partyFindings(customer({ vatId: 'NL12', registrationNumber: '' }))).toMatchObject([
    { code: 'e_invoice_incomplete', severity: 'warning', subject: 'duinzicht' },
  ])
  expect(partyFindings(customer({ vatId: '', registrationNumber: '' }))).toMatchObject([
    { code: 'e_invoice_incomplete', severity: 'info' },
  ])
  expect(partyFindings(SCOPE)).toEqual([])
  // What keeps it from being billed is told by itself.
  expect(partyFindings(customer({ legalName: '', vatId: 'NL12', registrationNumber: '' }))).toEqual(
    [],
  )
})

test('what the law asks of the seller and of the customer is named where it is missing', () => {
  expect(missingParticulars(partner, account)).toEqual([])
  const address = { street: '', postcode: ' ', city: 'x', country: 'NL' }
  const bare = {
    ...partner,
    iban: '',
    party: { legalName: '', address, vatId: '', registrationNumber: '' },
  }
  expect(missingParticulars(bare, account)).toEqual([
    'name of partner noorderlicht',
    'street of partner noorderlicht',
    'postcode of partner noorderlicht',
    'VAT id of partner noorderlicht',
    'registration number of partner noorderlicht',
    'IBAN of partner noorderlicht',
  ])
  const site = { billToId: 'haven', accountId: 'duinzicht', address, readerIds: [] }
  expect(missingParticulars(partner, account, [site])).toEqual([
    'street of bill-to haven',
    'postcode of bill-to haven',
  ])
  const abroad = { ...address, street: 'a', postcode: 'b', country: 'BE' }
  const noVat = { ...site, address: abroad, vatId: '' }
  expect(missingParticulars(partner, account, [noVat])).toEqual(['VAT id of bill-to haven'])
})
