/** Lines by cost centre, and a subscription that goes to a site within the month: each line down to its usages. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'

import { showInvoice, showLine } from '../src/app/billing/show-invoice.ts'
import { openBillingParts } from '../src/app/billing-parts.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { USAGE_SECTIONS } from '../src/invoicing/invoice-model.ts'
import { runBilling } from '../src/invoicing/run/run-billing.ts'
import { verifyInvoices } from '../src/invoicing/verify/verify-invoices.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }) // Stores are opened and a month is billed.
const folder = mkdtempSync(join(tmpdir(), 'tik-cost-centres-'))
const openDesk = () => openTestDesk(readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue' }))
const PARTY = { vatId: 'NL123456782B01', registrationNumber: '12345678' }
const [V1, V2] = SMALL_COMPANY.subscriptions
const MOVE = '2026-10-16'
const DOCUMENT = {
  partners: SMALL_COMPANY.partners.map((each) => {
    return { ...each, ...PARTY, iban: 'NL91ABNA0417164300' }
  }),
  accounts: SMALL_COMPANY.accounts.map((each) => ({ ...each, ...PARTY, costCentreLines: true })),
  billTos: [
    {
      id: 'harbour',
      account: 'A1',
      address: { street: 'Kade 9', postcode: '3000 CC', city: 'Rotterdam', country: 'NL' },
    },
  ],
  subscriptions: [
    { ...V1, costCentre: '100 Sales' },
    {
      ...V2,
      costCentre: '200 Care',
      plans: ['voip-basic'],
      billTos: [{ id: 'harbour', from: MOVE }],
    },
  ],
}
const CALLS = [
  ['0201234567', '2026-10-05 10:00:00'],
  ['0201234567', '2026-10-20 10:00:00'],
  ['0201234568', '2026-10-07 10:00:00'],
  ['0201234568', '2026-10-15 23:59:00'],
  ['0201234568', '2026-10-16 00:01:00'],
] as const

beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  await using desk = await openDesk()
  const document = join(folder, 'accounts.json')
  writeFileSync(document, JSON.stringify(DOCUMENT))
  await importAccounts(desk, document, { dryRun: false, atMs: Date.parse('2026-09-20T08:00Z') })
  const lines = CALLS.map(([from, start], index) =>
    asteriskLine({ from, to: '0612345678', start, billsec: 60, uniqueid: `call.${index}` }),
  )
  const file = join(folder, 'calls.csv')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const clock = fixedClock(Date.parse('2026-11-02T08:00Z'))
  await Array.fromAsync(ingestInto(desk, [file], { format: 'asterisk', clock }))
  await runBilling(await openBillingParts(desk, clock), { period: '2026-10' })
})

/** Cost centre, count, and the starts of the usages below each usage line. */
async function usageOf(number: string) {
  await using desk = await openDesk()
  const { invoice } = await showInvoice(desk, number)
  const found: (readonly [string | undefined, number, readonly string[]])[] = []
  for (const line of invoice.lines.filter(({ section }) => USAGE_SECTIONS.has(section))) {
    const { rows, sharedWith } = await showLine(desk, number, line.lineNumber, {
      limit: 10,
      offset: 0,
    })
    expect(sharedWith).toEqual([])
    found.push([line.costCentre, line.count, rows.map(({ startLocal }) => startLocal.slice(0, 10))])
  }
  return found
}

test('each line of usage is of one cost centre, and its rows are those of its subscriptions on this invoice', async () => {
  expect(await usageOf('2026-00000001')).toEqual([
    ['100 Sales', 2, ['2026-10-05', '2026-10-20']],
    ['200 Care', 2, ['2026-10-07', '2026-10-15']],
  ])
  expect(await usageOf('2026-00000002')).toEqual([['200 Care', 1, ['2026-10-16']]])
})

test('fees too; the e-invoice says it of each line, and of the whole where all lines have one', async () => {
  await using desk = await openDesk()
  const own = await showInvoice(desk, '2026-00000001')
  const fees = own.invoice.lines.filter(({ section }) => section === 'recurring')
  expect(fees.map(({ costCentre }) => costCentre)).toEqual(['100 Sales']) // November is the harbour's.
  const [first] = fees
  if (first === undefined) throw new Error('there is a fee')
  const { items } = await showLine(desk, '2026-00000001', first.lineNumber, { limit: 1, offset: 0 })
  expect(items.map(({ subscriptionId }) => subscriptionId)).toEqual(['V1'])

  const costs = async (number: string) => {
    const { summary } = await showInvoice(desk, number)
    const path = summary.documents.find(({ kind }) => kind === 'ubl')?.path ?? ''
    const xml = readFileSync(path, 'utf8')
    return [...xml.matchAll(/<cbc:AccountingCost>([^<]*)</g)].map(([, text]) => text)
  }
  expect(new Set(await costs('2026-00000001'))).toEqual(new Set(['100 Sales', '200 Care']))
  const harbour = await costs('2026-00000002')
  const lines = (await showInvoice(desk, '2026-00000002')).invoice.lines.length
  expect(harbour).toEqual(Array.from({ length: lines + 1 }, () => '200 Care'))
  expect((await verifyInvoices(await openBillingParts(desk))).findings).toEqual([])
})
