/**
 * An invoice as data: everything that the PDF prints, that is mailed and that verification
 * recomputes, and nothing that has to be looked up again. It is stored whole when it is finalised
 * and never changes. Amounts are micros; `amountMicros` of a line, VAT and totals are whole cents.
 * Days are local, counted from 1970-01-01; a range of days is half open.
 */
import type { Language, Party } from '../core/accounts.ts'
import type { Micros } from '../core/money.ts'
import type { TaxCategory } from '../core/tax.ts'
import type { Product } from '../core/usage.ts'

export interface Invoice {
  readonly kind: 'invoice'
  /** Such as 2026-00050150; '' until it is finalised. */
  readonly number: string
  readonly currency: 'EUR'
  readonly language: Language
  readonly issueDay: number
  readonly dueDay: number
  readonly paymentTermDays: number
  readonly purchaseOrder: string
  readonly seller: InvoiceSeller
  readonly customer: InvoiceCustomer
  /** 'YYYY-MM' of the first day. */
  readonly period: { readonly label: string; readonly startDay: number; readonly endDay: number }
  readonly lines: readonly InvoiceLine[]
  readonly vat: readonly VatSubtotal[]
  readonly totals: InvoiceTotals
  readonly bundles: readonly BundleUse[]
  readonly specification: readonly SubscriptionSpecification[]
  /** Part of the exact charges that belongs to no subscription: account-wide one-off charges. */
  readonly accountWideMicros: Micros
  readonly recurringItems: readonly RecurringItem[]
  /** One-off charges that this invoice bills, so that no other does. */
  readonly oneOffChargeIds: readonly string[]
}

export interface InvoiceSeller {
  readonly partnerId: string
  readonly party: Party
  readonly iban: string
  readonly bic: string
  readonly email: string
}

export interface InvoiceCustomer {
  readonly accountId: string
  readonly party: Party
}

/** In the order in which they stand on the invoice. */
export const INVOICE_SECTIONS = [
  'recurring',
  'one-off',
  'usage',
  'premium',
  'late',
  'late-premium',
  'discount',
] as const
export type InvoiceSection = (typeof INVOICE_SECTIONS)[number]

/** Sections whose lines are sums of ledger rows. */
export const USAGE_SECTIONS: ReadonlySet<InvoiceSection> = new Set([
  'usage',
  'premium',
  'late',
  'late-premium',
])

export type LineUnit = 'month' | 'item' | 'second' | 'byte' | 'message' | 'event'

export interface InvoiceLine {
  /** From 1, in order. */
  readonly lineNumber: number
  readonly section: InvoiceSection
  readonly product: Product
  /** Call type id for usage; plan or module id for recurring; '' otherwise. */
  readonly subject: string
  /** In the language of the invoice. */
  readonly description: string
  /** What the line covers: a period, part of one, or the day of a one-off charge. */
  readonly fromDay: number
  readonly toDay: number
  /** Usages, or subscriptions of a recurring charge. */
  readonly count: number
  readonly quantity: number
  readonly unit: LineUnit
  /** Price of one unit, where there is one price; undefined for usage. */
  readonly unitPriceMicros?: Micros | undefined
  /** Percentage of a discount, hundredths of a percent; 0 otherwise. */
  readonly percentHundredths: number
  /** The sum of the exact charges. */
  readonly exactMicros: Micros
  /** That sum, rounded half up to cents, once. */
  readonly amountMicros: Micros
  readonly taxCategory: TaxCategory
  /** Hundredths of a percent; lines of builds before do not say it, see taxOfLine. */
  readonly taxPercentHundredths?: number | undefined
  /** What a percentage is taken of; undefined for all else. */
  readonly baseMicros?: Micros | undefined
}

export interface VatSubtotal {
  readonly taxCategory: TaxCategory
  /** Hundredths of a percent: 2100 = 21 %. */
  readonly percentHundredths: number
  readonly netMicros: Micros
  readonly vatMicros: Micros
  /** Why there is no VAT, in the language of the invoice; '' where there is. Not in those of builds before. */
  readonly reason?: string | undefined
}

export interface InvoiceTotals {
  readonly netMicros: Micros
  readonly vatMicros: Micros
  readonly grossMicros: Micros
}

/** How much of a bundle was used: of a subscription, or of a group as a whole. */
export interface BundleUse {
  readonly allowanceId: string
  readonly name: string
  readonly scope: 'subscription' | 'group'
  readonly scopeId: string
  readonly label: string
  readonly unit: 'second' | 'byte' | 'message' | 'event' | 'money'
  /** undefined = unlimited. */
  readonly included?: number | undefined
  readonly used: number
}

/** What one subscription adds to the invoice: exact, so that the parts add up to the lines. */
export interface SubscriptionSpecification {
  readonly subscriptionId: string
  readonly label: string
  /** What people know it by: its first number, or its id. */
  readonly number: string
  readonly costCentre: string
  readonly product: Product
  readonly recurringMicros: Micros
  readonly oneOffMicros: Micros
  readonly usageMicros: Micros
  readonly premiumMicros: Micros
  readonly lateMicros: Micros
  readonly totalMicros: Micros
  readonly voiceSeconds: number
  readonly dataBytes: number
  readonly messagesCount: number
}

/**
 * One recurring charge or credit, and the days that it covers: what the next invoice compares the
 * agreement with. `sign` is -1 where a charge of an earlier invoice is taken back.
 */
export interface RecurringItem {
  readonly subscriptionId: string
  readonly subject: RecurringSubject
  readonly subjectId: string
  readonly periodStartDay: number
  readonly periodEndDay: number
  readonly fromDay: number
  readonly toDay: number
  readonly feeMicros: Micros
  readonly sign: 1 | -1
}

export const RECURRING_SUBJECTS = ['plan', 'module', 'activation'] as const
export type RecurringSubject = (typeof RECURRING_SUBJECTS)[number]
