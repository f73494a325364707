/** The words of an invoice in the four languages of the customers. */
import type { Language, MinimumSpend } from '../../../core/accounts/accounts.ts'
import type { Product } from '../../../core/usage/usage.ts'
import type { RatedCategory, TaxCategory } from '../../../core/money/tax.ts'
import type { InvoiceSection } from '../../invoice-model.ts'
import { invoiceTextsDe } from './invoice-texts-de.ts'
import { invoiceTextsEn } from './invoice-texts-en.ts'
import { invoiceTextsFr } from './invoice-texts-fr.ts'
import { invoiceTextsNl } from './invoice-texts-nl.ts'

export interface InvoiceTexts {
  readonly invoice: string
  readonly draft: string
  readonly number: string
  readonly issueDate: string
  readonly dueDate: string
  readonly period: string
  readonly account: string
  readonly purchaseOrder: string
  readonly vatId: string
  readonly registration: Readonly<Record<'NL' | 'BE', string>>
  readonly summary: string
  readonly description: string
  readonly covers: string
  readonly count: string
  readonly quantity: string
  readonly unitPrice: string
  readonly amount: string
  readonly subtotal: string
  readonly net: string
  readonly vat: string
  readonly vatTable: string
  readonly vatBase: string
  readonly vatRate: string
  readonly gross: string
  readonly toPay: string
  readonly payBefore: (parts: { amount: string; date: string }) => string
  readonly payTo: (parts: { iban: string; name: string; number: string }) => string
  readonly terms: (days: number) => string
  readonly scanToPay: string
  readonly sections: Readonly<Record<InvoiceSection, string>>
  /** By what counts. */
  readonly minimumSpend: Readonly<Record<MinimumSpend['on'], string>>
  readonly products: Readonly<Record<Product, string>>
  readonly taxNames: Readonly<Record<TaxCategory, string>>
  /** Beside a line, where there is no percentage. */
  readonly taxShort: Readonly<Record<Exclude<TaxCategory, RatedCategory>, string>>
  /** Why no VAT is charged: the law wants the reason on the invoice. */
  readonly taxReasons: Readonly<Record<TaxCategory, string>>
  /** Reverse charge where both parties are in one country. */
  readonly reversedAtHome: string
  readonly usageNote: string
  readonly bundles: string
  readonly bundlesOfGroups: string
  readonly bundlesOfSubscriptions: string
  readonly used: string
  readonly included: string
  readonly unlimited: string
  readonly specification: string
  readonly subscription: string
  readonly label: string
  readonly costCentre: string
  readonly costCentres: string
  readonly noCostCentre: string
  readonly accountWide: string
  readonly recurring: string
  readonly oneOff: string
  readonly usage: string
  readonly premium: string
  readonly late: string
  readonly total: string
  readonly voice: string
  readonly data: string
  readonly messages: string
  readonly page: (parts: { page: number; pages: number }) => string
  readonly dataUnits: string
  readonly creditOf: (name: string) => string
  readonly activationOf: (name: string) => string
  readonly shareOf: (parts: { percent: string; of: string }) => string
  /** A discount that found less to reduce than it says. */
  readonly discountCut: (name: string) => string
  readonly moreBundles: (count: number) => string
  readonly mail: InvoiceMailTexts
}

export interface InvoiceMailTexts {
  readonly subject: (parts: { seller: string; number: string }) => string
  readonly greeting: (name: string) => string
  readonly intro: (
    parts: Readonly<Record<'number' | 'customer' | 'period' | 'amount' | 'due', string>>,
  ) => string
  readonly footer: (seller: string) => string
}

const TEXTS: Readonly<Record<Language, InvoiceTexts>> = {
  nl: invoiceTextsNl,
  fr: invoiceTextsFr,
  de: invoiceTextsDe,
  en: invoiceTextsEn,
}

export function invoiceTexts(language: Language): InvoiceTexts {
  return TEXTS[language]
}
