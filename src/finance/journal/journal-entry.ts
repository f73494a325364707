/**
 * A document as an entry of the sales journal: the customer owes its gross, revenue stands apart by account, VAT code
 * and month of service, VAT by rate. Debit is credit, to the cent. Pure.
 */
import assert from 'node:assert/strict'
import { micros, negateMicros, type Micros } from '../../core/money/money.ts'
import type { Tax } from '../../core/money/tax.ts'
import { sumMicros, taxKey, taxOfLine } from '../../invoicing/build/vat.ts'
import type { Invoice, InvoiceLine } from '../../invoicing/invoice-model.ts'
import { owedMicros, owedTotals } from '../../invoicing/owed-micros.ts'
import { kindOfSection, NO_ACCOUNT, revenueAccount, type RevenueRule } from '../ledger-accounts.ts'
import type { OverDays } from '../service-parts.ts'
import type { JournalSettings, VatRule } from './journal-settings.ts'

export interface JournalLine {
  readonly what: 'receivable' | 'revenue' | 'vat'
  readonly ledgerAccount: string
  readonly description: string
  readonly vatCode: string
  /** Hundredths of a percent. */
  readonly vatPercentHundredths: number
  /** Debit above zero, credit below it. */
  readonly amountMicros: Micros
  /** Local days, the last one included. */
  readonly serviceFromDay: number
  readonly serviceToDay: number
}

export interface JournalEntry {
  readonly invoiceId: number
  readonly invoice: Invoice
  readonly lines: readonly JournalLine[]
}

/** What finance.yaml does not say. */
export interface MissingAccount {
  readonly what: string
}

export type JournalRules = Pick<JournalSettings, 'receivables' | 'vat'> & {
  readonly revenue: readonly RevenueRule[]
}

/** `partsOf` tells the months of a line, in amounts of the line's own sign. */
export function journalEntry(
  { invoiceId, invoice }: Pick<JournalEntry, 'invoiceId' | 'invoice'>,
  rules: JournalRules,
  partsOf: (line: InvoiceLine) => readonly OverDays[],
): JournalEntry | readonly MissingAccount[] {
  const missing: MissingAccount[] = []
  const revenue = revenueLines(invoice, rules, { partsOf, missing })
  const vat = invoice.vat
    .filter(({ vatMicros }) => vatMicros !== 0)
    .map((subtotal): JournalLine => {
      const { taxCategory, percentHundredths: taxPercentHundredths, vatMicros } = subtotal
      const rule = vatRule(rules, { taxCategory, taxPercentHundredths }, missing)
      return {
        what: 'vat',
        ledgerAccount: rule.account,
        description: 'VAT',
        vatCode: rule.code,
        vatPercentHundredths: taxPercentHundredths,
        amountMicros: negateMicros(owedMicros(invoice, vatMicros)),
        ...wholePeriod(invoice),
      }
    })
  if (missing.length > 0) return missing
  const receivable: JournalLine = {
    what: 'receivable',
    ledgerAccount: rules.receivables,
    description: invoice.customer.party.legalName,
    vatCode: '',
    vatPercentHundredths: 0,
    amountMicros: owedTotals(invoice).grossMicros,
    ...wholePeriod(invoice),
  }
  const lines = [receivable, ...revenue, ...vat].filter(({ amountMicros }) => amountMicros !== 0)
  assert.equal(sumMicros(lines.map(({ amountMicros }) => amountMicros)), 0)
  return { invoiceId, invoice, lines }
}

interface Splitting {
  readonly partsOf: (line: InvoiceLine) => readonly OverDays[]
  readonly missing: MissingAccount[]
}

/** One for each account, rate and month. */
function revenueLines(
  invoice: Invoice,
  rules: JournalRules,
  { partsOf, missing }: Splitting,
): JournalLine[] {
  const { partnerId } = invoice.seller
  const found = new Map<string, JournalLine>()
  for (const line of invoice.lines.filter(({ amountMicros }) => amountMicros !== 0)) {
    const kind = kindOfSection(line.section)
    const ledgerAccount = revenueAccount(rules.revenue, { ...line, partnerId, kind })
    if (ledgerAccount === NO_ACCOUNT) {
      missing.push({ what: `revenue: ${kind}, ${line.product}, "${line.subject}"` })
    }
    const tax = taxOfLine(line, invoice.vat)
    const rule = vatRule(rules, tax, missing)
    const parts = partsOf(line)
    assert.equal(sumMicros(parts.map(({ amountMicros }) => amountMicros)), line.amountMicros)
    for (const part of parts) {
      const key = [ledgerAccount, taxKey(tax), monthKey(part)].join('|')
      const before = found.get(key)
      const amountMicros = negateMicros(owedMicros(invoice, part.amountMicros))
      const serviceToDay = part.toDay - 1
      found.set(key, {
        what: 'revenue',
        ledgerAccount,
        description: before?.description ?? `${kind} ${line.product}`,
        vatCode: rule.code,
        vatPercentHundredths: tax.taxPercentHundredths,
        amountMicros: micros((before?.amountMicros ?? 0) + amountMicros),
        serviceFromDay: Math.min(before?.serviceFromDay ?? part.fromDay, part.fromDay),
        serviceToDay: Math.max(before?.serviceToDay ?? serviceToDay, serviceToDay),
      })
    }
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, line]) => line)
}

/** The months of 1970 onwards, in the order of time. */
function monthKey({ fromDay }: OverDays): string {
  return new Date(fromDay * DAY_MS).toISOString().slice(0, 7)
}

const DAY_MS = 86_400_000

function vatRule(rules: JournalRules, tax: Tax, missing: MissingAccount[]): VatRule {
  const { taxCategory: category, taxPercentHundredths } = tax
  const rule = rules.vat.find(
    (each) =>
      each.category === category &&
      (each.percentHundredths ?? taxPercentHundredths) === taxPercentHundredths,
  )
  if (rule !== undefined) return rule
  missing.push({ what: `vat: ${category} of ${taxPercentHundredths / 100} %` })
  return { category, code: '', account: '' }
}

function wholePeriod({ period }: Invoice) {
  return { serviceFromDay: period.startDay, serviceToDay: period.endDay - 1 }
}
