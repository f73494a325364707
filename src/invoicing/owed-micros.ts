/**
 * What a document adds to what its account owes. Amounts of a credit note are positive on it, so every sum
 * of documents takes them from here.
 */
import { negateMicros, type Micros } from '../core/money/money.ts'
import type { Invoice, InvoiceTotals } from './invoice-model.ts'

export function owedMicros({ kind }: Pick<Invoice, 'kind'>, amountMicros: Micros): Micros {
  return kind === 'credit-note' ? negateMicros(amountMicros) : amountMicros
}

/** The same rule in a statement over `invoices`. */
export const OWED_SIGN = "(CASE kind WHEN 'credit-note' THEN -1 ELSE 1 END)"

export function owedTotals(invoice: Pick<Invoice, 'kind' | 'totals'>): InvoiceTotals {
  const { netMicros, vatMicros, grossMicros } = invoice.totals
  return {
    netMicros: owedMicros(invoice, netMicros),
    vatMicros: owedMicros(invoice, vatMicros),
    grossMicros: owedMicros(invoice, grossMicros),
  }
}
