/** `tik bill credit` as a clerk types it: a part, the whole and anew, and what is refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { billPeriod } from '../src/app/billing/bill-period.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { createCommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-credit-'))
const SETTINGS = { TIK_CATALOGUE: 'fixtures/catalogue' }
const tik = createCommandLine(folder, SETTINGS)
const NUMBER = '2026-00000001'
const PARTNER = {
  iban: 'NL91ABNA0417164300',
  bic: 'ABNANL2A',
  vatId: 'NL123456782B12',
  registrationNumber: '12345678',
  mailFrom: 'invoices@example.com',
}

beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  await using desk = await openTestDesk(readConfig(folder, SETTINGS))
  const file = join(folder, 'accounts.json')
  const partners = SMALL_COMPANY.partners.map((partner) => ({ ...partner, ...PARTNER }))
  writeFileSync(file, JSON.stringify({ ...SMALL_COMPANY, partners }))
  await importAccounts(desk, file, { dryRun: false, atMs: Date.parse('2026-09-01T08:00Z') })
  const clock = fixedClock(Date.parse('2026-11-02T08:00Z'))
  const report = await billPeriod(desk, { period: '2026-10' }, clock)
  expect(report.invoices.map(({ number }) => number)).toEqual([NUMBER])
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const credit = (...words: string[]) =>
  tik.here(['bill', 'credit', NUMBER, '--reason', 'Te veel', ...words])

test('the help says that an amount is without VAT', () => {
  const { status, stdout } = tik.process('bill', 'credit', '--help')
  expect(status).toBe(0)
  expect(stdout).toContain('An amount is without VAT and bears the VAT of its line')
})

test.each([
  [['--lines', '1', '--amount', '1.00'], '--lines goes without --amount'],
  [['--line', '1'], '--line goes with --amount'],
  [['--reissue', '--lines', '1'], '--reissue goes without --lines'],
  [['--amount', '0.00'], 'an amount above 0 in whole cents'],
  [['--amount', '1.005'], 'an amount above 0 in whole cents'],
  [['--lines', '1,x'], 'a line number such as 3'],
])('words that do not fit together are a wrong command: %s', async (words, text) => {
  const { status, stderr } = await credit(...words)
  expect(stderr).toContain(text)
  expect(status).toBe(2)
})

test('a part, then the whole and anew; each is shown first, and a second time is refused', async () => {
  const dry = await credit('--amount', '1.00', '--line', '1', '--dry-run')
  expect(dry.stdout).toMatch(/VAT +0\.21/)
  expect(dry.stdout).toContain('This is a dry run: no number was taken')
  expect(await listed()).toEqual([`invoice ${NUMBER} `])

  const part = await credit('--amount', '1.00', '--line', '1')
  expect(part.stdout).toMatch(/Credit note \d{4}-\d{8} of invoice 2026-00000001\./)
  expect(part.stdout).toContain('no e-invoice: ')
  expect(part.stdout).toContain(`Left of invoice ${NUMBER}:`)
  const tooMuch = await credit('--amount', '9999.00', '--line', '1')
  expect([tooMuch.status, tooMuch.stderr]).toEqual([
    1,
    expect.stringContaining('more than is left of line 1'),
  ])

  const anew = await credit('--reissue', '--json')
  const outcome: unknown = JSON.parse(anew.stdout)
  expect(outcome).toMatchObject({
    original: { number: NUMBER, status: 'credited' },
    creditNote: { kind: 'credit-note', reason: 'Te veel' },
    reissued: { kind: 'invoice', replaces: { number: NUMBER } },
  })
  expect(await listed()).toEqual([
    `invoice … ${NUMBER}`,
    `credit-note … ${NUMBER}`,
    `credit-note … ${NUMBER}`,
    `invoice ${NUMBER} `,
  ])
  const again = await credit()
  expect([again.status, again.stderr]).toEqual([
    1,
    expect.stringContaining('is credited already, by'),
  ])
  const unknown = await tik.here(['bill', 'credit', '1999-00000001', '--reason', 'x'])
  expect([unknown.status, unknown.stderr]).toEqual([
    2,
    expect.stringContaining('there is no invoice'),
  ])
}, 180_000)

const documents = z.array(z.object({ kind: z.string(), number: z.string(), corrects: z.string() }))

/** Newest first: `kind number corrects`, numbers of the day of the test left out. */
async function listed(): Promise<string[]> {
  const { stdout } = await tik.here(['bill', 'list', '--json'])
  const all = documents.parse(JSON.parse(stdout))
  return all.map(({ kind, number, corrects }) =>
    [kind, number === NUMBER ? number : '…', corrects].join(' '),
  )
}
