import { expect, test } from 'vitest'
import { inventedCreditNotes } from '../../../test/doubles/invented-credit-notes.ts'
import { inventedEInvoices } from '../../../test/doubles/invented-e-invoices.ts'
import { micros } from '../../core/money/money.ts'
import type { DifferenceCause } from '../difference/invoice-difference.ts'
import type { Invoice, InvoiceLine } from '../invoice-model.ts'
import { addToReport, finishReport, startReport } from './billing-report.ts'

const [invoice] = inventedEInvoices().values()
const [line] = invoice?.lines ?? []
const [credit] = inventedCreditNotes().values()
if (invoice === undefined || line === undefined || credit === undefined) throw new Error('invented')

function used(section: InvoiceLine['section'], subject: string, count: number): InvoiceLine {
  if (line === undefined) throw new Error('it is invented')
  return { ...line, section, product: 'voip', subject, count, amountMicros: micros(count * 10_000) }
}

function reported(preview: boolean | undefined, ...invoices: Invoice[]) {
  const options = { period: '2026-10', ...(preview === undefined ? {} : { preview }) }
  const report = startReport(options, { findings: [], alreadyBilledCount: 3 })
  for (const each of invoices) addToReport(report, each, 'finalised', undefined)
  return finishReport(report)
}

test('usage is summed by call type: information without calls, and what a credit note gives back', () => {
  const charged = {
    ...invoice,
    lines: [
      used('usage', 'b', 5),
      used('premium', 'b', 4),
      used('late', 'a', 3),
      used('late-premium', 'a', 2),
      { ...used('recurring', 'fee', 1) },
    ],
  }
  const given = { ...credit, lines: [used('usage', 'b', 2)] }
  expect(reported(undefined, charged, given).usage).toEqual([
    { product: 'voip', callType: 'a', count: 3, amountMicros: 50_000 },
    { product: 'voip', callType: 'b', count: 3, amountMicros: 70_000 },
  ])
})

test('totals are what is owed, and each invoice is told with what is known of it', () => {
  const report = reported(true, invoice, credit)
  expect(report).toMatchObject({ period: '2026-10', preview: true, alreadyBilledCount: 3 })
  expect(report.totals.grossMicros).toBe(invoice.totals.grossMicros - credit.totals.grossMicros)
  expect(report.invoices).toHaveLength(2)
  expect(report.invoices[0]).not.toHaveProperty('billToId')
  expect(report.invoices[0]).not.toHaveProperty('causes')
  expect(reported(undefined).preview).toBe(false)
  const draft = startReport({ period: '2026-10' }, { findings: [], alreadyBilledCount: 0 })
  const customer = { ...invoice.customer, billToId: 'haven' }
  const cause: DifferenceCause = {
    group: 'vat',
    subject: '',
    description: '',
    count: 0,
    amountMicros: micros(1),
  }
  addToReport(draft, { ...invoice, customer }, 'preview', micros(5), [cause])
  expect(draft.invoices).toMatchObject([
    { billToId: 'haven', outcome: 'preview', previousGrossMicros: 5, causes: [cause] },
  ])
})
