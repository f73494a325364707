/** What UBL documents say is what the invoice says; the official rules run in scripts/check-e-invoices.ts. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inventedEInvoices } from '../../../../test/doubles/invented-e-invoices.ts'
import { inventedRequest } from '../../../../test/doubles/invented-request.ts'
import { nodesAt, readXml, textsAt, type XmlNode } from '../../../../test/doubles/read-xml.ts'
import {
  micros,
  microsFromDecimal,
  microsToDecimal,
  type Micros,
} from '../../../core/money/money.ts'
import { buildInvoice } from '../../build/build-invoice.ts'
import { sumMicros } from '../../build/vat.ts'
import type { Invoice } from '../../invoice-model.ts'
import { toElectronicInvoice } from './to-electronic-invoice.ts'
import { ublDocument } from './ubl-document.ts'

const INVOICES = inventedEInvoices()

test('one invoice as a whole is fixtures/invoicing/ubl-invoice.xml', async () => {
  const request = inventedRequest({ subscriptionsCount: 2, customerCountry: 'BE', language: 'fr' })
  const invoice = { ...buildInvoice(request), number: '2026-00000417' }
  await expect(ublDocument(toElectronicInvoice(invoice))).toMatchFileSnapshot(
    '../../../../fixtures/invoicing/ubl-invoice.xml',
  )
})

describe.each([...INVOICES])('%s', (_, invoice) => {
  test('is well-formed, has nothing empty, and its sums are those of the invoice', () => {
    const written = ublDocument(toElectronicInvoice(invoice))
    expect(ublDocument(toElectronicInvoice(structuredClone(invoice)))).toBe(written)
    expectSameMoney(readXml(written), invoice)
  })
})

test('whatever usage costs, the sums are those of the invoice and prices give the amounts', () => {
  const amounts = fc.array(fc.integer({ min: -2_000_000, max: 90_000_000 }), {
    minLength: 1,
    maxLength: 12,
  })
  fc.assert(
    fc.property(amounts, fc.integer({ min: 0, max: 10_000 }), (charges, percentHundredths) => {
      const request = inventedRequest({ subscriptionsCount: 2 })
      const [sum] = request.usage
      if (sum === undefined) throw new Error('the invented request has usage')
      const invoice = buildInvoice({
        ...request,
        account: {
          ...request.account,
          discounts: request.account.discounts.map((each) => ({ ...each, percentHundredths })),
        },
        usage: charges.map((chargeMicros, index) => ({
          ...sum,
          callType: `kind-${index}`,
          quantity: (index % 3) * 61,
          chargeMicros: micros(chargeMicros),
        })),
      })
      expectSameMoney(
        readXml(ublDocument(toElectronicInvoice({ ...invoice, number: '2026-00000001' }))),
        invoice,
      )
    }),
  )
})

test('a credit note is the same document with its own root, names and reference', () => {
  const invoice = INVOICES.get('standard rate') ?? never()
  const electronic = toElectronicInvoice(invoice)
  const root = readXml(
    ublDocument({
      ...electronic,
      typeCode: '381',
      number: '2026-00000099',
      precedingInvoices: [{ number: invoice.number, issueDay: invoice.issueDay }],
    }),
  )
  expect(root.name).toBe('CreditNote')
  expect(root.attributes['xmlns']).toBe('urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2')
  expect(textsAt(root, 'cbc:CreditNoteTypeCode')).toEqual(['381'])
  expect(textsAt(root, 'cbc:DueDate')).toEqual([])
  expect(textsAt(root, 'cac:PaymentMeans/cbc:PaymentDueDate')).toEqual(['2026-11-16'])
  expect(textsAt(root, 'cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID')).toEqual([
    invoice.number,
  ])
  expect(nodesAt(root, 'cac:CreditNoteLine/cbc:CreditedQuantity')).toHaveLength(
    electronic.lines.length,
  )
})

test('names with markup and control characters say the same without what XML cannot hold', () => {
  const root = readXml(ublDocument(toElectronicInvoice(INVOICES.get('hostile names') ?? never())))
  const name = 'cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName'
  expect(textsAt(root, name)).toEqual(['A B [31m<b>&amp;"\'\ufffd\ufffd ]]> Ω 😀'])
  // A description of control characters only is replaced by the id of the charge.
  expect(textsAt(root, 'cac:InvoiceLine/cac:Item/cbc:Name')).toContain('blank')
})

function expectSameMoney(root: XmlNode, { lines, totals, vat }: Invoice): void {
  const charged = lines.filter(({ section }) => section !== 'discount')
  const discounts = lines.filter(({ section }) => section === 'discount')
  const total = (name: string) => textsAt(root, `cac:LegalMonetaryTotal/cbc:${name}`)
  expect(textsAt(root, 'cac:InvoiceLine/cbc:LineExtensionAmount')).toEqual(
    charged.map((line) => cents(line.amountMicros)),
  )
  expect(total('LineExtensionAmount')).toEqual([
    cents(sumMicros(charged.map(({ amountMicros }) => amountMicros))),
  ])
  const adjusted = nodesAt(root, 'cac:AllowanceCharge').map((node) => {
    const [amount = ''] = textsAt(node, 'cbc:Amount')
    return textsAt(node, 'cbc:ChargeIndicator')[0] === 'true' ? amount : `-${amount}`
  })
  expect(adjusted).toEqual(discounts.map((line) => cents(line.amountMicros)))
  expect(total('TaxExclusiveAmount')).toEqual([cents(totals.netMicros)])
  expect(total('TaxInclusiveAmount')).toEqual([cents(totals.grossMicros)])
  expect(total('PayableAmount')).toEqual([cents(totals.grossMicros)])
  expect(textsAt(root, 'cac:TaxTotal/cbc:TaxAmount')).toEqual([cents(totals.vatMicros)])
  const subtotals = textsAt(root, 'cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount')
  expect(sumMicros(subtotals.map(microsFromDecimal))).toBe(totals.netMicros)
  expect(subtotals.length).toBeLessThanOrEqual(vat.length)
  for (const line of nodesAt(root, 'cac:InvoiceLine')) expectPriceFits(line)
}

/** Quantity times price is the amount, but for the rounding of the line, and no price is negative. */
function expectPriceFits(line: XmlNode): void {
  const [quantity = ''] = [
    ...textsAt(line, 'cbc:InvoicedQuantity'),
    ...textsAt(line, 'cbc:CreditedQuantity'),
  ]
  const [price = ''] = textsAt(line, 'cac:Price/cbc:PriceAmount')
  const [base = '1'] = textsAt(line, 'cac:Price/cbc:BaseQuantity')
  const [amount = ''] = textsAt(line, 'cbc:LineExtensionAmount')
  const exact = (BigInt(quantity) * BigInt(microsFromDecimal(price))) / BigInt(base)
  const difference = exact - BigInt(microsFromDecimal(amount))
  expect(difference <= 5_000n && difference >= -5_000n).toBe(true)
  expect(microsFromDecimal(price)).toBeGreaterThanOrEqual(0)
}

function cents(amount: Micros): string {
  return microsToDecimal(amount, 2)
}

function never(): never {
  throw new Error('there is such an invoice')
}
