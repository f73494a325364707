/**
 * tik's invoice in the terms of EN 16931. Nothing is rounded and no cent is moved: what the norm adds up
 * is what the invoice adds up. Discounts are allowances of the document, as they are of no single line.
 */
import assert from 'node:assert/strict'
import type { Party } from '../../../core/accounts/accounts.ts'
import { negateMicros } from '../../../core/money/money.ts'
import { isRated, type Tax } from '../../../core/money/tax.ts'
import type { DayRange } from '../../../core/time/validity.ts'
import { sumMicros, taxOfLine } from '../../build/vat.ts'
import {
  nameOfSubAccount,
  type Invoice,
  type InvoiceLine,
  type VatSubtotal,
} from '../../invoice-model.ts'
import { localeFormat } from '../../../core/text/locale-format.ts'
import { writtenReference } from '../../../core/text/structured-reference.ts'
import { paymentReference } from '../payment-reference.ts'
import { creditTexts } from '../texts/credit-texts.ts'
import { invoiceTexts } from '../texts/invoice-texts.ts'
import { adjustmentOf } from './adjustment-of.ts'
import { cleanText } from './clean-text.ts'
import { eInvoiceGaps } from './e-invoice-gaps.ts'
import { electronicLine } from './electronic-line.ts'
import type {
  ElectronicInvoice,
  ElectronicParty,
  ElectronicPayment,
  ElectronicTotals,
  VatBreakdown,
  VatCategory,
} from './electronic-invoice.ts'
import { endpointOf, legalIdOf, vatIdOf, type PartyIdentifier } from './party-identifiers.ts'

/** Of a finalised invoice for which `eInvoiceGaps` finds none. */
export function toElectronicInvoice(invoice: Invoice): ElectronicInvoice {
  assert.deepEqual(eInvoiceGaps(invoice), [], `${invoice.number} cannot be an e-invoice`)
  const { customer, lines, purchaseOrder } = invoice
  const texts = invoiceTexts(invoice.language)
  const format = localeFormat(invoice.language)
  const charged = lines.filter(({ section }) => section !== 'discount')
  const vat = vatBreakdown(invoice)
  const electronic: ElectronicInvoice = {
    typeCode: invoice.kind === 'credit-note' ? '381' : '380',
    number: invoice.number,
    issueDay: invoice.issueDay,
    dueDay: invoice.dueDay,
    note: [
      `${texts.period}: ${format.days({ fromDay: invoice.period.startDay, toDay: invoice.period.endDay })}`,
      ...(invoice.kind === 'credit-note' ? [cleanText(invoice.reason)] : []),
      ...(invoice.customerText === undefined ? [] : [cleanText(invoice.customerText)]),
    ].join('. '),
    currency: invoice.currency,
    accountingCost: commonCostCentre(charged),
    buyerReference: cleanText(customer.accountId),
    orderReference: cleanText(purchaseOrder),
    period: coveredDays(invoice, charged),
    precedingInvoices: precedingOf(invoice),
    ...parties(invoice),
    ...(invoice.kind === 'credit-note'
      ? { payment: undefined, paymentTerms: creditTexts(invoice.language).settled }
      : { payment: paymentOf(invoice), paymentTerms: texts.terms(invoice.paymentTermDays) }),
    adjustments: lines
      .filter(({ section, amountMicros }) => section === 'discount' && amountMicros !== 0)
      .map((line) => adjustmentOf(line, vatCategoryOf(taxOfLine(line, invoice.vat)))),
    totals: totalsOf(invoice),
    vat,
    lines: charged.map((line) =>
      electronicLine(line, {
        vat: vatCategoryOf(taxOfLine(line, invoice.vat)),
        texts,
        whose: nameOfSubAccount(invoice, line.subAccountId),
      }),
    ),
  }
  assert(addsUp(electronic), `the e-invoice ${invoice.number} does not add up`)
  return electronic
}

function commonCostCentre(lines: readonly InvoiceLine[]): string {
  const names = new Set(lines.map(({ costCentre = '' }) => costCentre))
  const [only = '', ...others] = names
  return others.length === 0 ? cleanText(only) : ''
}

function precedingOf(invoice: Invoice): ElectronicInvoice['precedingInvoices'] {
  if (invoice.kind === 'credit-note') return invoice.corrects
  return invoice.replaces === undefined ? [] : [invoice.replaces]
}

/** The sums of the norm (BR-CO-10 to 16), without the cents that its rules forgive. */
function addsUp({ lines, adjustments, totals, vat }: ElectronicInvoice): boolean {
  const { linesMicros, allowancesMicros, chargesMicros, netMicros, vatMicros, grossMicros } = totals
  const all = [
    ...lines.map((line) => ({ ...line, netMicros: line.amountMicros })),
    ...adjustments.map(({ kind, amountMicros, ...rest }) => ({
      ...rest,
      netMicros: kind === 'charge' ? amountMicros : negateMicros(amountMicros),
    })),
  ]
  return (
    sumMicros(lines.map((line) => line.amountMicros)) === linesMicros &&
    linesMicros - allowancesMicros + chargesMicros === netMicros &&
    vat.every((subtotal) => {
      const own = all.filter((each) => isSameCategory(each.vat, subtotal))
      return sumMicros(own.map((each) => each.netMicros)) === subtotal.netMicros
    }) &&
    sumMicros(vat.map((each) => each.netMicros)) === netMicros &&
    sumMicros(vat.map((each) => each.vatMicros)) === vatMicros &&
    netMicros + vatMicros === grossMicros
  )
}

