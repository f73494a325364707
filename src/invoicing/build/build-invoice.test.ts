import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TAX_CATEGORIES, type TaxCategory } from '../../core/money/tax.ts'
import type { BillTo } from '../../core/accounts/bill-to.ts'
import { micros, microsFromDecimal, microsToDecimal, negateMicros } from '../../core/money/money.ts'
import { dayFromIso } from '../../core/time/period.ts'
import { invoiceTexts } from '../documents/texts/invoice-texts.ts'
import { buildInvoice, buildInvoices, type InvoiceRequest } from './build-invoice.ts'
import { addsUp } from './invoice-holds.ts'
import type { Charge } from './charge.ts'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { linesFromCharges } from './lines-from-charges.ts'
import { missingParticulars } from '../check/missing-particulars.ts'
import type { Invoice, InvoiceLine, VatSubtotal } from '../invoice-model.ts'
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

test('the head says what the document is, of whom, when it is due and what for', () => {
  const request = inventedRequest({ subscriptionsCount: 1 })
  const invoice = buildInvoice(request)
  expect(invoice).toMatchObject({
    kind: 'invoice',
    number: '',
    currency: 'EUR',
    issueDay: request.issueDay,
    dueDay: request.issueDay + 14,
    period: { label: '2026-10', ...DAYS_OF_OCTOBER },
    customer: { accountId: 'duinzicht' },
  })
  for (const absent of ['customerText', 'subAccounts', 'paper']) {
    expect(invoice).not.toHaveProperty(absent)
  }
  expect(invoice.customer).not.toHaveProperty('billToId')
  expect(invoice.customer).not.toHaveProperty('electronicAddress')
  const account = { ...request.account, customerText: 'For Ans' }
  expect(buildInvoice({ ...request, account }).customerText).toBe('For Ans')
})

const DAYS_OF_OCTOBER = { startDay: dayFromIso('2026-10-01'), endDay: dayFromIso('2026-11-01') }

const reasons = (request: InvoiceRequest) => buildInvoice(request).vat.map(({ reason }) => reason)

test('why there is no VAT is said for what bears none, by whether the customer is abroad', () => {
  const home = inventedRequest({ subscriptionsCount: 2 })
  const texts = invoiceTexts('nl')
  expect(reasons(home)).toEqual([texts.taxReasons.standard])
  const abroad = inventedRequest({ subscriptionsCount: 2, customerCountry: 'BE' })
  expect(reasons(abroad)).toEqual([texts.taxReasons['reverse-charge']])
  const reversed = { taxCategory: 'reverse-charge' as const, fromMs: -Infinity, toMs: Infinity }
  const plans = new Map(
    [...home.catalogue.plans].map(([id, plan]) => [id, { ...plan, taxes: [reversed] }]),
  )
  const atHome = { ...home, catalogue: { ...home.catalogue, plans } }
  expect(reasons(atHome)).toEqual([texts.taxReasons.standard, texts.reversedAtHome])
  expect(texts.reversedAtHome).not.toBe(texts.taxReasons['reverse-charge'])
})

const whose = (invoices: readonly Invoice[]) => invoices.map((each) => each.customer.billToId)

const bundleScopes = (moved: InvoiceRequest) =>
  buildInvoices(moved).map(({ bundles }) => bundles.map(({ scopeId }) => scopeId))

describe('invoices of bill-to’s', () => {
  const request = inventedRequest({ subscriptionsCount: 2 })
  const address = { street: 'Kade 1', postcode: '1000', city: 'Haven', country: 'NL' }
  const electronicAddress = { scheme: '0106', value: '01234567' } as const
  const billTos: BillTo[] = ['harbour', 'office'].map((billToId) => ({
    billToId,
    accountId: 'duinzicht',
    address,
    readerIds: [],
    ...(billToId === 'harbour' ? { electronicAddress } : {}),
  }))
  const movedFrom = (fromMs: number, changes: Partial<InvoiceRequest> = {}): InvoiceRequest => ({
    ...request,
    ...changes,
    billTos,
    subscriptions: request.subscriptions.map((each, index) =>
      index === 0 ? each : { ...each, billTos: [{ billToId: 'harbour', fromMs, toMs: Infinity }] },
    ),
  })

  test('a bill-to without anything gets none, the account its own whatever is on it', () => {
    expect(whose(buildInvoices(movedFrom(0)))).toEqual([undefined, 'harbour'])
    const nothing = { subscriptions: [], usage: [], oneOffCharges: [], bundles: [] }
    expect(whose(buildInvoices({ ...request, ...nothing, billTos }))).toEqual([undefined])
  })

  test('one that has usage alone gets one', () => {
    const plans = new Map(
      [...request.catalogue.plans].map(([id, plan]) => [id, { ...plan, monthlyFee: '0' }]),
    )
    const modules = new Map<string, never>()
    const catalogue = { ...request.catalogue, plans, modules }
    const [own, harbour] = buildInvoices(movedFrom(0, { catalogue }))
    expect([own, harbour].map((each) => each?.recurringItems.length)).toEqual([0, 0])
    expect(harbour?.lines.length).toBeGreaterThan(0)
    expect(harbour?.customer).toMatchObject({ billToId: 'harbour', electronicAddress })
  })

  test('bundles are where the subscription is at the end of the period, those of groups with the account', () => {
    expect(bundleScopes(movedFrom(request.period.endMs - 1))).toEqual([
      ['wijkteams', 'wijkteams', 'sub-0000'],
      ['sub-0001'],
    ])
    const later = movedFrom(request.period.endMs)
    const [own] = bundleScopes(later)
    expect(own).toEqual(['wijkteams', 'wijkteams', 'sub-0000', 'sub-0001'])
  })

  test('they are not asked for as one', () => {
    expect(() => buildInvoice(movedFrom(0))).toThrow(/has bill-to's/)
  })
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
