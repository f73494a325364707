import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TAX_CATEGORIES, type TaxCategory } from '../../core/money/tax.ts'
import { micros, microsFromDecimal, microsToDecimal, negateMicros } from '../../core/money/money.ts'
import { buildInvoice, type InvoiceRequest } from './build-invoice.ts'
import { addsUp } from './invoice-holds.ts'
import type { Charge } from './charge.ts'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { linesFromCharges } from './lines-from-charges.ts'
import { missingParticulars } from '../check/missing-particulars.ts'
import type { InvoiceLine, VatSubtotal } from '../invoice-model.ts'
import { invoiceTotals, sumMicros, taxOfLine, vatSubtotals } from './vat.ts'

const STANDARD = 2100
const REDUCED = 900

describe('the worked examples of fixtures/invoicing/arithmetic.txt', () => {
  const text = readFileSync(
    new URL('../../../fixtures/invoicing/arithmetic.txt', import.meta.url),
    'utf8',
  )
  const cases = text
    .split(/^== /m)
    .slice(1)
    .map((each): [string, string] => [each.split('\n', 1)[0] ?? '', each])
  test.each(cases)('%s', (_, body) => {
    const rows = body
      .split('\n')
      .filter((line) => line.includes(' | '))
      .map((line) => line.split('|').map((cell) => cell.trim()))
    const lineRows = rows.filter(([kind]) => kind === 'line')
    const charges = lineRows.flatMap(([, tax = '', parts = ''], index) =>
      parts.split(/\s+/).map((amount) => charge(index, tax, amount)),
    )
    const lines = linesFromCharges(charges)
    const vat = vatSubtotals(lines.map(withTax))
    const totals = invoiceTotals(vat)
    expect(lines.map((line) => cents(line.amountMicros))).toEqual(lineRows.map((row) => row[3]))
    expect(
      vat.map((each) => ['vat', taxLabel(each), cents(each.netMicros), cents(each.vatMicros)]),
    ).toEqual(rows.filter(([kind]) => kind === 'vat'))
    const { netMicros, vatMicros, grossMicros } = totals
    expect([['total', cents(netMicros), cents(vatMicros), cents(grossMicros)]]).toEqual(
      rows.filter(([kind]) => kind === 'total'),
    )
  })
})

const anyCharge = fc
  .record({
    line: fc.integer({ min: 0, max: 5 }),
    tax: fc.constantFrom(...TAX_CATEGORIES),
    amount: fc.integer({ min: -50_000_000, max: 50_000_000 }),
    subscription: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ line, tax, amount, subscription }): Charge => ({
    ...charge(line, tax, '0'),
    chargeMicros: micros(amount),
    subscriptionId: `s${subscription}`,
  }))

test('no cent is lost: lines are the exact charges, each rounded once', () => {
  fc.assert(
    fc.property(fc.array(anyCharge, { maxLength: 60 }), (charges) => {
      const lines = linesFromCharges(charges)
      const exact = sumMicros(charges.map((each) => each.chargeMicros))
      expect(sumMicros(lines.map((line) => line.exactMicros))).toBe(exact)
      for (const line of lines) {
        expect(Math.abs(line.amountMicros - line.exactMicros)).toBeLessThanOrEqual(5_000)
        expect(Math.abs(line.amountMicros) % 10_000).toBe(0)
      }
      const { netMicros, vatMicros, grossMicros } = invoiceTotals(vatSubtotals(lines.map(withTax)))
      expect(netMicros).toBe(sumMicros(lines.map((line) => line.amountMicros)))
      expect(grossMicros).toBe(netMicros + vatMicros)
    }),
  )
})

test('a credit of everything is the mirror of the invoice, to the cent', () => {
  fc.assert(
    fc.property(fc.array(anyCharge, { maxLength: 40 }), (charges) => {
      const mirrored = charges.map((each) => ({
        ...each,
        chargeMicros: negateMicros(each.chargeMicros),
      }))
      const vat = vatSubtotals(linesFromCharges(charges).map(withTax))
      const credit = vatSubtotals(linesFromCharges(mirrored).map(withTax))
      expect(credit.map((each) => [each.netMicros, each.vatMicros])).toEqual(
        vat.map((each) => [negateMicros(each.netMicros), negateMicros(each.vatMicros)]),
      )
    }),
  )
})

