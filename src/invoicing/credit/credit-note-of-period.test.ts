import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { micros, negateMicros } from '../../core/money/money.ts'
import { buildInvoice } from '../build/build-invoice.ts'
import type { Invoice } from '../invoice-model.ts'
import { chargedSide, creditNoteOfPeriod } from './credit-note-of-period.ts'

const built = buildInvoice(inventedRequest({ subscriptionsCount: 1 }))

function draftOf(invoice: Invoice): Extract<Invoice, { kind: 'invoice' }> {
  if (invoice.kind !== 'invoice') throw new Error('an invoice was built')
  return invoice
}

const draft = draftOf(built)
const annex = {
  accountId: 'sub',
  specification: draft.specification,
  accountWideMicros: micros(5),
} as unknown as NonNullable<Invoice['subAccounts']>[number]

test('it says that it is of a period, is due at once, and has the totals with their signs turned', () => {
  const { netMicros, vatMicros, grossMicros } = draft.totals
  const note = creditNoteOfPeriod(draft, [])
  expect(note).toMatchObject({
    kind: 'credit-note',
    credits: 'period',
    corrects: [],
    dueDay: draft.issueDay,
    paymentTermDays: 0,
    totals: {
      netMicros: negateMicros(netMicros),
      vatMicros: negateMicros(vatMicros),
      grossMicros: negateMicros(grossMicros),
    },
  })
  expect(note.subAccounts).toBeUndefined()
  expect(note).not.toHaveProperty('replaces')
})

test('what sub-accounts have on it is turned too', () => {
  const note = creditNoteOfPeriod({ ...draft, subAccounts: [annex] }, [])
  expect(note.subAccounts?.map(({ accountWideMicros }) => accountWideMicros)).toEqual([-5])
  expect(note.subAccounts?.[0]?.specification).toEqual(note.specification)
})

test('a line is turned with its count, its amounts and what it is a share of; nothing stays nothing', () => {
  const [line] = draft.lines
  if (line === undefined) throw new Error('it has lines')
  const lines = [
    { ...line, count: 2, quantity: 3, baseMicros: micros(7) },
    { ...line, count: 0, quantity: 0, exactMicros: micros(0), amountMicros: micros(0) },
  ]
  const note = creditNoteOfPeriod({ ...draft, lines }, [])
  expect(note.lines).toMatchObject([
    { count: -2, quantity: -3, baseMicros: -7, exactMicros: negateMicros(line.exactMicros) },
    { count: 0, quantity: 0, exactMicros: 0, amountMicros: 0 },
  ])
  expect(note.lines[1]).not.toHaveProperty('baseMicros')
  expect(note.lines[0]?.unitPriceMicros).toBe(line.unitPriceMicros)
})

test('the charges of a credit note are those of its period, those of an invoice its lines', () => {
  expect(chargedSide(draft)).toEqual(draft.lines)
  expect(chargedSide(creditNoteOfPeriod(draft, []))).toEqual(draft.lines)
})
