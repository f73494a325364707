/** Reminders of invoices of 39.17 that were due on 2026-11-16, in real stores. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { ReminderRules } from '../../core/accounts/reminder-rules.ts'
import { microsFromDecimal } from '../../core/money/money.ts'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { creditInvoice } from '../credit/credit-invoice.ts'
import { disputeInvoice, resolveDispute } from '../receivables/disputes.ts'
import { payInvoice } from '../receivables/payments.ts'
import { stateHistory } from '../receivables/state-history.ts'
import type { BillingParts } from '../run/billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { findInvoiceId } from '../store/list-invoices.ts'
import { remindOverdue } from './remind-overdue.ts'

const ACTOR = { by: 'ans', door: 'tik bill remind' }
const FIRST = '2026-00000001'
const STEPS = [{ afterDays: 7 }, { afterDays: 14 }, { afterDays: 30 }]

vi.setConfig({ testTimeout: 120_000 }) // Some bill several months, each with its documents.

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(async () => {
  await billing.reset()
  await runBilling(billing.parts, { period: '2026-10' })
})
afterAll(() => billing[Symbol.asyncDispose]())

function withRules(rules: Partial<ReminderRules>, customer: object = {}): BillingParts {
  const { directory } = billing.parts
  const reminders = { steps: STEPS, terms: [], ...rules }
  const partners = [...directory.partners].map(
    ([id, partner]) => [id, { ...partner, reminders }] as const,
  )
  const accounts = [...directory.accounts].map(
    ([id, account]) => [id, { ...account, ...customer }] as const,
  )
  const changed = { ...directory, partners: new Map(partners), accounts: new Map(accounts) }
  return { ...billing.parts, directory: changed }
}

async function remindOn(day: string, parts: BillingParts, dryRun = false): Promise<string[]> {
  billing.setNow(`${day}T12:00:00Z`)
  const reminders = await remindOverdue(parts, { actor: ACTOR, dryRun })
  return reminders
    .filter(({ accountId }) => accountId === 'duinzicht')
    .map(({ step, daysOverdue, mailsCount }) => `${step} after ${daysOverdue}, ${mailsCount} mail`)
}

function mails() {
  return billing.parts.operations.query(
    `SELECT subject, text_body AS text, attachments FROM mails WHERE kind = 'reminder'
     ORDER BY created_ms`,
    [],
    z.object({
      subject: z.string(),
      text: z.string(),
      attachments: z.array(z.object({ fileName: z.string(), contentType: z.string() })),
    }),
  )
}

type Sql = Parameters<typeof payInvoice>[0]
async function change(work: (sql: Sql, invoiceId: number) => Promise<unknown>): Promise<void> {
  const { operations } = billing.parts
  const invoiceId = await findInvoiceId(operations, FIRST)
  await operations.transaction((sql) => work(sql, invoiceId))
}

test('nobody is reminded unless the seller said when', async () => {
  expect(await remindOn('2027-06-01', billing.parts)).toEqual([])
  expect(await mails()).toEqual([])
})

test('each step goes out once, on its day and not before, whatever is run again', async () => {
  const parts = withRules({})
  expect(await remindOn('2026-11-22', parts)).toEqual([])
  expect(await remindOn('2026-11-23', parts, true)).toEqual(['1 after 7, 1 mail'])
  expect(await mails()).toEqual([])
  expect(await remindOn('2026-11-23', parts)).toEqual(['1 after 7, 1 mail'])
  expect(await remindOn('2026-11-23', parts)).toEqual([])
  expect(await remindOn('2026-11-29', parts)).toEqual([])
  expect(await remindOn('2026-11-30', parts)).toEqual(['2 after 14, 1 mail'])
  expect(await remindOn('2026-12-16', parts)).toEqual(['3 after 30, 1 mail'])
  expect(await remindOn('2027-12-16', parts)).toEqual([])
  expect((await mails()).map(({ subject }) => subject)).toEqual([
    'Herinnering: factuur 2026-00000001 van Noorderlicht Telecom B.V.',
    'Tweede herinnering: factuur 2026-00000001 van Noorderlicht Telecom B.V.',
    'Laatste herinnering: factuur 2026-00000001 van Noorderlicht Telecom B.V.',
  ])
  const id = await findInvoiceId(parts.operations, FIRST)
  const history = await stateHistory(parts.operations, id)
  expect(history.slice(1).map(({ state, note }) => [state, note])).toEqual([
    ['reminded', 'reminder 1'],
    ['reminded', 'reminder 2'],
    ['reminded', 'reminder 3'],
  ])
})

test('who begins late has the days between two steps all the same', async () => {
  const parts = withRules({})
  expect(await remindOn('2027-01-10', parts)).toEqual(['1 after 55, 1 mail'])
  expect(await remindOn('2027-01-16', parts)).toEqual([])
  expect(await remindOn('2027-01-17', parts)).toEqual(['2 after 62, 1 mail'])
  expect(await remindOn('2027-02-01', parts)).toEqual([])
  expect(await remindOn('2027-02-02', parts)).toEqual(['3 after 78, 1 mail'])
})

test('two who remind at once remind once', async () => {
  const parts = withRules({})
  billing.setNow('2026-11-23T12:00:00Z')
  const both = [1, 2].map(() => remindOverdue(parts, { actor: ACTOR, dryRun: false }))
  const told = (await Promise.all(both)).flat().filter(({ mailsCount }) => mailsCount > 0)
  expect(told).toHaveLength(1)
  expect(await mails()).toHaveLength(1)
})

test('what was paid or disputed while it was looked at is not reminded of', async () => {
  const parts = withRules({})
  billing.setNow('2026-11-23T12:00:00Z')
  const noted = { actor: ACTOR, nowMs: 0 }
  const { operations } = billing.parts
  /** Somebody does it between the list and the reminder of the first. */
  const meanwhile = (work: (sql: Sql, invoiceId: number) => Promise<unknown>): BillingParts => {
    let isFirst = true
    return {
      ...parts,
      operations: {
        ...operations,
        transaction: async (reminding) => {
          if (isFirst) await change(work)
          isFirst = false
          return operations.transaction(reminding)
        },
      },
    }
  }
  const dispute = { ...noted, amountMicros: microsFromDecimal('1'), reason: 'x' }
  const ofFirst = async (by: BillingParts) =>
    (await remindOverdue(by, { actor: ACTOR, dryRun: false })).filter(
      ({ accountId }) => accountId === 'duinzicht',
    )
  expect(await ofFirst(meanwhile((sql, id) => disputeInvoice(sql, id, dispute)))).toEqual([])
  await change((sql, id) => resolveDispute(sql, id, { ...noted, reason: 'y' }))
  const payment = { ...noted, onDay: 20_780, reference: 'bank 1' }
  const amountMicros = microsFromDecimal('39.17')
  expect(
    await ofFirst(meanwhile((sql, id) => payInvoice(sql, id, { ...payment, amountMicros }))),
  ).toEqual([])
  expect(await mails()).toEqual([])
})