test('the order of charges changes nothing', () => {
  fc.assert(
    fc.property(fc.array(anyCharge, { maxLength: 40 }), (charges) => {
      const turned = linesFromCharges([...charges].reverse())
      expect(turned.map((line) => line.amountMicros)).toEqual(
        linesFromCharges(charges).map((line) => line.amountMicros),
      )
    }),
  )
})

test('specification and lines are the same money, whatever the size of the account', () => {
  for (const subscriptionsCount of [0, 1, 7, 60]) {
    const request = inventedRequest({ subscriptionsCount })
    const oneOffCharges = subscriptionsCount === 0 ? [] : request.oneOffCharges
    const invoice = buildInvoice({ ...request, oneOffCharges })
    expect(addsUp(invoice)).toBe(true)
    const usage = sumMicros(
      request.usage.flatMap((sum) => [sum.chargeMicros, sum.informationChargeMicros]),
    )
    const usageLines = invoice.lines.filter((line) =>
      ['usage', 'premium', 'late', 'late-premium'].includes(line.section),
    )
    expect(sumMicros(usageLines.map((line) => line.exactMicros))).toBe(usage)
    expect(invoice.lines.map((line) => line.lineNumber)).toEqual(
      invoice.lines.map((_, index) => index + 1),
    )
  }
})

test('an invoice that was changed by one cent does not add up', () => {
  const invoice = buildInvoice(inventedRequest({ subscriptionsCount: 3 }))
  const [first, ...rest] = invoice.lines
  if (first === undefined) throw new Error('it has lines')
  const amountMicros = micros(first.amountMicros + 10_000)
  expect(addsUp({ ...invoice, lines: [{ ...first, amountMicros }, ...rest] })).toBe(false)
})

test('between Dutch and Belgian businesses VAT is reversed, within a country it is not', () => {
  const abroad = inventedRequest({ subscriptionsCount: 2, customerCountry: 'BE' })
  expect(categories(abroad)).toEqual([['reverse-charge', 0]])
  expect(categories(inventedRequest({ subscriptionsCount: 2 }))).toEqual([['standard', STANDARD]])
  const party = { ...abroad.account.party, vatId: '' }
  const unnamed = { ...abroad, account: { ...abroad.account, party } }
  expect(categories(unnamed)).toEqual([['standard', STANDARD]])
  expect(missingParticulars(unnamed.partner, unnamed.account)).toEqual([
    'VAT id of account duinzicht',
  ])
})

function categories(request: InvoiceRequest): unknown {
  return buildInvoice(request).vat.map((each) => [each.taxCategory, each.percentHundredths])
}

function charge(line: number, tax: string, amount: string): Charge {
  const [category = '', percent = ''] = tax.split(' ')
  const taxCategory = taxOf(category)
  return {
    section: 'usage',
    lineKey: String(line).padStart(3, '0'),
    subscriptionId: '',
    product: 'voip',
    subject: 'call',
    description: 'call',
    fromDay: 0,
    toDay: 31,
    count: 1,
    quantity: 60,
    unit: 'second',
    unitPriceMicros: undefined,
    chargeMicros: microsFromDecimal(amount),
    atMs: 0,
    taxCategory,
    taxPercentHundredths:
      percent === '' ? percentOf(taxCategory) : microsFromDecimal(percent) / 10_000,
  }
}

function percentOf(taxCategory: TaxCategory): number {
  if (taxCategory === 'standard') return STANDARD
  return taxCategory === 'reduced' ? REDUCED : 0
}

/** As the table names it: with the percentage only where it is not that of today. */
function taxLabel({ taxCategory, percentHundredths }: VatSubtotal): string {
  if (percentHundredths === percentOf(taxCategory)) return taxCategory
  return `${taxCategory} ${percentHundredths / 100}`
}

function withTax(line: InvoiceLine) {
  return { ...line, ...taxOfLine(line, []) }
}

function taxOf(name: string): TaxCategory {
  const found = TAX_CATEGORIES.find((category) => category === name)
  if (found === undefined) throw new Error(`${name} is no tax category`)
  return found
}

function cents(amount: ReturnType<typeof micros>): string {
  return microsToDecimal(amount, 2)
}