function totalsOf({ lines, totals }: Invoice): ElectronicTotals {
  const charged = lines.filter(({ section }) => section !== 'discount')
  const discounts = lines
    .filter(({ section }) => section === 'discount')
    .map(({ amountMicros }) => amountMicros)
  const reductions = discounts.filter((amount) => amount < 0).map(negateMicros)
  return {
    linesMicros: sumMicros(charged.map(({ amountMicros }) => amountMicros)),
    allowancesMicros: sumMicros(reductions),
    chargesMicros: sumMicros(discounts.filter((amount) => amount > 0)),
    ...totals,
  }
}

/** Late usage and fees in advance too: Peppol wants the days of every line within those of the invoice. */
function coveredDays({ period }: Invoice, lines: readonly InvoiceLine[]): DayRange {
  return {
    fromDay: Math.min(period.startDay, ...lines.map(({ fromDay }) => fromDay)),
    toDay: Math.max(period.endDay, ...lines.map(({ toDay }) => toDay)),
  }
}

function parties(invoice: Invoice): Pick<ElectronicInvoice, 'seller' | 'buyer'> {
  const { seller, customer, vat } = invoice
  // Where nothing is subject to VAT the norm wants no VAT ids (BR-O-02).
  const isOutside = vat.some(({ taxCategory }) => taxCategory === 'outside-scope')
  const side = (party: Party, wanted?: PartyIdentifier): ElectronicParty => {
    const endpoint = endpointOf(party, wanted)
    assert(endpoint !== undefined)
    const { street, postcode, city, country } = party.address
    return {
      endpoint,
      customerNumber: '',
      name: cleanText(party.legalName),
      legalId: legalIdOf(party),
      vatId: isOutside ? '' : vatIdOf(party),
      street: cleanText(street),
      postcode: cleanText(postcode),
      city: cleanText(city),
      country,
      email: '',
    }
  }
  return {
    seller: { ...side(seller.party), email: cleanText(seller.email) },
    buyer: {
      ...side(customer.party, customer.electronicAddress),
      customerNumber: cleanText(customer.accountId),
    },
  }
}

function paymentOf(invoice: Invoice): ElectronicPayment {
  const { number, seller } = invoice
  const reference = paymentReference(invoice)
  return {
    reference: reference === '' ? number : writtenReference(reference),
    iban: seller.iban.replaceAll(/\s/g, '').toUpperCase(),
    accountName: cleanText(seller.party.legalName),
    bic: seller.bic.replaceAll(/\s/g, '').toUpperCase(),
  }
}

/** The norm knows one S: standard and reduced rates that are equal are one row of it. */
function vatBreakdown({ vat, language }: Invoice): VatBreakdown[] {
  const { taxReasons } = invoiceTexts(language)
  const byCategory = Map.groupBy(vat, (subtotal) => {
    const { code, percentHundredths } = vatCategoryOf(toTax(subtotal))
    return `${code}|${percentHundredths}`
  })
  return [...byCategory.values()].flatMap((same): VatBreakdown[] => {
    const [first] = same
    if (first === undefined) return []
    const category = vatCategoryOf(toTax(first))
    const isReasoned = category.code !== 'S' && category.code !== 'Z'
    return [
      {
        ...category,
        netMicros: sumMicros(same.map(({ netMicros }) => netMicros)),
        vatMicros: sumMicros(same.map(({ vatMicros }) => vatMicros)),
        exemptionReason: isReasoned ? cleanText(first.reason ?? taxReasons[first.taxCategory]) : '',
        exemptionCode: EXEMPTION_CODES[category.code] ?? '',
      },
    ]
  })
}

/** VATEX: an exemption has many possible grounds, of which tik knows the text only. */
const EXEMPTION_CODES: Readonly<Partial<Record<VatCategory['code'], string>>> = {
  AE: 'VATEX-EU-AE',
  O: 'VATEX-EU-O',
}

const CATEGORY_CODES = {
  standard: 'S',
  reduced: 'S',
  'reverse-charge': 'AE',
  zero: 'Z',
  exempt: 'E',
  'outside-scope': 'O',
} as const

function vatCategoryOf({ taxCategory, taxPercentHundredths }: Tax): VatCategory {
  // The norm's S has a rate above zero (BR-S-05).
  const isFree = isRated(taxCategory) && taxPercentHundredths === 0
  const code = isFree ? 'Z' : CATEGORY_CODES[taxCategory]
  return { code, percentHundredths: taxPercentHundredths }
}

function toTax({ taxCategory, percentHundredths }: VatSubtotal): Tax {
  return { taxCategory, taxPercentHundredths: percentHundredths }
}

function isSameCategory(left: VatCategory, right: VatCategory): boolean {
  return left.code === right.code && left.percentHundredths === right.percentHundredths
}
