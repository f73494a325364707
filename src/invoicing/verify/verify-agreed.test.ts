import { expect, test } from 'vitest'
import { z } from 'zod'
import type { RecurringItem } from '../invoice-model.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { StoredInvoice } from '../store/stored-invoice.ts'
import { verifyAgreed } from './verify-agreed.ts'

type Fields = Readonly<Record<string, unknown>>

/** Of October, a fee of 31.00: one euro a day. */
function item(parts: Fields = {}): RecurringItem {
  return {
    subscriptionId: 's',
    subject: 'plan',
    subjectId: 'basic',
    periodStartDay: 0,
    periodEndDay: 31,
    fromDay: 0,
    toDay: 31,
    feeMicros: 31_000_000,
    sign: 1,
    ...parts,
  } as unknown as RecurringItem
}

const ACTIVATION = { subject: 'activation', subjectId: 'start', feeMicros: 15_000_000 }

interface Known {
  readonly items: readonly RecurringItem[]
  /** `section subject` with what it came to, in euros. */
  readonly lines: readonly (readonly [section: string, subject: string, euros: number])[]
  /** One-off charges that it billed, in euros. */
  readonly charges?: Readonly<Record<string, number>>
  /** What all invoices charged of activations. */
  readonly history?: readonly Fields[]
  readonly kind?: 'invoice' | 'credit-note'
}

async function differences({ items, lines, charges = {}, history = [], kind = 'invoice' }: Known) {
  const billed = Object.entries(charges).map(([charge_id, euros]) => ({
    charge_id,
    amount_micros: euros * 1_000_000,
  }))
  const charged = history.map((parts) => ({
    account_id: 'a',
    subscription_id: 's',
    subject: 'activation',
    subject_id: 'start',
    period_start_day: 0,
    period_end_day: 31,
    from_day: 5,
    to_day: 31,
    fee_micros: 15_000_000,
    is_given_back: false,
    bill_to_id: '',
    sign: 1,
    ...parts,
  }))
  const sql = {
    query: (text: string, _values: readonly unknown[], row: z.ZodType) =>
      Promise.resolve(z.array(row).parse(text.includes('one_off_charges') ? billed : charged)),
  } as unknown as SqlRunner
  const stored = {
    invoiceId: 1,
    invoice: {
      kind,
      customer: { accountId: 'a' },
      recurringItems: items,
      lines: lines.map(([section, subject, euros]) => ({
        section,
        subject,
        count: 1,
        quantity: 1,
        exactMicros: euros * 1_000_000,
        amountMicros: euros * 1_000_000,
      })),
    },
  } as unknown as StoredInvoice
  const found = await verifyAgreed(sql, stored)
  return found.map(({ subject, text, differenceMicros }) => [subject, text, differenceMicros])
}

const BILLED: Known = {
  items: [item(), item({ fromDay: 10, sign: -1 }), item(ACTIVATION)],
  lines: [
    ['recurring', 'basic', 31],
    ['recurring', 'basic', -21],
    ['one-off', 'start', 15],
    ['one-off', 'sim', 7],
    ['usage', 'basic', 99],
    ['discount', 'start', -3],
  ],
  charges: { sim: 7 },
}

test('fees, activations and one-off charges that are invoiced for what they are differ in nothing', async () => {
  expect(await differences(BILLED)).toEqual([])
  const turned = BILLED.lines.map(
    ([section, subject, euros]) => [section, subject, -euros] as const,
  )
  expect(await differences({ ...BILLED, lines: turned, kind: 'credit-note' })).toEqual([])
})

test('each subject that is invoiced for something else is told, with what is too much', async () => {
  const lines = BILLED.lines.map(
    ([section, subject, euros]) => [section, subject, euros === 7 ? 8 : euros + 1] as const,
  )
  expect(await differences({ ...BILLED, lines })).toEqual([
    ['basic', 'invoiced 12.000000, its charges are 10.000000', 2_000_000],
    ['start', 'invoiced 16.000000, its charges are 15.000000', 1_000_000],
    ['sim', 'invoiced 8.000000, its charges are 7.000000', 1_000_000],
  ])
  expect(await differences({ ...BILLED, lines: [], items: [item()], charges: {} })).toEqual([
    ['basic', 'invoiced 0.000000, its charges are 31.000000', -31_000_000],
  ])
})

/** As a build before did: it charged the activation of the 5th again where it should have taken it back. */
const ADDED_AGAIN: Known = {
  items: [item({ ...ACTIVATION, fromDay: 5, sign: -1 }), item({ ...ACTIVATION, fromDay: 8 })],
  lines: [['one-off', 'start', 30]],
}
const TOO_MUCH =
  'invoiced 30.000000, its charges are 0.000000: an activation that was taken back was charged ' +
  'again, 30.00 too much; the next invoice gives it back'
/** The charge, what should have taken it back and was read as another, and the one that is due. */
const TWICE: readonly Fields[] = [{}, {}]
const BACK = { sign: -1 }

test.each<[string, readonly Fields[]]>([
  ['its charge stands twice', TWICE],
  ['another subscription had one taken back', [...TWICE, { ...BACK, subscription_id: 't' }]],
  ['another activation was taken back', [...TWICE, { ...BACK, subject_id: 'other' }]],
  ['one of a later day was taken back', [...TWICE, { ...BACK, from_day: 8 }]],
  ['a fee of that name was taken back', [...TWICE, { ...BACK, subject: 'plan' }]],
])('an activation that was charged again is told while %s', async (_rule, history) => {
  expect(await differences({ ...ADDED_AGAIN, history })).toEqual([['start', TOO_MUCH, 30_000_000]])
})

test('it is told no more once an invoice gave it back', async () => {
  expect(await differences({ ...ADDED_AGAIN, history: [...TWICE, BACK] })).toEqual([])
})

test('a difference that is not twice the fees that were taken back is one like any other', async () => {
  const lines = [['one-off', 'start', 29]] as const
  expect(await differences({ ...ADDED_AGAIN, lines, history: [...TWICE, BACK] })).toEqual([
    ['start', 'invoiced 29.000000, its charges are 0.000000', 29_000_000],
  ])
})