test('the oldest due day is reminded of first, and a PDF is a PDF', async () => {
  billing.setNow('2026-12-02T12:00:00Z')
  await runBilling(billing.parts, { period: '2026-11', accounts: ['duinzicht'] })
  billing.setNow('2027-02-01T12:00:00Z')
  const reminders = await remindOverdue(withRules({}), { actor: ACTOR, dryRun: true })
  expect(reminders.map(({ number }) => number)).toEqual([
    FIRST,
    '2026-00000002',
    '2026-00000003',
    '2026-00000004',
  ])
  await remindOn('2027-02-01', withRules({}))
  const [mail] = await mails()
  expect(mail?.attachments).toMatchObject([{ contentType: 'application/pdf' }])
})

test('what is paid, disputed or credited is left alone; what is settled is reminded of again', async () => {
  const parts = withRules({})
  const noted = { actor: ACTOR, nowMs: 0 }
  await change((sql, id) =>
    disputeInvoice(sql, id, { ...noted, amountMicros: microsFromDecimal('1'), reason: 'x' }),
  )
  expect(await remindOn('2026-11-23', parts)).toEqual([])
  await change((sql, id) => resolveDispute(sql, id, { ...noted, reason: 'y' }))
  expect(await remindOn('2026-11-23', parts)).toEqual(['1 after 7, 1 mail'])
  const details = { ...noted, onDay: 20_800, reference: 'bank 1' }
  const amountMicros = microsFromDecimal('39.17')
  await change((sql, id) => payInvoice(sql, id, { ...details, amountMicros }))
  expect(await remindOn('2026-12-16', parts)).toEqual([])
  await creditInvoice(parts, { number: FIRST, wish: { what: 'whole' }, reason: 'Te veel' })
  expect(await remindOn('2027-01-16', parts)).toEqual([])
})

