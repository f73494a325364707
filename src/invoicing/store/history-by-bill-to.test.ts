import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { micros } from '../../core/money/money.ts'
import type { Invoice } from '../invoice-model.ts'
import { runBilling } from '../run/run-billing.ts'
import { insertDocument } from './insert-document.ts'
import { readHistory } from './invoice-store.ts'
import { findInvoiceId } from './list-invoices.ts'
import { previousInvoice } from './previous-invoice.ts'
import { storedInvoice, type StoredInvoice } from './stored-invoice.ts'

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
afterAll(() => billing[Symbol.asyncDispose]())

test('each bill-to has its own standing invoice of a period, and a revision of one is none of another', async () => {
  const { operations } = billing.parts
  await runBilling(billing.parts, { period: '2026-10', accounts: ['duinzicht'] })
  const own = await storedInvoice(operations, await findInvoiceId(operations, '2026-00000001'))
  await storeOf(own, 'harbour', { number: '2026-00000002', gross: 10, fee: 1, revision: 0 })
  await storeOf(own, 'harbour', { number: '2026-00000003', gross: 20, fee: 2, revision: 1 })

  const { period } = own.invoice
  const history = await readHistory(operations, 'duinzicht', period.endDay)
  expect(history.closedStartDays).toEqual([period.startDay])
  expect(Object.fromEntries(history.previousGrossMicros)).toEqual({
    '': own.invoice.totals.grossMicros,
    harbour: 20_000_000,
  })
  expect(history.lastRunId).toBe(own.runId)
  const charged = Map.groupBy(history.chargedItems, ({ billToId = '?' }) => billToId)
  expect(charged.get('')).toHaveLength(own.invoice.recurringItems.length)
  expect(charged.get('harbour')?.map(({ feeMicros }) => feeMicros)).toEqual([2_000_000])

  const next = { ...own.invoice, period: { ...period, startDay: period.endDay } }
  expect((await previousInvoice(operations, next))?.number).toBe('2026-00000001')
  expect(await previousInvoice(operations, own.invoice)).toBeUndefined()
  const { customer } = own.invoice
  const ofHarbour = { ...next, customer: { ...customer, billToId: 'harbour' } }
  expect((await previousInvoice(operations, ofHarbour))?.number).toBe('2026-00000003')
})

async function storeOf(
  { invoice, span, runId }: StoredInvoice,
  billToId: string,
  of: { number: string; gross: number; fee: number; revision: number },
): Promise<void> {
  const [item] = invoice.recurringItems
  if (item === undefined) throw new Error('it charges a fee')
  const gross = micros(of.gross * 1_000_000)
  const document: Invoice = {
    ...invoice,
    number: of.number,
    customer: { ...invoice.customer, billToId },
    totals: { netMicros: gross, vatMicros: micros(0), grossMicros: gross },
    recurringItems: [{ ...item, feeMicros: micros(of.fee * 1_000_000) }],
    oneOffChargeIds: [],
  }
  const { revision } = of
  await billing.parts.operations.transaction((sql) =>
    insertDocument(sql, document, { span, runId, revision, nowMs: 0 }),
  )
}
