/** Names of countries, references of payments and columns of usage, as customers read them. */
import { expect, test } from 'vitest'
import { inventedEInvoices } from '../../../test/doubles/invented-e-invoices.ts'
import { LANGUAGES } from '../../core/accounts/accounts.ts'
import { micros } from '../../core/money/money.ts'
import type { UsageDetail } from '../../reports/usage-details.ts'
import type { InvoiceLine } from '../invoice-model.ts'
import { countryName } from './country-name.ts'
import { customerColumns } from './customer-columns.ts'
import { paymentReference, paymentText } from './payment-reference.ts'

const INVOICES = inventedEInvoices()
function named(name: string) {
  const invoice = INVOICES.get(name)
  if (invoice === undefined) throw new Error(`there is no invoice ${name}`)
  return invoice
}

test('a country has its name in the language of the reader, and what is none stays as it is', () => {
  expect(LANGUAGES.map((language) => countryName('NL', language))).toEqual(
    LANGUAGES.map((language) => new Intl.DisplayNames([language], { type: 'region' }).of('NL')),
  )
  expect(countryName('NL', 'en')).toBe('Netherlands')
  for (const none of ['nl', '', 'Holland', 'N1']) expect(countryName(none, 'en')).toBe(none)
})

test('a Belgian seller asks for the structured reference, another for number and account', () => {
  const dutch = { ...named('standard rate'), number: '2026-00000001' }
  const belgian = { ...named('BE to BE'), number: '2026-00000001' }
  expect([paymentReference(dutch), paymentText(dutch)]).toEqual(['', '2026-00000001 duinzicht'])
  expect(paymentReference(belgian)).toBe('260000000170')
  expect(paymentText(belgian)).toBe('+++260/0000/00170+++')
  const draft = { ...belgian, number: '' }
  expect([paymentReference(draft), paymentText(draft)]).toEqual(['', 'duinzicht'])
})

test('directions are said in each language', () => {
  const said = LANGUAGES.map((language) => {
    const column = customerColumns({ ...named('standard rate'), language })[5]
    const directions = ['none', 'out', 'in', 'forwarded'] as const
    return directions
      .map((direction) => JSON.stringify(column?.[1]({ direction } as UsageDetail)))
      .join(' ')
  })
  expect(said.toSorted()).toEqual([
    '"" "ausgehend" "eingehend" "weitergeleitet"',
    '"" "outgoing" "incoming" "forwarded"',
    '"" "sortant" "entrant" "renvoyé"',
    '"" "uitgaand" "inkomend" "doorgeschakeld"',
  ])
})

test('a call type is called what its lines of usage call it', () => {
  const invoice = named('standard rate')
  const [line] = invoice.lines
  if (line === undefined) throw new Error('it has lines')
  const call: InvoiceLine = { ...line, section: 'usage', subject: 'x', description: 'Calls' }
  const fee: InvoiceLine = { ...call, section: 'recurring', description: 'A plan' }
  const typeOf = (lines: readonly InvoiceLine[], callType: string) =>
    customerColumns({ ...invoice, lines })[4]?.[1]({
      callType,
      chargeMicros: micros(0),
    } as UsageDetail)
  expect(typeOf([call, fee], 'x')).toBe('Calls')
  expect(typeOf([fee], 'x')).toBe('x')
})

test('where prices have destinations, a column after the receiver says them in each language', () => {
  const [invoice, row] = [named('standard rate'), {} as UsageDetail]
  for (const language of LANGUAGES) {
    const of = { ...invoice, language }
    const [without, columns] = [customerColumns(of), customerColumns(of, (_row, to) => `in ${to}`)]
    expect(columns.toSpliced(8, 1).map(([title]) => title)).toEqual(without.map(([title]) => title))
    expect(columns[8]?.[1](row)).toBe(`in ${language}`)
  }
  const titles = LANGUAGES.map((language) => {
    return customerColumns({ ...invoice, language }, () => '')[8]?.[0]
  })
  expect(new Set(titles)).toEqual(new Set(['Bestemming', 'Destination', 'Ziel']))
})
