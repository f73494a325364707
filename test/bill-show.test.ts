/** `tik bill show` and `tik bill documents`: an invoice down to its usages, beside the one before, and its files once more. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { billPeriod } from '../src/app/billing/bill-period.ts'
import {
  differenceOf,
  documentsAgain,
  showInvoice,
  showLine,
} from '../src/app/billing/show-invoice.ts'
import { openBillingParts } from '../src/app/billing-parts.ts'
import type { Desk } from '../src/app/desk.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { describeBilling } from '../src/cli/billing/billing-report-text.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { verifyInvoices } from '../src/invoicing/verify/verify-invoices.ts'
import { createCommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

vi.setConfig({ testTimeout: 120_000 }) // Each opens stores and bills months.
const folder = mkdtempSync(join(tmpdir(), 'tik-bill-show-'))
const PARTY = { vatId: 'NL123456782B01', registrationNumber: '12345678' }
const at = (iso: string) => fixedClock(Date.parse(iso))
const openDesk = () => openTestDesk(readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue' }))
const [OCTOBER, NOVEMBER] = ['2026-00000001', '2026-00000002']

async function importWith(
  desk: Desk,
  subscriptions: readonly object[],
  now: string,
): Promise<void> {
  const document = {
    partners: SMALL_COMPANY.partners.map((each) => ({
      ...each,
      ...PARTY,
      iban: 'NL91ABNA0417164300',
    })),
    accounts: SMALL_COMPANY.accounts.map((each) => ({ ...each, ...PARTY })),
    subscriptions,
  }
  const file = join(folder, 'accounts.json')
  writeFileSync(file, JSON.stringify(document))
  await importAccounts(desk, file, { dryRun: false, atMs: Date.parse(now) })
}

async function calls(
  desk: Desk,
  now: string,
  name: string,
  starts: readonly string[],
): Promise<void> {
  const lines = starts.map((start, index) => {
    const uniqueid = `${name}.${index}`
    return asteriskLine({
      from: '0201234567',
      to: '0612345678',
      start,
      billsec: 61 + index,
      uniqueid,
    })
  })
  const file = join(folder, `${name}.csv`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  await Array.fromAsync(ingestInto(desk, [file], { format: 'asterisk', clock: at(now) }))
}

const days = (month: string, count: number) =>
  Array.from(
    { length: count },
    (_, index) => `2026-${month}-${String(index + 1).padStart(2, '0')} 10:00:00`,
  )

beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  await using desk = await openDesk()
  const [first, second] = SMALL_COMPANY.subscriptions
  await importWith(desk, [first ?? {}], '2025-12-20T08:00Z')
  await calls(desk, '2026-11-01T08:00Z', 'october', days('10', 3))
  await billPeriod(desk, { period: '2026-10' }, at('2026-11-02T08:00Z'))
  await importWith(desk, [first ?? {}, { ...second, activated: '2026-11-01' }], '2026-11-03T08:00Z')
  await calls(desk, '2026-12-01T08:00Z', 'november', [...days('11', 7), '2026-10-20 10:00:00'])
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a preview tells the causes of the difference, and the invoice the same ones to the cent', async () => {
  await using desk = await openDesk()
  const clock = at('2026-12-02T08:00Z')
  const preview = await billPeriod(desk, { period: '2026-11', preview: true }, clock)
  expect(preview.invoices[0]?.causes).toHaveLength(5)
  expect(describeBilling(preview)).toMatch(
    /^A1 \+49\.04: 1 × Bellen Compleet new 29\.90; .*VAT 8\.51/m,
  )

  await billPeriod(desk, { period: '2026-11' }, clock)
  const { causes, differenceMicros, beforeNumber } = await differenceOf(desk, NOVEMBER, 'previous')
  expect(beforeNumber).toBe(OCTOBER)
  expect(causes.slice(0, 5)).toEqual(preview.invoices[0]?.causes)
  expect(causes.reduce((sum, { amountMicros }) => sum + amountMicros, 0)).toBe(differenceMicros)
  expect(causes.map(({ group }) => group)).toEqual(
    expect.arrayContaining(['new', 'usage', 'correction', 'one-off', 'vat']),
  )
  const back = await differenceOf(desk, OCTOBER, NOVEMBER)
  expect(back.differenceMicros).toBe(0 - differenceMicros)
  await expect(differenceOf(desk, OCTOBER, 'previous')).rejects.toMatchObject({ code: 'not_found' })
})

test('every usage line comes down to rows whose sum it is, page by page', async () => {
  await using desk = await openDesk()
  const { invoice } = await showInvoice(desk, NOVEMBER)
  const usage = invoice.lines.filter(({ section }) => section === 'usage' || section === 'late')
  expect(usage.map(({ section, count }) => [section, count])).toEqual([
    ['usage', 7],
    ['late', 1],
  ])
  for (const { lineNumber, exactMicros } of usage) {
    const all = await showLine(desk, NOVEMBER, lineNumber, { limit: 100, offset: 0 })
    expect(all).toMatchObject({ rowsMicros: exactMicros, more: false, sharedWith: [] })
  }
  const lineNumber = usage[0]?.lineNumber ?? 0
  const pages = [0, 3, 6].map((offset) =>
    showLine(desk, NOVEMBER, lineNumber, { limit: 3, offset }),
  )
  const shown = await Promise.all(pages)
  expect(shown.map(({ rows, more }) => [rows.length, more])).toEqual([
    [3, true],
    [3, true],
    [1, false],
  ])
  const starts = shown.flatMap(({ rows }) => rows.map(({ startLocal }) => startLocal))
  expect(starts).toEqual(days('11', 7))
  const fee = invoice.lines.find(({ section }) => section === 'recurring')
  const { items } = await showLine(desk, NOVEMBER, fee?.lineNumber ?? 0, { limit: 1, offset: 0 })
  expect(items.length).toBe(fee?.quantity)
  await expect(showLine(desk, NOVEMBER, 99, { limit: 1, offset: 0 })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('lost and changed documents come back to the byte, and verification names the command', async () => {
  await using desk = await openDesk()
  const { summary } = await showInvoice(desk, NOVEMBER)
  const before = summary.documents.map(({ path }) => readFileSync(path))
  const [cdrs = '', pdf = '', ubl = ''] = summary.documents.map(({ path }) => path)
  rmSync(cdrs)
  rmSync(pdf)
  writeFileSync(ubl, '<changed/>')
  const { findings } = await verifyInvoices(await openBillingParts(desk))
  expect(findings.map(({ code, show }) => `${code} ${show}`).sort()).toEqual([
    `document_differs tik bill documents ${NOVEMBER}`,
    `document_missing tik bill documents ${NOVEMBER}`,
    `document_missing tik bill documents ${NOVEMBER}`,
  ])
  const restored = await documentsAgain(desk, NOVEMBER)
  expect(restored.map(({ outcome }) => outcome)).toEqual(['restored', 'restored', 'restored'])
  expect(summary.documents.map(({ path }) => readFileSync(path))).toEqual(before)
  expect((await documentsAgain(desk, NOVEMBER)).map(({ outcome }) => outcome)).toEqual(
    Array(3).fill('there'),
  )
  expect((await verifyInvoices(await openBillingParts(desk))).findings).toEqual([])
})

test('the commands print an invoice, a line and a difference', async () => {
  const tik = createCommandLine(folder, { TIK_CATALOGUE: 'fixtures/catalogue' })
  const shown = await tik.here(['bill', 'show', NOVEMBER])
  expect(shown.stdout).toMatch(/2 +recurring +Bellen Basis/)
  expect(shown.stdout).toContain(`A line's rows: tik bill show ${NOVEMBER} --line N`)
  const against = await tik.here(['bill', 'show', NOVEMBER, '--against', 'previous'])
  expect(against.stdout).toMatch(
    /^2026-00000002 is [\d.]+, 2026-00000001 [\d.]+: a difference of [\d.]+ with VAT, from/,
  )
  const line = await tik.here(['bill', 'show', NOVEMBER, '--line', '4', '--json'])
  expect(JSON.parse(line.stdout)).toHaveProperty('line.lineNumber', 4)
  const both = tik.process('bill', 'show', NOVEMBER, '--line', '1', '--against', 'previous')
  expect(both).toMatchObject({ status: 2 })
  const documents = await tik.here(['bill', 'documents', NOVEMBER])
  expect(documents).toMatchObject({ status: 0 })
  expect(documents.stdout.match(/was there/g)).toHaveLength(3)
})
