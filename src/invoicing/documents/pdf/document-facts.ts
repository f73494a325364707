/** What a document calls itself, and the facts that stand above its sums. */
import { billToOf, type Invoice } from '../../invoice-model.ts'
import { paymentReference, paymentText } from '../payment-reference.ts'
import { creditTexts } from '../texts/credit-texts.ts'
import { invoiceTexts } from '../texts/invoice-texts.ts'
import type { PdfContext } from './page-style.ts'

export function titleOf({ kind, language }: Pick<Invoice, 'kind' | 'language'>): string {
  return kind === 'credit-note' ? creditTexts(language).creditNote : invoiceTexts(language).invoice
}

type Fact = readonly [label: string, value: string]

/** Number, date, period and account; what only some documents have comes after. */
export function documentFacts(invoice: Invoice, { texts, format }: PdfContext): Fact[] {
  const { customer, period, number } = invoice
  const isCredit = invoice.kind === 'credit-note'
  const words = creditTexts(invoice.language)
  const days = { fromDay: period.startDay, toDay: period.endDay }
  return [
    [isCredit ? words.number : texts.number, number === '' ? texts.draft : number],
    [isCredit ? words.issueDate : texts.issueDate, format.date(invoice.issueDay)],
    [texts.period, format.days(days)],
    [texts.account, [customer.accountId, billToOf(invoice)].filter(Boolean).join(' / ')],
  ]
}

/** In rows of their own, as long as they are. */
export function furtherFacts(invoice: Invoice, { texts, paper, format }: PdfContext): Fact[] {
  const { customer } = invoice
  const isCredit = invoice.kind === 'credit-note'
  const words = creditTexts(invoice.language)
  const other: Fact[] =
    invoice.kind === 'credit-note'
      ? [
          [words.corrects, invoice.corrects.map((each) => placeOf(each, format)).join(', ')],
          [words.reason, invoice.reason],
        ]
      : [[words.replaces, invoice.replaces === undefined ? '' : placeOf(invoice.replaces, format)]]
  const facts: Fact[] = [
    [texts.vatId, customer.party.vatId],
    [texts.purchaseOrder, invoice.purchaseOrder],
    [paper.structuredReference, isCredit ? '' : referenceText(invoice)],
    ...other,
  ]
  return facts.filter(([, value]) => value !== '')
}

function referenceText(invoice: Invoice): string {
  return paymentReference(invoice) === '' ? '' : paymentText(invoice)
}

function placeOf(
  { number, issueDay }: { readonly number: string; readonly issueDay: number },
  format: PdfContext['format'],
): string {
  return `${number} (${format.date(issueDay)})`
}
