/** What a bank says of direct debits of two invoices of 39.17 each, in real stores. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { microsFromDecimal, microsToDecimal } from '../../core/money/money.ts'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { storeDebits } from '../debit/debit-rows.ts'
import { TIK } from '../receivables/state-history.ts'
import { runBilling } from '../run/run-billing.ts'
import { findInvoiceId, listInvoices } from '../store/list-invoices.ts'
import type { BankEntry } from './bank-entry.ts'
import { openEntries } from './bank-entry-rows.ts'
import { noteEntry } from './note-entries.ts'

const [FIRST, SECOND] = ['2026-00000001', '2026-00000002'] as const
const EACH = microsFromDecimal('39.17')
const BOTH = microsFromDecimal('78.34')

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
/** Part B-1 of a batch has the collections C-1 and C-2. */
beforeEach(async () => {
  await billing.reset()
  await runBilling(billing.parts, { period: '2026-10', accounts: ['duinzicht', 'zandbank'] })
  const { operations } = billing.parts
  await operations.transaction(async (sql) => {
    const collections = [FIRST, SECOND].map(async (number, index) => ({
      endToEndId: `C-${index + 1}`,
      paymentInfoId: 'B-1',
      invoiceId: await findInvoiceId(sql, number),
      amountMicros: EACH,
      scheme: 'core' as const,
      sequence: 'RCUR' as const,
      mandateId: `M-${index + 1}`,
      signedDay: 20_000,
      debtorName: 'Somebody',
      iban: 'NL20INGB0001234567',
      bic: undefined,
      remittance: number,
    }))
    const batch = { partnerId: 'noorderlicht', batchNumber: 1, messageId: 'B', writtenMs: 0 }
    const facts = { collectionDay: 20_760, totalMicros: BOTH, count: 2, content: '<xml/>' }
    const stored = { collections: await Promise.all(collections), actor: TIK }
    await storeDebits(sql, { ...batch, ...facts }, stored)
  })
})
afterAll(() => billing[Symbol.asyncDispose]())

let keys = 0
async function note(changes: Partial<BankEntry>): Promise<string> {
  keys += 1
  const entry: BankEntry = {
    key: `invented ${keys}`,
    iban: 'NL02ABNA0123456789',
    statementId: 'INVENTED',
    bookedDay: 20_766,
    amountMicros: EACH,
    currency: 'EUR',
    direction: 'in',
    counterparty: { name: '', iban: '' },
    structuredReferences: [],
    text: '',
    ids: [],
    batchId: '',
    returnReason: '',
    unclear: '',
    ...changes,
  }
  const { outcome, numbers, remark } = await billing.parts.operations.transaction((sql) =>
    noteEntry(sql, entry, { actor: TIK, nowMs: 0 }),
  )
  return [outcome, ...numbers, remark].join(' ').trim()
}

async function open(): Promise<string[]> {
  const invoices = await listInvoices(billing.parts)
  return invoices.map(({ openMicros }) => microsToDecimal(openMicros, 2)).toReversed()
}

const waitingCount = async () => (await openEntries(billing.parts.operations)).length

test('the total of a part pays each of its invoices, and then waits for nobody', async () => {
  expect(await note({ batchId: 'B-1', amountMicros: BOTH })).toBe(`matched ${FIRST} ${SECOND}`)
  expect(await open()).toEqual(['0.00', '0.00'])
  expect(await waitingCount()).toBe(0)
  // What comes a second time is of something else.
  expect(await note({ batchId: 'B-1', amountMicros: BOTH })).toBe('unmatched it names no invoice')
})

test.each<[string, Partial<BankEntry>, string]>([
  ['its id', { ids: ['E2E', 'C-2'] }, `matched ${SECOND}`],
  ['its id beside that of its part', { ids: ['C-2'], batchId: 'B-1' }, `matched ${SECOND}`],
  [
    'another amount',
    { ids: ['C-2'], amountMicros: microsFromDecimal('39.16') },
    'unmatched it names no invoice',
  ],
  ['another currency', { ids: ['C-2'], currency: 'USD' }, 'unmatched it is in USD'],
  ['no id', {}, 'unmatched it names no invoice'],
])('money of a collection with %s', async (_what, changes, expected) => {
  expect(await note(changes)).toBe(expected)
  expect(await open()).toEqual(['39.17', expected.startsWith('matched') ? '0.00' : '39.17'])
})

const UNKNOWN_RETURN = 'unmatched it does not say which payment went back'
const BACK = { direction: 'back', ids: ['C-1'] } as const

test('a collection goes back once, and its invoice is open again', async () => {
  await note({ batchId: 'B-1', amountMicros: BOTH })
  expect(await note({ ...BACK, amountMicros: microsFromDecimal('39.16') })).toBe(UNKNOWN_RETURN)
  expect(await note({ ...BACK, ids: ['B-1'] })).toBe(UNKNOWN_RETURN)
  expect(await open()).toEqual(['0.00', '0.00'])
  expect(await note({ ...BACK, returnReason: 'AM04' })).toBe(`returned ${FIRST} the bank says AM04`)
  expect(await open()).toEqual(['39.17', '0.00'])
  expect(await note({ ...BACK, returnReason: 'AM04' })).toBe(UNKNOWN_RETURN)
  expect(await note({ ...BACK, ids: ['C-2'] })).toBe(`returned ${SECOND}`)
  expect(await open()).toEqual(['39.17', '39.17'])
})

test('a collection that is refused before its money came is noted as gone, and waits for nobody', async () => {
  expect(await note({ ...BACK, returnReason: 'AC04' })).toBe('returned the bank says AC04')
  expect(await waitingCount()).toBe(0)
  expect(await note(BACK)).toBe(UNKNOWN_RETURN)
  expect(await open()).toEqual(['39.17', '39.17'])
})
