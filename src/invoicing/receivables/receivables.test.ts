/** What becomes of finalised invoices, in real stores: sent, paid, taken back, disputed. */
import { cpSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { microsFromDecimal, microsToDecimal, type Micros } from '../../core/money/money.ts'
import { dayFromIso } from '../../core/time/period.ts'
import { createFolderMailer } from '../../mail/folder-mailer.ts'
import { sendDueMails } from '../../mail/send-mails.ts'
import { migrateOperations } from '../../postgres/migrate-operations.ts'
import { openOperations } from '../../postgres/operations-store.ts'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import type { CreditWish } from '../credit/build-credit-note.ts'
import { creditInvoice } from '../credit/credit-invoice.ts'
import { runBilling } from '../run/run-billing.ts'
import { findInvoiceId, listInvoices } from '../store/list-invoices.ts'
import { accountPayments } from './account-payments.ts'
import { disputeInvoice, resolveDispute } from './disputes.ts'
import {
  assignBalance,
  payInvoice,
  reverse,
  reversePayment,
  type NotedPayment,
} from './payments.ts'
import { stateHistory } from './state-history.ts'

const ACTOR = { by: 'ans', door: 'tik bill pay' }
/** duinzicht, with a reader of invoices; zandbank has none. */
const [FIRST, SECOND] = ['2026-00000001', '2026-00000002'] as const

vi.setConfig({ testTimeout: 120_000 }) // Some bill several months, each with its documents.

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(async () => {
  await billing.reset()
  await runBilling(billing.parts, { period: '2026-10', actor: { by: 'ans', door: 'tik bill run' } })
})
afterAll(() => billing[Symbol.asyncDispose]())

async function pay(number: string, amount: string, reference: string, on = '2026-11-10') {
  return change(number, (sql, id) => payInvoice(sql, id, { ...details(amount, on), reference }))
}

async function takeBack(number: string, amount: string, reference?: string, on = '2026-11-12') {
  return change(number, (sql, id) => reversePayment(sql, id, { ...details(amount, on), reference }))
}

function details(amount: string, on: string) {
  const nowMs = billing.parts.clock.nowMs()
  return { amountMicros: microsFromDecimal(amount), onDay: dayFromIso(on), actor: ACTOR, nowMs }
}

type Sql = Parameters<typeof payInvoice>[0]
async function change<Result>(
  number: string,
  work: (sql: Sql, invoiceId: number) => Promise<Result>,
): Promise<Result> {
  const { operations } = billing.parts
  const invoiceId = await findInvoiceId(operations, number)
  return operations.transaction((sql) => work(sql, invoiceId))
}

async function shown(number: string): Promise<string> {
  const [invoice] = await listInvoices(billing.parts, { number })
  if (invoice === undefined) throw new Error(`${number} is there`)
  const { status, grossMicros, paidMicros, openMicros } = invoice
  return [status, euros(grossMicros), euros(paidMicros), euros(openMicros)].join(' ')
}

function euros(amount: Micros): string {
  return microsToDecimal(amount, 2)
}

function brief({ assignedMicros, openMicros, isKnown }: NotedPayment) {
  return [euros(assignedMicros), euros(openMicros), isKnown ? 'known' : 'new']
}

async function states(number: string): Promise<string[]> {
  const id = await findInvoiceId(billing.parts.operations, number)
  return (await stateHistory(billing.parts.operations, id)).map(
    ({ state, actor, amountMicros, note }) =>
      [
        state,
        amountMicros === undefined ? '' : euros(amountMicros),
        actor.by,
        actor.door,
        note ?? '',
      ]
        .filter((part) => part !== '')
        .join(' '),
  )
}

test('an invoice is sent when its first mail left, and one without readers is not', async () => {
  const { operations, clock } = billing.parts
  expect(await shown(FIRST)).toMatch(/^finalised/)
  billing.setNow('2026-11-03T09:30:00Z')
  await using mailer = createFolderMailer(join(billing.folder, 'mails'))
  await sendDueMails({ store: operations, mailer, clock, mailsPerMinuteMax: 60 })
  const [first] = await listInvoices(billing.parts, { number: FIRST })
  expect([first?.status, first?.sentMs]).toEqual(['sent', Date.parse('2026-11-03T09:30:00Z')])
  expect(await shown(SECOND)).toMatch(/^finalised/)
  // The same mail sent again is no second sending of the invoice.
  await operations.execute(`UPDATE mails SET state = 'queued'`)
  await operations.execute(`UPDATE mails SET state = 'sent', finished_ms = finished_ms + 1000`)
  expect(await states(FIRST)).toEqual([
    'finalised ans tik bill run',
    'sent tik mail ans@duinzicht.example',
  ])
})

test('payments make it paid in part, then paid; the same reference is the same payment', async () => {
  expect(await shown(FIRST)).toBe('finalised 39.17 0.00 39.17')
  expect(brief(await pay(FIRST, '9.17', 'bank 1'))).toEqual(['9.17', '30.00', 'new'])
  expect(brief(await pay(FIRST, '9.17', 'bank 1'))).toEqual(['9.17', '30.00', 'known'])
  expect(await shown(FIRST)).toBe('part-paid 39.17 9.17 30.00')
  billing.setNow('2026-12-24T08:00:00Z')
  expect(await shown(FIRST)).toBe('overdue 39.17 9.17 30.00')
  expect(brief(await pay(FIRST, '30', 'bank 2'))).toEqual(['30.00', '0.00', 'new'])
  expect(await shown(FIRST)).toBe('paid 39.17 39.17 0.00')
  expect(await states(FIRST)).toEqual([
    'finalised ans tik bill run',
    'part-paid 9.17 ans tik bill pay bank 1',
    'paid 30.00 ans tik bill pay bank 2',
  ])
  const numbers = async (standing: 'open' | 'overdue' | 'paid') =>
    (await listInvoices(billing.parts, { standing })).map(({ number }) => number)
  expect(await numbers('paid')).toEqual([FIRST])
  expect(await numbers('open')).toEqual(['2026-00000003', SECOND])
  expect(await numbers('overdue')).toEqual(['2026-00000003', SECOND])
})

test.each([
  ['another amount', '9.18', FIRST, '2026-11-10'],
  ['another day', '9.17', FIRST, '2026-11-11'],
  ['another account', '9.17', SECOND, '2026-11-10'],
])('a reference that was used for %s is refused', async (_what, amount, number, on) => {
  await pay(FIRST, '9.17', 'bank 1')
  await expect(pay(number, amount, 'bank 1', on)).rejects.toMatchObject({
    code: 'payment_refused',
    message: 'reference bank 1 is another payment: 9.17 on 2026-11-10',
    hint: 'use the reference of the bank, or one of your own for each payment',
  })
  expect(await shown(FIRST)).toBe('part-paid 39.17 9.17 30.00')
})

test('what is paid too much is a balance, and the next invoice can be paid of it', async () => {
  expect(brief(await pay(FIRST, '50', 'bank 1'))).toEqual(['39.17', '0.00', 'new'])
  // Nothing of it is open: all of the payment is left, and noting it again still does nothing.
  expect(brief(await pay(FIRST, '5', 'bank 2'))).toEqual(['0.00', '0.00', 'new'])
  expect(brief(await pay(FIRST, '5', 'bank 2'))).toEqual(['0.00', '0.00', 'known'])
  expect((await states(FIRST)).slice(1)).toEqual(['paid 39.17 ans tik bill pay bank 1'])
  billing.setNow('2026-12-02T08:00:00Z')
  await runBilling(billing.parts, { period: '2026-11', accounts: ['duinzicht'] })
  const next = '2026-00000004'
  const [over] = await accountPayments(billing.parts.operations, 'duinzicht')
  expect(over).toMatchObject({ reference: 'bank 1', leftMicros: 10_830_000 })
  const assign = (number: string, amount?: string) =>
    change(number, (sql, id) =>
      assignBalance(sql, id, {
        paymentId: over?.paymentId ?? 0,
        amountMicros: amount === undefined ? undefined : microsFromDecimal(amount),
        actor: ACTOR,
        nowMs: 0,
      }),
    )
  await expect(assign(next, '10.84')).rejects.toMatchObject({ code: 'payment_refused' })
  await expect(assign(SECOND)).rejects.toMatchObject({ code: 'not_found' }) // Another account's.
  expect(brief(await assign(next, '0.83'))[0]).toBe('0.83')
  expect(brief(await assign(next))[0]).toBe('10.00')
  await expect(assign(next)).rejects.toMatchObject({ code: 'payment_refused' })
  expect(await shown(next)).toMatch(/^part-paid \d+\.\d\d 10\.83 /)
})

test('a payment taken back opens whatever it had paid, once', async () => {
  await pay(FIRST, '9.17', 'bank 1')
  await pay(FIRST, '30', 'bank 2')
  expect(brief(await takeBack(FIRST, '30'))).toEqual(['-30.00', '30.00', 'new'])
  expect(brief(await takeBack(FIRST, '30'))).toEqual(['-30.00', '30.00', 'known'])
  expect(await shown(FIRST)).toBe('part-paid 39.17 9.17 30.00')
  expect((await states(FIRST)).at(-1)).toBe('reopened -30.00 ans tik bill pay bank 2 reversed')
  await expect(takeBack(FIRST, '12')).rejects.toMatchObject({
    code: 'payment_refused',
    message: `${FIRST} has no such payment of 12.00`,
    hint: 'a payment is taken back whole: tik bill payments list shows amounts and references',
  })
  await pay(FIRST, '30', 'bank 3')
  await pay(FIRST, '30', 'bank 4')
  // Of bank 3 and bank 4, which both stand, only bank 3 paid this invoice.
  expect(brief(await takeBack(FIRST, '30'))).toEqual(['-30.00', '30.00', 'new'])
  const left = await accountPayments(billing.parts.operations, 'duinzicht')
  expect(left.map((each) => [each.reference, euros(each.leftMicros), each.isReversed])).toEqual([
    ['bank 1', '0.00', false],
    ['bank 2', '0.00', true],
    ['bank 2 reversed', '0.00', true],
    ['bank 3', '0.00', true],
    ['bank 4', '30.00', false],
    ['bank 3 reversed', '0.00', true],
  ])
})

test('which of two equal payments is taken back is asked for, never guessed', async () => {
  await pay(FIRST, '10', 'bank 1')
  await pay(FIRST, '10', 'bank 2')
  await expect(takeBack(FIRST, '10')).rejects.toMatchObject({
    code: 'payment_refused',
    hint: 'say which with --reference: bank 1, bank 2',
  })
  expect(brief(await takeBack(FIRST, '10', 'bank 2'))).toEqual(['-10.00', '29.17', 'new'])
})

test('a dispute has an amount and a reason until it is resolved', async () => {
  const dispute = (amount: string | undefined, reason: string) =>
    change(FIRST, (sql, id) =>
      disputeInvoice(sql, id, {
        amountMicros: amount === undefined ? undefined : microsFromDecimal(amount),
        reason,
        actor: ACTOR,
        nowMs: 0,
      }),
    )
  const resolve = () =>
    change(FIRST, (sql, id) =>
      resolveDispute(sql, id, { reason: 'explained', actor: ACTOR, nowMs: 1 }),
    )
  await expect(resolve()).rejects.toMatchObject({ code: 'payment_refused' })
  for (const amount of ['39.18', '0', '-1', '0.005']) {
    await expect(dispute(amount, 'all')).rejects.toMatchObject({ code: 'payment_refused' })
  }
  expect(await dispute(undefined, 'not ours')).toBe(39_170_000)
  expect(await dispute('12.10', 'roaming')).toBe(12_100_000)
  expect(await listInvoices(billing.parts, { standing: 'disputed' })).toMatchObject([
    { number: FIRST, disputedMicros: 12_100_000, disputeReason: 'roaming', openMicros: 39_170_000 },
  ])
  expect(await resolve()).toBe(12_100_000)
  expect(await listInvoices(billing.parts, { standing: 'disputed' })).toEqual([])
  expect((await states(FIRST)).slice(1)).toEqual([
    'disputed 39.17 ans tik bill pay not ours',
    'disputed 12.10 ans tik bill pay roaming',
    'dispute-resolved 12.10 ans tik bill pay explained',
  ])
})

test('a credit note of what was paid makes a balance of it', async () => {
  await pay(FIRST, '20', 'bank 1')
  await pay(FIRST, '19.17', 'bank 2')
  const credit = (wish: CreditWish) =>
    creditInvoice(billing.parts, { number: FIRST, wish, reason: 'Te veel', actor: ACTOR })
  const part = { what: 'amount', netMicros: microsFromDecimal('10'), lineNumber: 1 } as const
  await credit(part)
  expect(await shown(FIRST)).toBe('paid 39.17 27.07 0.00')
  await credit({ what: 'whole' })
  expect(await shown(FIRST)).toBe('credited 39.17 0.00 0.00')
  const left = await accountPayments(billing.parts.operations, 'duinzicht')
  expect(left.map((each) => [each.reference, euros(each.leftMicros)])).toEqual([
    ['bank 1', '20.00'],
    ['bank 2', '19.17'],
  ])
  expect((await states(FIRST)).slice(3)).toEqual([
    'credited 12.10 ans tik bill pay 2026-00000004',
    'released -12.10 ans tik bill pay bank 2',
    'credited 27.07 ans tik bill pay 2026-00000005',
    'released -7.07 ans tik bill pay bank 2',
    'released -20.00 ans tik bill pay bank 1',
  ])
  await expect(pay('2026-00000004', '1', 'bank 3')).rejects.toMatchObject({
    code: 'payment_refused',
  })
  await expect(pay(FIRST, '1', 'bank 3')).resolves.toMatchObject({ assignedMicros: 0 })
})

test.each(['0', '-1', '0.005'])('%s is no amount of a payment', async (amount) => {
  await expect(pay(FIRST, amount, 'bank 1')).rejects.toThrow(/is no amount in cents/)
  await expect(takeBack(FIRST, amount)).rejects.toThrow(/is no amount in cents/)
})

test('a credit note of what is still open leaves payments where they are', async () => {
  await pay(FIRST, '10', 'bank 1')
  const wish = { what: 'amount', netMicros: microsFromDecimal('10'), lineNumber: 1 } as const
  await creditInvoice(billing.parts, { number: FIRST, wish, reason: 'Te veel', actor: ACTOR })
  expect(await shown(FIRST)).toBe('part-paid 39.17 10.00 17.07')
  expect((await states(FIRST)).slice(2)).toEqual(['credited 12.10 ans tik bill pay 2026-00000004'])
})

test('a payment that a credit note let go takes nothing from the invoice when it goes back', async () => {
  const { paymentId } = await pay(FIRST, '39.17', 'bank 1')
  const wish = { what: 'whole' } as const
  await creditInvoice(billing.parts, { number: FIRST, wish, reason: 'Te veel', actor: ACTOR })
  const original = { paymentId, partnerId: 'noorderlicht', accountId: 'duinzicht' }
  const { taken } = await change(FIRST, (sql) =>
    reverse(sql, original, { ...details('39.17', '2026-11-20'), reference: 'back' }),
  )
  expect(taken).toEqual([])
})

test('what nobody asked for by name is done by tik', async () => {
  await billing.reset()
  await runBilling(billing.parts, { period: '2026-10', accounts: ['duinzicht'] })
  expect(await states(FIRST)).toEqual(['finalised tik tik'])
})

test('the store refuses to change what was noted', async () => {
  await pay(FIRST, '9.17', 'bank 1')
  const { operations } = billing.parts
  for (const statement of [
    'UPDATE payments SET on_day = on_day + 1',
    'DELETE FROM payments',
    'UPDATE payment_assignments SET amount_micros = 10000',
    'DELETE FROM payment_assignments',
    `UPDATE invoice_states SET by_whom = 'nobody'`,
    'DELETE FROM invoice_states',
  ]) {
    await expect(operations.execute(statement)).rejects.toThrow(/never changes/)
  }
})

test('invoices that a build before made have the states that their rows and mails tell', async () => {
  const migrations = mkdtempSync(join(tmpdir(), 'tik-old-migrations-'))
  const old = readdirSync('postgres/migrations').filter((name) => name < '0440')
  for (const name of old) cpSync(join('postgres/migrations', name), join(migrations, name))
  await using store = await openOperations({
    folder: mkdtempSync(join(tmpdir(), 'tik-old-store-')),
  })
  await migrateOperations(store, migrations)
  for (const table of OLD_TABLES) {
    const rows = await billing.parts.operations.query(
      `SELECT coalesce(jsonb_agg(to_jsonb(each)), '[]')::text AS rows FROM ${table} AS each`,
      [],
      z.object({ rows: z.string() }),
    )
    await store.execute(
      `INSERT INTO ${table} OVERRIDING SYSTEM VALUE
       SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`,
      [rows[0]?.rows ?? ''],
    )
  }
  await store.execute(`UPDATE mails SET state = 'sent', finished_ms = 1793700000000`)
  await migrateOperations(store)
  const rows = await store.query(
    `SELECT number, state, at_ms, note FROM invoice_states JOIN invoices USING (invoice_id)
     ORDER BY state_id`,
    [],
    z.object({ number: z.string(), state: z.string(), at_ms: z.int(), note: z.string() }),
  )
  expect(rows.map(({ number, state, note }) => [number, state, note])).toEqual([
    [FIRST, 'finalised', ''],
    [SECOND, 'finalised', ''],
    ['2026-00000003', 'finalised', ''],
    [FIRST, 'sent', 'ans@duinzicht.example'],
  ])
  expect(rows.at(-1)?.at_ms).toBe(1_793_700_000_000)
})

const OLD_TABLES = [
  'partners',
  'accounts',
  'billing_cut_offs',
  'billing_runs',
  'invoices',
  'mails',
] as const
