/** Bank statements against three invoices of 39.17 each, in real stores. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addMicros, microsFromDecimal, microsToDecimal } from '../../core/money/money.ts'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { accountPayments } from '../receivables/account-payments.ts'
import { runBilling } from '../run/run-billing.ts'
import { listInvoices } from '../store/list-invoices.ts'
import type { BankEntry } from './bank-entry.ts'
import { openEntries } from './bank-entry-rows.ts'
import { readCamt053 } from './camt053.ts'
import { noteEntry, type NotedEntry } from './note-entries.ts'

const NOTED = { actor: { by: 'ans', door: 'tik bill payments import' }, nowMs: 0 }
const [FIRST, SECOND, THIRD] = ['2026-00000001', '2026-00000002', '2026-00000003'] as const

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(async () => {
  await billing.reset()
  await runBilling(billing.parts, { period: '2026-10' })
})
afterAll(() => billing[Symbol.asyncDispose]())

async function importFile(name: string): Promise<string[]> {
  const text = readFileSync(new URL(`../../../fixtures/bank/${name}`, import.meta.url), 'utf8')
  const entries = readCamt053(name, text).flatMap((statement) => statement.entries)
  const told: string[] = []
  for (const entry of entries) told.push(brief(await note(entry)))
  return told
}

function note(entry: BankEntry): Promise<NotedEntry> {
  return billing.parts.operations.transaction((sql) => noteEntry(sql, entry, NOTED))
}

function brief({ amountMicros, outcome, numbers, remark }: NotedEntry): string {
  return [microsToDecimal(amountMicros, 2), outcome, ...numbers, remark].join(' ').trim()
}

async function open(): Promise<string[]> {
  const invoices = await listInvoices(billing.parts)
  return invoices.map(({ openMicros }) => microsToDecimal(openMicros, 2)).toReversed()
}

const FIRST_TIME = [
  `39.17 matched ${FIRST}`,
  `30.00 partly ${SECOND} ${SECOND} had another amount open`,
  '250.00 ignored debit',
  `39.17 matched ${THIRD}`,
  '10.00 unmatched it names no invoice',
  '15.00 unmatched a batch of 2 that does not say its amounts',
]

test('an entry pays the invoice that it names, in whatever form; the same statement again does nothing', async () => {
  expect(await importFile('statement-02.xml')).toEqual(FIRST_TIME)
  expect(await open()).toEqual(['0.00', '9.17', '0.00'])
  const again = await importFile('statement-02.xml')
  expect(again).toEqual(
    FIRST_TIME.map((line) =>
      line.includes('ignored') ? line : `${line.split(' ')[0] ?? ''} known`,
    ),
  )
  expect(await open()).toEqual(['0.00', '9.17', '0.00'])
})

test('a returned payment opens its invoice again; what does not say which it is waits for a person', async () => {
  await importFile('statement-02.xml')
  expect(await importFile('statement-08.xml')).toEqual([
    `39.17 returned ${FIRST}`,
    '10.00 unmatched it does not say which payment went back',
    '250.00 ignored debit',
    `48.34 unmatched it names several invoices: ${FIRST}, ${SECOND}`,
    '39.17 unmatched it is in USD',
  ])
  expect(await open()).toEqual(['39.17', '9.17', '0.00'])
  const waiting = await openEntries(billing.parts.operations)
  expect(waiting.map(({ whyOpen }) => whyOpen)).toEqual([
    'it names no invoice',
    'a batch of 2 that does not say its amounts',
    'it does not say which payment went back',
    `it names several invoices: ${FIRST}, ${SECOND}`,
    'it is in USD',
  ])
})

let keys = 0
function invented(changes: Partial<BankEntry>): BankEntry {
  keys += 1
  return {
    key: `invented ${keys}`,
    iban: 'NL02ABNA0123456789',
    statementId: 'INVENTED',
    bookedDay: 20_766,
    amountMicros: microsFromDecimal('39.17'),
    currency: 'EUR',
    direction: 'in',
    counterparty: { name: 'Somebody', iban: '' },
    structuredReferences: [],
    text: '',
    ids: [],
    batchId: '',
    returnReason: '',
    unclear: '',
    ...changes,
  }
}

const ref = (...structuredReferences: string[]) => ({ structuredReferences })
test.each<[string, Partial<BankEntry>, string]>([
  ['the number alone', { text: FIRST }, `matched ${FIRST}`],
  ['the number without its sign', { text: 'fact 202600000001.' }, `matched ${FIRST}`],
  ['the number in another field', ref(FIRST), `matched ${FIRST}`],
  ['a Belgian reference in the text', { text: '***260/0000/00170***' }, `matched ${FIRST}`],
  ['a Belgian reference in its field', ref('+++260/0000/00170+++'), `matched ${FIRST}`],
  ['an ISO reference', ref('RF75202600000001'), `matched ${FIRST}`],
  [
    'reference and number of one invoice',
    { text: FIRST, ...ref('260000000170') },
    `matched ${FIRST}`,
  ],
  [
    'a wrong reference beside the number',
    { text: FIRST, ...ref('260000000171') },
    `matched ${FIRST}`,
  ],
  [
    'a wrong reference alone',
    ref('260000000171'),
    'unmatched its structured reference 260000000171 does not check, and it names no invoice',
  ],
  [
    'a right reference of nobody',
    { text: FIRST, ...ref('090933755493') },
    'unmatched its structured reference is of no invoice',
  ],
  [
    'reference and number of two invoices',
    { text: FIRST, ...ref('260000000271') },
    `unmatched it names several invoices: ${FIRST}, ${SECOND}`,
  ],
  ['the same amount and nothing else', { text: 'oktober' }, 'unmatched it names no invoice'],
  ['the end of a number', { text: '00000001' }, 'unmatched it names no invoice'],
  ['a longer number', { text: '2026-000000011' }, 'unmatched it names no invoice'],
  ['the number within a word', { text: 'X2026-00000001' }, 'unmatched it names no invoice'],
  ['the number within a small word', { text: 'x2026-00000001' }, 'unmatched it names no invoice'],
  ['the number in four pieces', { text: '2026 0000 00 01.' }, `matched ${FIRST}`],
  ['the number in five pieces', { text: '2026 0000 00 0 1' }, 'unmatched it names no invoice'],
  ['the number in the 500th word', { text: `${'x '.repeat(499)}202600000001` }, `matched ${FIRST}`],
  [
    'the number after 500 words',
    { text: `${'x '.repeat(500)}202600000001` },
    'unmatched it names no invoice',
  ],
  [
    'more than is open',
    { text: FIRST, amountMicros: microsFromDecimal('40') },
    `partly ${FIRST} ${FIRST} had another amount open`,
  ],
  ['an account that is of nobody', { text: FIRST, iban: 'NL91ABNA0417164300' }, `matched ${FIRST}`],
])('%s', async (_what, changes, expected) => {
  expect(brief(await note(invented(changes)))).toBe(`${euros(changes)} ${expected}`)
})

function euros({ amountMicros = microsFromDecimal('39.17') }: Partial<BankEntry>): string {
  return microsToDecimal(amountMicros, 2)
}

test('several invoices of an account are paid at once when it is to the cent, else by a person', async () => {
  billing.setNow('2026-12-02T08:00:00Z')
  await runBilling(billing.parts, { period: '2026-11', accounts: ['duinzicht'] })
  const [next] = await listInvoices(billing.parts, { period: '2026-11' })
  const openMicros = next?.openMicros ?? microsFromDecimal('0')
  const text = `${FIRST} + ${next?.number ?? ''}`
  const sum = addMicros(openMicros, microsFromDecimal('39.17'))
  const short = addMicros(sum, microsFromDecimal('-0.01'))
  expect((await note(invented({ text, amountMicros: short }))).outcome).toBe('unmatched')
  expect((await note(invented({ text, amountMicros: sum }))).outcome).toBe('matched')
  expect(await open()).toEqual(['0.00', '39.17', '39.17', '0.00'])
})

test('several invoices of which one is paid already are for a person, though the sum is right', async () => {
  billing.setNow('2026-12-02T08:00:00Z')
  await runBilling(billing.parts, { period: '2026-11', accounts: ['duinzicht'] })
  const [next] = await listInvoices(billing.parts, { period: '2026-11' })
  await note(invented({ text: FIRST }))
  const amountMicros = next?.openMicros ?? microsFromDecimal('0')
  const both = await note(invented({ text: `${FIRST} ${next?.number ?? ''}`, amountMicros }))
  expect(brief(both)).toMatch(/unmatched it names several invoices/)
})

test('a return that could be of two payments takes neither back', async () => {
  const twice = { ids: ['E2E-9'] }
  await note(invented({ text: FIRST, ...twice }))
  await note(invented({ text: SECOND, ...twice }))
  const back = await note(invented({ direction: 'back', ...twice }))
  expect(brief(back)).toBe('39.17 unmatched it does not say which payment went back')
  expect(await open()).toEqual(['0.00', '0.00', '39.17'])
})

test('whoever notes an entry first waits for other imports, then looks whether it is known', async () => {
  const asked: string[] = []
  await billing.parts.operations.transaction((sql) =>
    noteEntry(
      {
        ...sql,
        query: (text, ...more) => {
          asked.push(text)
          return sql.query(text, ...more)
        },
      },
      invented({}),
      NOTED,
    ),
  )
  expect(asked[0]).toContain('pg_advisory_xact_lock')
  expect(asked[1]).toContain('entry_key = $1')
})

test('two invoices of two accounts are never paid by one entry', async () => {
  const both = { text: `${FIRST} ${SECOND}`, amountMicros: microsFromDecimal('78.34') }
  expect((await note(invented(both))).outcome).toBe('unmatched')
})

test('what went back before anybody knew whose it was, is settled with it', async () => {
  const paid = await note(invented({ text: 'huh', ids: ['E2E-9'] }))
  const back = await note(invented({ direction: 'back', ids: ['E2E-9'] }))
  expect([paid.outcome, back.outcome, back.remark]).toEqual([
    'unmatched',
    'returned',
    'nobody had assigned it',
  ])
  expect(await openEntries(billing.parts.operations)).toEqual([])
  // A second return of it means nothing any more.
  const again = await note(invented({ direction: 'back', ids: ['E2E-9'] }))
  expect(again.outcome).toBe('unmatched')
})

test.each<[string, Partial<BankEntry>]>([
  ['another amount', { amountMicros: microsFromDecimal('39.16') }],
  ['another id', { ids: ['E2E-8'] }],
  ['no id', { ids: [] }],
  ['another account of ours', { iban: 'NL91ABNA0417164300' }],
])('a return with %s takes nothing back', async (_what, changes) => {
  await note(invented({ text: FIRST, ids: ['E2E-9'] }))
  const back = await note(invented({ direction: 'back', ids: ['E2E-9'], ...changes }))
  expect(back.outcome).toBe('unmatched')
  expect((await open())[0]).toBe('0.00')
})

test('a payment twice is a balance: the second finds nothing open', async () => {
  await note(invented({ text: FIRST }))
  expect((await note(invented({ text: FIRST }))).outcome).toBe('partly')
  const payments = await accountPayments(billing.parts.operations, 'duinzicht')
  expect(payments.map(({ leftMicros }) => microsToDecimal(leftMicros, 2))).toEqual([
    '0.00',
    '39.17',
  ])
})
