/** What earlier invoices mean for the next one, and what keeps one from being finalised. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'
import { reissueInvoice } from '../credit/reissue-invoice.ts'
import { runBilling } from '../run/run-billing.ts'
import {
  finaliseInvoices,
  readChargedItems,
  readHistory,
  readOpenOneOffCharges,
} from './invoice-store.ts'
import { findInvoiceId } from './list-invoices.ts'
import { storedInvoice } from './stored-invoice.ts'

const ACCOUNTS = ['duinzicht']
const NOVEMBER = dayFromIso('2026-11-01')

vi.setConfig({ testTimeout: 120_000 }) // Some bill several months, each with its documents.

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

const history = (startDay = NOVEMBER) =>
  readHistory(billing.parts.operations, 'duinzicht', startDay)
const bill = (period: string) => runBilling(billing.parts, { period, accounts: ACCOUNTS })

test('before any invoice there is no history', async () => {
  expect(await history()).toEqual({
    lastInvoiceId: 0,
    lastRunId: 0,
    lastCutOffId: '',
    closedStartDays: [],
    catalogueKeys: new Map(),
    firstBilledDay: undefined,
    chargedItems: [],
    previousGrossMicros: new Map(),
  })
})

test('periods are told in their order, whichever was billed first, and the one before is the latest of them', async () => {
  const of = { accountId: 'duinzicht', subscriptionId: 'duinzicht-0', partition: 1 }
  await billing.record({ ...of, offset: 0, date: '2026-10-03', charge: '10' })
  await bill('2026-10')
  await bill('2026-09')
  const told = await history()
  const october = await storedInvoice(
    billing.parts.operations,
    await findInvoiceId(billing.parts.operations, '2026-00000001'),
  )
  expect(told.closedStartDays.map(dayToIso)).toEqual(['2026-09-01', '2026-10-01'])
  expect(dayToIso(told.firstBilledDay ?? 0)).toBe('2026-09-01')
  expect([...told.previousGrossMicros]).toEqual([['', october.invoice.totals.grossMicros]])
  expect([...told.catalogueKeys.values()]).toEqual(['invented', 'invented'])
  // Of a period itself what came before it, which is September.
  const before = await history(dayFromIso('2026-10-01'))
  expect([...before.previousGrossMicros.values()]).not.toContain(october.invoice.totals.grossMicros)
  expect((await history(dayFromIso('2026-09-01'))).previousGrossMicros.size).toBe(0)
})

test('cut-off and run are those by which a period was billed the first time', async () => {
  const { runId } = await bill('2026-10')
  const before = await history()
  await reissueInvoice(billing.parts, { number: '2026-00000001', reason: 'Verkeerd adres' })
  const after = await history()
  expect([after.lastRunId, after.lastCutOffId]).toEqual([runId, before.lastCutOffId])
  expect(after.lastInvoiceId).toBeGreaterThan(before.lastInvoiceId)
})

test('a run that kept no catalogue tells none', async () => {
  await bill('2026-10')
  for (const key of ['NULL', `''`]) {
    await billing.parts.operations.execute(`UPDATE billing_runs SET catalogue_key = ${key}`)
    expect((await history()).catalogueKeys.size).toBe(0)
  }
})

test('what was charged is told of documents up to a day and up to one of them, both included', async () => {
  await bill('2026-10')
  const { operations } = billing.parts
  const lastInvoiceId = await findInvoiceId(operations, '2026-00000001')
  const issuedToDay = dayFromIso('2026-11-02')
  const count = async (bounds: object) =>
    (await readChargedItems(operations, 'duinzicht', bounds)).length
  expect(await count({})).toBe(2)
  expect(await count({ issuedToDay, lastInvoiceId })).toBe(2)
  expect(await count({ issuedToDay: issuedToDay - 1 })).toBe(0)
  expect(await count({ lastInvoiceId: lastInvoiceId - 1 })).toBe(0)
})

test('a one-off charge has a tax and a bill-to where they were said, and none else', async () => {
  const { operations } = billing.parts
  await operations.execute(
    `INSERT INTO one_off_charges (charge_id, account_id, at_ms, description, amount_micros,
       tax_category, bill_to_id)
     VALUES ('a', 'duinzicht', 1, 'Said', 10000, 'exempt', 'haven'),
       ('b', 'duinzicht', 2, 'Not said', 10000, '', '')`,
  )
  const [said, other] = await readOpenOneOffCharges(operations, 'duinzicht', 3)
  expect(said).toMatchObject({ chargeId: 'a', taxCategory: 'exempt', billToId: 'haven' })
  expect(other).not.toHaveProperty('taxCategory')
  expect(other).not.toHaveProperty('billToId')
  await operations.execute('TRUNCATE one_off_charges CASCADE')
})

test('what is billed with a sub-account is not finalised when that was billed meanwhile', async () => {
  await bill('2026-10')
  const { operations } = billing.parts
  const stored = await storedInvoice(operations, await findInvoiceId(operations, '2026-00000001'))
  const span = { ...stored.span, accountId: 'zeegras' }
  const request = {
    drafts: [],
    span,
    runId: stored.runId,
    basedOnInvoiceId: 0,
    nowMs: 0,
    subAccounts: [{ span: stored.span, basedOnInvoiceId: stored.invoiceId }],
  }
  const finalised = (basedOnInvoiceId: number) =>
    operations.transaction((sql) =>
      finaliseInvoices(sql, { ...request, subAccounts: [{ span: stored.span, basedOnInvoiceId }] }),
    )
  expect(await finalised(0)).toEqual({ outcome: 'history-changed' })
  await expect(finalised(stored.invoiceId)).rejects.toThrow(/account_closed_periods/)
})
