/** E-invoices on their way, in real stores: handed over once, told back, put back. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { TikError } from '../../core/failures/errors.ts'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { stateHistory } from '../receivables/state-history.ts'
import { runBilling } from '../run/run-billing.ts'
import { findInvoiceId, listInvoices } from '../store/list-invoices.ts'
import { deliveryHistory, noteDelivery, type DeliveryState } from './delivery-states.ts'
import { handOverEInvoices } from './hand-over.ts'
import { listDeliveries } from './list-deliveries.ts'
import { undelivered } from './undelivered.ts'

const ACTOR = { by: 'ans', door: 'tik bill deliver' }
const PERIOD = '2026-10'
const [FIRST, SECOND] = ['2026-00000001', '2026-00000002'] as const

let billing: InventedBilling
let outboxFolder: string
beforeAll(async () => {
  billing = await openInventedBilling()
  outboxFolder = join(billing.folder, 'outbox')
})
beforeEach(async () => {
  await billing.reset()
  rmSync(outboxFolder, { recursive: true, force: true })
  await runBilling(billing.parts, { period: PERIOD, actor: ACTOR })
})
afterAll(() => billing[Symbol.asyncDispose]())

async function handOver(parts = billing.parts) {
  return handOverEInvoices(parts, { period: PERIOD, outboxFolder, actor: ACTOR })
}

async function tell(number: string, state: DeliveryState, reason = '') {
  const { operations, clock } = billing.parts
  const invoiceId = await findInvoiceId(operations, number)
  const note = { state, reason, atMs: clock.nowMs(), actor: ACTOR }
  return operations.transaction((sql) => noteDelivery(sql, invoiceId, note))
}

async function states(): Promise<string[]> {
  const found = await listDeliveries(billing.parts, { period: PERIOD })
  return found.map(({ number, state, reason }) => [number, state, reason].join(' ').trim())
}

test('each e-invoice is handed over once, as it was written', async () => {
  expect(await states()).toEqual([`${FIRST} written`, `${SECOND} written`, '2026-00000003 written'])
  const report = await handOver()
  expect(report).toMatchObject({ knownCount: 0, findings: [] })
  expect(readdirSync(outboxFolder)).toEqual([
    `noorderlicht-${FIRST}-duinzicht-ubl.xml`,
    `noorderlicht-${SECOND}-zandbank-ubl.xml`,
    'noorderlicht-2026-00000003-zeegras-ubl.xml',
  ])
  const [first] = await listDeliveries(billing.parts, { period: PERIOD })
  expect(readFileSync(report.handedOver[0]?.path ?? '')).toEqual(readFileSync(first?.path ?? ''))
  rmSync(outboxFolder, { recursive: true }) // The access point took them.
  expect(await handOver()).toEqual({ handedOver: [], knownCount: 3, findings: [] })
  expect(existsSync(outboxFolder)).toBe(false)
})

test('killed between the file and the note, the next call writes the same file and notes it', async () => {
  const { operations } = billing.parts
  let calls = 0
  const dying = {
    ...operations,
    transaction: (work: Parameters<typeof operations.transaction>[0]) => {
      calls += 1
      if (calls === 2) throw new Error('killed')
      return operations.transaction(work)
    },
  }
  const parts = { ...billing.parts, operations: dying as typeof operations }
  await expect(handOver(parts)).rejects.toThrow('killed')
  expect(readdirSync(outboxFolder)).toHaveLength(2) // The second is there and not noted.
  expect((await states()).slice(0, 2)).toEqual([`${FIRST} handed-over`, `${SECOND} written`])
  const before = readFileSync(join(outboxFolder, readdirSync(outboxFolder)[1] ?? ''))
  writeFileSync(join(outboxFolder, '99999999-1.part'), '<Invoice') // No process has such a number.
  expect(await handOver()).toMatchObject({ handedOver: [{ number: SECOND }, {}], knownCount: 1 })
  expect(readFileSync(join(outboxFolder, readdirSync(outboxFolder)[1] ?? ''))).toEqual(before)
  expect(readdirSync(outboxFolder).filter((name) => name.endsWith('.part'))).toEqual([])
})

test('what the other side says is noted once, and refused has a reason', async () => {
  await handOver()
  expect(await tell(FIRST, 'accepted')).toEqual({ state: 'accepted', isNew: true })
  expect(await tell(FIRST, 'accepted')).toEqual({ state: 'accepted', isNew: false })
  await expect(tell(SECOND, 'refused')).rejects.toMatchObject({
    message: 'a refusal has a reason',
    hint: expect.stringMatching(/./),
  })
  await tell(SECOND, 'refused', 'no such endpoint')
  expect((await states()).slice(0, 2)).toEqual([
    `${FIRST} accepted`,
    `${SECOND} refused no such endpoint`,
  ])
  await tell(SECOND, 'written', 'the endpoint is there now')
  expect((await handOver()).handedOver).toMatchObject([{ number: SECOND }])
  const id = await findInvoiceId(billing.parts.operations, SECOND)
  const history = await deliveryHistory(billing.parts.operations, id)
  expect(history.map(({ state }) => state)).toEqual([
    'written',
    'handed-over',
    'refused',
    'written',
    'handed-over',
  ])
})

test('who gets no mail is sent the invoice with its e-invoice, who gets one with the mail', async () => {
  await handOver()
  const all = (await listInvoices(billing.parts)).toReversed()
  expect(all.map(({ accountId, status, sentMs }) => [accountId, status, sentMs])).toEqual([
    ['duinzicht', 'finalised', undefined], // Its mail has not left.
    ['zandbank', 'sent', billing.parts.clock.nowMs()],
    ['zeegras', 'sent', billing.parts.clock.nowMs()],
  ])
  const { operations } = billing.parts
  const history = await stateHistory(operations, await findInvoiceId(operations, SECOND))
  expect(history.at(-1)).toMatchObject({ state: 'sent', note: 'e-invoice' })
})

test('what is long on its way is told, of sellers who hand over, and unanswered only where others are answered', async () => {
  const told = async () => {
    const all = await undelivered(billing.parts.operations, billing.parts.clock.nowMs())
    return all.map(
      ({ accountId, period, state, count }) => `${accountId} ${period} ${state} ${count}`,
    )
  }
  expect(await told()).toEqual([]) // Nobody hands over.
  await handOver()
  expect(await told()).toEqual([]) // Nobody answers.
  await tell(SECOND, 'refused', 'no such endpoint')
  expect((await told()).toSorted()).toEqual([
    `duinzicht ${PERIOD} handed-over 1`,
    `zandbank ${PERIOD} refused 1`,
    `zeegras ${PERIOD} handed-over 1`,
  ])
  await tell(FIRST, 'accepted')
  expect(await told()).toHaveLength(2)
  expect(await undelivered(billing.parts.operations, billing.parts.clock.nowMs() - 1)).toEqual([])
})

test.each<[string, DeliveryState, string]>([
  ['accepted before it was handed over', 'accepted', 'the e-invoice is written'],
  ['refused before it was handed over', 'refused', 'the e-invoice is written'],
])('it cannot be %s', async (_what, state, message) => {
  await expect(tell(FIRST, state, 'x')).rejects.toThrow(message)
})

test('an invoice without an e-invoice has nothing to deliver', async () => {
  const { operations } = billing.parts
  await operations.execute('ALTER TABLE invoice_documents DISABLE TRIGGER ALL')
  await operations.execute(`DELETE FROM invoice_documents WHERE kind = 'ubl'`)
  await expect(tell(FIRST, 'handed-over')).rejects.toMatchObject({
    message: 'this invoice has no e-invoice that could be delivered',
    hint: 'tik bill check says what is missing for one',
  })
})

test('what was accepted stays so', async () => {
  await handOver()
  await tell(FIRST, 'accepted')
  for (const state of ['written', 'refused', 'handed-over'] as const) {
    await expect(tell(FIRST, state, 'x')).rejects.toThrow(TikError)
  }
  await expect(
    billing.parts.operations.execute("UPDATE e_invoice_deliveries SET state = 'refused'", []),
  ).rejects.toThrow('never changes')
})

test('a document that is gone or was changed is not handed over, the others are', async () => {
  const [first, second] = await listDeliveries(billing.parts, { period: PERIOD })
  rmSync(first?.path ?? '')
  writeFileSync(second?.path ?? '', '<Invoice/>')
  const report = await handOver()
  expect(report.handedOver.map(({ number }) => number)).toEqual(['2026-00000003'])
  expect(report.findings).toMatchObject([
    { code: 'document_missing', severity: 'error', subject: FIRST, text: `${first?.path} is gone` },
    { code: 'document_differs', subject: SECOND, text: `${second?.path} is not what was written` },
  ])
})