test('an account without readers is told of, and reminded as soon as it has one', async () => {
  const parts = withRules({})
  billing.setNow('2026-11-23T12:00:00Z')
  const without = await remindOverdue(parts, { actor: ACTOR, dryRun: false })
  expect(without.map(({ accountId, mailsCount }) => [accountId, mailsCount])).toEqual([
    ['duinzicht', 1],
    ['zandbank', 0],
    ['zeegras', 0],
  ])
  const again = await remindOverdue(parts, { actor: ACTOR, dryRun: false })
  expect(again.map(({ accountId }) => accountId)).toEqual(['zandbank', 'zeegras'])
})

test('the mail says what is open now, how to pay, and carries the invoice', async () => {
  const noted = { actor: ACTOR, nowMs: 0, onDay: 20_770, reference: 'bank 1' }
  const amountMicros = microsFromDecimal('9.17')
  await change((sql, id) => payInvoice(sql, id, { ...noted, amountMicros }))
  await remindOn('2026-11-23', withRules({}))
  const [mail] = await mails()
  expect(mail?.attachments.map(({ fileName }) => fileName)).toEqual([`${FIRST}.pdf`])
  expect(mail?.text).toMatch(/verviel op 16 november 2026; €\u00a030,00 is nog niet ontvangen/)
  expect(mail?.text).toMatch(/Totaal incl\. btw: +€\u00a039,17/)
  expect(mail?.text).toMatch(/Al voldaan: +€\u00a09,17/)
  expect(mail?.text).toMatch(/Openstaand: +€\u00a030,00/)
  expect(mail?.text).toMatch(/NL02 ABNA 0123 4567 89 Noorderlicht Telecom B\.V\./)
  expect(mail?.text).not.toContain('Kosten')
})

test.each([
  ['consumer', /Kosten: +€\u00a00,01/],
  ['large', /Kosten: +€\u00a00,02/],
  [undefined, /Kosten: +€\u00a00,02/],
])('costs and terms are those of the country and of a %s there', async (customerKind, expected) => {
  const terms = [
    { step: 1, country: 'NL', customerKind: 'consumer', cost: '0.01' },
    { step: 1, country: 'NL', cost: '0.02', texts: { nl: 'Betaal {open} van {number}.' } },
    { step: 1, country: 'BE', cost: '0.03' },
    { step: 2, country: 'NL', cost: '0.04' },
  ] as const
  const customer = customerKind === undefined ? {} : { customerKind }
  await remindOn('2026-11-23', withRules({ terms }, customer))
  const [mail] = await mails()
  expect(mail?.text).toMatch(expected)
  expect(mail?.text.match(/Kosten/g)).toHaveLength(1)
  expect(mail?.text.includes(`Betaal €\u00a039,17 van ${FIRST}.`)).toBe(customerKind !== 'consumer')
})

test("the seller's own words go before ours", async () => {
  const nl = { subject: 'Nota {number} van {seller}', text: 'Op {due} was {open} nodig. {huh}' }
  await remindOn('2026-11-23', withRules({ steps: [{ afterDays: 7, texts: { nl } }] }))
  const [mail] = await mails()
  expect(mail?.subject).toBe(`Nota ${FIRST} van Noorderlicht Telecom B.V.`)
  expect(mail?.text).toContain('Op 16 november 2026 was €\u00a039,17 nodig. {huh}')
})
