/**
 * An electronic invoice as EN 16931-1:2017 thinks of it: its business terms (BT) and groups (BG), in no
 * syntax. What tik has no value for is left out. A new edition of the norm changes this file and
 * to-electronic-invoice.ts; another syntax is another writer of it.
 */
import type { Micros } from '../../../core/money/money.ts'
import type { DayRange } from '../../../core/time/validity.ts'
import type { PartyIdentifier } from './party-identifiers.ts'

/** Texts are clean: no control characters, no blanks around; '' is left out. Amounts are whole cents. */
export interface ElectronicInvoice {
  /** BT-3: a commercial invoice or a credit note, whose amounts are positive too. */
  readonly typeCode: '380' | '381'
  /** BT-1. */
  readonly number: string
  /** BT-2 and BT-9. */
  readonly issueDay: number
  readonly dueDay: number
  /** BT-22. */
  readonly note: string
  /** BT-5. */
  readonly currency: 'EUR'
  /** BT-19: where all lines are of one cost centre. */
  readonly accountingCost: string
  /** BT-10 and BT-13: Peppol asks for one of them. */
  readonly buyerReference: string
  readonly orderReference: string
  /** BG-14: all days that its lines cover. */
  readonly period: DayRange
  /** BG-3: what a credit note corrects. */
  readonly precedingInvoices: readonly { readonly number: string; readonly issueDay: number }[]
  /** BG-24: the invoice for people, where the customer wants it within. */
  readonly attachment?: ElectronicAttachment | undefined
  /** BG-4 and BG-7. */
  readonly seller: ElectronicParty
  readonly buyer: ElectronicParty
  /** BG-16 and BG-17; a credit note asks for no payment. */
  readonly payment: ElectronicPayment | undefined
  /** BT-20. */
  readonly paymentTerms: string
  /** BG-20 and BG-21. */
  readonly adjustments: readonly DocumentAdjustment[]
  /** BG-22. */
  readonly totals: ElectronicTotals
  /** BG-23. */
  readonly vat: readonly VatBreakdown[]
  /** BG-25. */
  readonly lines: readonly ElectronicLine[]
}

export interface ElectronicAttachment {
  /** BT-122. */
  readonly reference: string
  /** BT-125, and its name and kind. */
  readonly content: Uint8Array
  readonly fileName: string
  readonly contentType: 'application/pdf'
}

export interface ElectronicParty {
  /** BT-34, BT-49: where Peppol delivers. */
  readonly endpoint: PartyIdentifier
  /** BT-46: by which the seller knows the buyer. */
  readonly customerNumber: string
  /** BT-27, BT-44. */
  readonly name: string
  /** BT-30, BT-47. */
  readonly legalId: PartyIdentifier | undefined
  /** BT-31, BT-48. */
  readonly vatId: string
  /** BG-5, BG-8. */
  readonly street: string
  readonly postcode: string
  readonly city: string
  readonly country: string
  /** BT-43. */
  readonly email: string
}

export interface ElectronicPayment {
  /** BT-83. */
  readonly reference: string
  /** BT-84 to BT-86. */
  readonly iban: string
  readonly accountName: string
  readonly bic: string
}

/** UNTDID 5305, as far as tik has them. */
export type VatCategoryCode = 'S' | 'Z' | 'E' | 'AE' | 'O'

export interface VatCategory {
  readonly code: VatCategoryCode
  /** Hundredths of a percent: 2100 = 21 %. */
  readonly percentHundredths: number
}

export interface DocumentAdjustment {
  /** BG-20 reduces the total, BG-21 adds to it. */
  readonly kind: 'allowance' | 'charge'
  /** BT-92, BT-99: never negative. */
  readonly amountMicros: Micros
  /** BT-93 and BT-94, where the amount is this share of it. */
  readonly share: { readonly baseMicros: Micros; readonly percentHundredths: number } | undefined
  /** BT-97, BT-104. */
  readonly reason: string
  readonly vat: VatCategory
}

export interface ElectronicTotals {
  /** BT-106 to BT-110. */
  readonly linesMicros: Micros
  readonly allowancesMicros: Micros
  readonly chargesMicros: Micros
  readonly netMicros: Micros
  readonly vatMicros: Micros
  /** BT-112, and BT-115 as nothing is prepaid or rounded. */
  readonly grossMicros: Micros
}

export interface VatBreakdown extends VatCategory {
  /** BT-116 and BT-117. */
  readonly netMicros: Micros
  readonly vatMicros: Micros
  /** BT-120 and BT-121; '' where VAT is charged or the rate is zero. */
  readonly exemptionReason: string
  readonly exemptionCode: string
}

export interface ElectronicLine {
  /** BT-126. */
  readonly lineNumber: number
  /** BT-129 and BT-130 (UN/ECE recommendation 20); negative where something is taken back. */
  readonly quantity: number
  readonly unitCode: string
  /** BT-131. */
  readonly amountMicros: Micros
  /** BT-133: its cost centre. */
  readonly accountingCost: string
  /** BG-26. */
  readonly period: DayRange
  /** BT-146, never negative, for BT-149 of the unit. */
  readonly priceMicros: Micros
  readonly priceQuantity: number
  readonly vat: VatCategory
  /** BT-153 and BT-154. */
  readonly name: string
  readonly description: string
}
