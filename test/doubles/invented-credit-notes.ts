/** Every kind of credit note that tik can make, of the invented invoices: for tests and the official rules. */
import { buildInvoice, type InvoiceRequest } from '../../src/invoicing/build/build-invoice.ts'
import { creditNoteOfPeriod } from '../../src/invoicing/credit/credit-note-of-period.ts'
import { inventedRequest } from './invented-request.ts'
import { micros } from '../../src/core/money/money.ts'
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
  for (const [name, request] of negativeRequests()) {
    const draft = creditNoteOfPeriod(buildInvoice(request), [
      { number: '2026-00000001', issueDay: 20_700 },
    ])
    notes.set(`negative total: ${name}`, {
      ...draft,
      number: `2026-1${String(notes.size).padStart(7, '0')}`,
    })
  }
  return notes
}

/** Periods in which more is taken back than charged. */
function negativeRequests(): [string, InvoiceRequest][] {
  const request = inventedRequest({ subscriptionsCount: 3 })
  const goodwill = request.oneOffCharges.map((each) => ({
    ...each,
    amountMicros: micros(-500_000_000),
  }))
  const charged = buildInvoice(request).recurringItems
  const gone = {
    ...request,
    usage: [],
    oneOffCharges: [],
    chargedItems: charged,
    subscriptions: [],
  }
  return [
    ['a goodwill', { ...request, oneOffCharges: goodwill }],
    ['fees in advance after an end', gone],
    [
      'reverse charge',
      {
        ...gone,
        account: inventedRequest({ subscriptionsCount: 0, customerCountry: 'BE' }).account,
      },
    ],
  ]
}
