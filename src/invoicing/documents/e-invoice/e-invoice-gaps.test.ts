import { expect, test } from 'vitest'
import { inventedRequest } from '../../../../test/doubles/invented-request.ts'
import { buildInvoice } from '../../build/build-invoice.ts'
import type { Invoice } from '../../invoice-model.ts'
import { eInvoiceGaps, isPerson } from './e-invoice-gaps.ts'
import { toElectronicInvoice } from './to-electronic-invoice.ts'

const invoice = buildInvoice(inventedRequest({ subscriptionsCount: 2 }))
const { seller, customer } = invoice

function bought(changes: Partial<Invoice['customer']['party']>): Invoice {
  return { ...invoice, customer: { ...customer, party: { ...customer.party, ...changes } } }
}

function sold(changes: Partial<Invoice['seller']['party']>): Invoice {
  return { ...invoice, seller: { ...seller, party: { ...seller.party, ...changes } } }
}

test.each([
  ['nothing is missing', invoice, []],
  [
    'a customer that Peppol cannot find',
    bought({ registrationNumber: '', vatId: '' }),
    ['electronic address of account duinzicht: KVK number, OIN or VAT id'],
  ],
  [
    'a VAT id that cannot be right',
    bought({ vatId: 'NL12' }),
    ['VAT id of account duinzicht: NL12 cannot be right'],
  ],
  [
    'a name of control characters',
    bought({ legalName: '\u0007 \n' }),
    ['name of account duinzicht'],
  ],
  [
    'a seller without numbers',
    sold({ registrationNumber: '', vatId: '' }),
    [
      'register number (KVK number, OIN) of partner noorderlicht',
      'VAT id of partner noorderlicht',
      'electronic address of partner noorderlicht',
    ],
  ],
  [
    'a seller without IBAN',
    { ...invoice, seller: { ...seller, iban: ' ' } },
    ['IBAN of partner noorderlicht'],
  ],
  [
    'reversed VAT without the VAT id of the customer',
    {
      ...bought({ vatId: '' }),
      vat: invoice.vat.map((each) => ({ ...each, taxCategory: 'reverse-charge' as const })),
    },
    ['VAT id of account duinzicht: VAT is reversed'],
  ],
  [
    'outside scope beside another category',
    {
      ...invoice,
      vat: [
        ...invoice.vat,
        ...invoice.vat.map((each) => ({ ...each, taxCategory: 'outside-scope' as const })),
      ],
    },
    ['outside-scope stands beside other categories of VAT for account duinzicht'],
  ],
  ['no line at all', { ...invoice, lines: [] }, ['a line for account duinzicht']],
] satisfies [string, Invoice, string[]][])('%s', (_, of, gaps) => {
  expect(eInvoiceGaps(of)).toEqual(gaps)
})

test('what lacks something is never written', () => {
  expect(() => toElectronicInvoice(bought({ registrationNumber: '', vatId: '' }))).toThrow(
    'cannot be an e-invoice',
  )
})

test('who has neither register number nor VAT id is taken for a person', () => {
  expect(isPerson(customer.party)).toBe(false)
  expect(isPerson({ ...customer.party, vatId: ' ', registrationNumber: '' })).toBe(true)
})
