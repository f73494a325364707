import { expect, test } from 'vitest'
import { inventedCreditNotes } from '../../test/doubles/invented-credit-notes.ts'
import { inventedEInvoices } from '../../test/doubles/invented-e-invoices.ts'
import { micros } from '../core/money/money.ts'
import { isCorrection, nameOfCustomer, nameOfSubAccount, subjectOf } from './invoice-model.ts'
import { owedMicros } from './owed-micros.ts'

const [invoice] = inventedEInvoices().values()
if (invoice === undefined) throw new Error('it is invented')
const own = { ...invoice.customer, accountId: 'duinzicht' }
const site = { ...own, billToId: 'haven' }

test('a customer is named by its account, or by its bill-to of it', () => {
  expect([own, site].map(subjectOf)).toEqual(['duinzicht', 'duinzicht haven'])
  expect([own, site].map(nameOfCustomer)).toEqual([
    'account duinzicht',
    'bill-to haven of duinzicht',
  ])
})

test('a sub-account is named as it was then, one that is not on the invoice by its id, the account itself not', () => {
  const subAccounts = ['wijkzorg', 'thuiszorg'].map((accountId) => ({
    accountId,
    name: `Stichting ${accountId}`,
    bundles: [],
    specification: [],
    accountWideMicros: micros(0),
  }))
  expect(nameOfSubAccount({ subAccounts }, 'thuiszorg')).toBe('Stichting thuiszorg')
  expect(nameOfSubAccount({ subAccounts }, 'other')).toBe('other')
  expect(nameOfSubAccount({ subAccounts }, undefined)).toBe('')
  expect(nameOfSubAccount({}, 'wijkzorg')).toBe('wijkzorg')
})

test('a correction is a credit note of an invoice: not an invoice, not a credit note of a period', () => {
  const notes = [...inventedCreditNotes().values()]
  const ofInvoice = notes.find(({ credits }) => credits === 'invoice')
  const ofPeriod = notes.find(({ credits }) => credits === 'period')
  if (ofInvoice === undefined || ofPeriod === undefined) throw new Error('both are invented')
  expect([invoice, ofPeriod, ofInvoice].map(isCorrection)).toEqual([false, false, true])
  expect([invoice, ofPeriod].map((each) => owedMicros(each, micros(5)))).toEqual([5, -5])
})
