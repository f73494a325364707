/** Every kind of credit note that tik can make, of the invented invoices: for tests and the official rules. */
import { micros } from '../../src/core/money.ts'
import { buildCreditNote, type CreditWish } from '../../src/invoicing/credit/build-credit-note.ts'
import type { CreditNote, Invoice } from '../../src/invoicing/invoice-model.ts'
import { inventedEInvoices } from './invented-e-invoices.ts'

const WHOLE: CreditWish = { what: 'whole' }
const AMOUNT = { what: 'amount', netMicros: micros(1_230_000), lineNumber: undefined } as const

/** By name, in a fixed order. */
export function inventedCreditNotes(): Map<string, CreditNote> {
  const notes = new Map<string, CreditNote>()
  const add = (name: string, invoice: Invoice, wishes: readonly CreditWish[]): void => {
    const credits: CreditNote[] = []
    for (const wish of wishes) {
      const request = { wish, reason: `Te veel berekend: ${name}`, issueDay: invoice.issueDay + 7 }
      const { note } = buildCreditNote(invoice, credits, request)
      credits.push({
        ...note,
        number: `C2026-${String(notes.size + credits.length).padStart(8, '0')}`,
      })
    }
    const last = credits.at(-1)
    if (last !== undefined) notes.set(`credit note: ${name}`, last)
  }
  for (const [name, invoice] of inventedEInvoices()) add(name, invoice, [WHOLE])
  const plain = inventedEInvoices().get('standard rate')
  if (plain === undefined) throw new Error('there is such an invoice')
  add('some lines', plain, [{ what: 'lines', lineNumbers: [1, 2] }])
  add('an amount of a line', plain, [{ ...AMOUNT, lineNumber: 1 }])
  add('an amount of no line', plain, [AMOUNT])
  add('the rest after amounts', plain, [AMOUNT, { ...AMOUNT, lineNumber: 1 }, AMOUNT, WHOLE])
  return notes
}
