/** What the mail of an invoice says that replaces another. */
import { expect, test } from 'vitest'
import { exampleUser } from '../../../test/doubles/example-alerts.ts'
import { inventedCreditNotes } from '../../../test/doubles/invented-credit-notes.ts'
import { inventedEInvoices } from '../../../test/doubles/invented-e-invoices.ts'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { invoiceLetter } from './invoice-mails.ts'

test('why a period is in favour of the customer is told in the language of the reader', () => {
  const { account } = inventedRequest({ subscriptionsCount: 1 })
  const [, note] = [...inventedCreditNotes()].find(([name]) => name.startsWith('negative')) ?? []
  if (note === undefined) throw new Error('there is such a credit note')
  expect(note.reason).toBe('Over deze periode krijgt u meer terug dan er te betalen is.')
  const letter = invoiceLetter({ user: exampleUser('en'), account }, note)
  expect(letter.intro).toContain('Reason: For this period you get back more than there is to pay.')
})

test.each([
  ['nl', 'Deze factuur vervangt factuur 2026-00000001 van 2 november 2026, die geheel is'],
  ['fr', 'Cette facture remplace la facture 2026-00000001 du 2 novembre 2026, qui a été'],
  ['de', 'Diese Rechnung ersetzt die Rechnung 2026-00000001 vom 2. November 2026, die ganz'],
  ['en', 'This invoice replaces invoice 2026-00000001 of 2 November 2026, which has been'],
] as const)('an invoice that was made anew begins with which it replaces: %s', (language, text) => {
  const { account } = inventedRequest({ subscriptionsCount: 1 })
  const reader = { user: exampleUser(language), account }
  const all = inventedEInvoices()
  const [anew, plain] = [all.get('made anew'), all.get('standard rate')]
  if (anew === undefined || plain === undefined) throw new Error('there are such invoices')
  expect(invoiceLetter(reader, anew).intro.startsWith(text)).toBe(true)
  expect(invoiceLetter(reader, plain).intro).not.toContain(text.slice(0, 20))
})
