/** `tik finance` by its words, as bookkeeping types them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { noteState, TIK } from '../src/invoicing/receivables/state-history.ts'
import { createCommandLine } from './command-line.ts'
import { openFinanceWorld } from './finance-world.ts'

let folder = ''

/** One account with three calls of October, invoiced and mailed in November. */
beforeAll(async () => {
  const guide = readFileSync('docs/finance.md', 'utf8')
  const world = await openFinanceWorld({
    accounts: [
      {
        id: 'payer',
        anchorDay: 1,
        plan: 'voip-basic',
        more: { mandate: { id: 'M-1', signed: '2026-03-01', iban: 'NL20INGB0001234567' } },
      },
    ],
    partner: { directDebit: { creditorId: 'NL79ZZZ999999990000' } },
    financeYaml: /## finance\.yaml[^]*?```yaml\n([^]*?)```/.exec(guide)?.[1] ?? '',
  })
  const call = { accountId: 'payer', start: '2026-10-05 10:00:00' }
  await world.ingest('2026-10-06T08:00Z', [call, call, call])
  await world.bill('2026-10', '2026-11-02T08:00Z')
  const sent = { state: 'sent', atMs: Date.parse('2026-11-02T09:00Z'), actor: TIK } as const
  await noteState(world.desk.operations, 1, sent)
  folder = world.folder
  await world[Symbol.asyncDispose]()
}, 60_000)

async function say(...words: string[]): Promise<string> {
  const tik = createCommandLine(folder, { TIK_CATALOGUE: 'fixtures/catalogue' })
  const { status, stdout, stderr } = await tik.here(['finance', ...words])
  return `${status} ${stderr}${stdout}`
}

test('bookkeeping closes a month, looks at it, and asks how the next one came from it', async () => {
  expect(await say('close', '2026-10-31')).toMatch(
    /^0 At the end of 2026-10-31, .*closed .*\n.*\n.*\nP1 +2\.31 +0\.00/,
  )
  expect(await say('close', '2026-10-31')).toContain('was closed before')
  const ledgerAccounts = await say('at', '2026-10-31', '--by', 'ledger-account')
  expect(ledgerAccounts).toMatch(/8110 +2\.31/)
  const { figures } = JSON.parse((await say('at', '2026-10-31', '--json')).slice(2)) as {
    figures: { unbilledMicros: number }[]
  }
  expect(figures.map(({ unbilledMicros }) => unbilledMicros)).toContain(2_310_000)
  expect(await say('at', '2026-10-31', '--csv')).toContain(
    '2026-10-31,payer,P1,usage,voip,8110,2.31,0.00,0.00,0.00,0.00,2.31,0.00\r\n',
  )
  expect(await say('at', '2026-10-31', '--account', 'nobody')).not.toContain('payer')
  const since = await say('at', '2026-11-15', '--since', '2026-10-31')
  expect(since).toMatch(/rated, not invoiced: opening +2\.31\n +used +0\.00\n/)
  expect(since).toMatch(/ +invoiced +-2\.31\n +closing +0\.00\n/)
  expect(await say('at', '2026-02-30')).toMatch(/^2 .*A date such as 2026-10-31/)
  expect(await say('at', '2026-11-15', '--since', '2026-09-30')).toMatch(/^2 .*was not closed/)
}, 120_000)

test('a journal is looked at, exported into a file once, and given again', async () => {
  const days = ['--from', '2026-11-01', '--until', '2026-11-30']
  expect(await say('journal', ...days)).toMatch(/1300 .* 8\.24\n/)
  expect(await say('journal', ...days, '--json')).toContain('"serviceFrom": "2026-10-01"')
  const out = join(folder, 'journal.csv')
  const marked = [...days, '--target', 'exact', '--mark', '--out', out]
  expect(await say('journal', ...marked)).toBe('0 exported journal 1 of P1, 1 documents\n')
  const bytes = readFileSync(out, 'utf8')
  writeFileSync(out, '')
  expect(await say('journal', ...marked)).toContain('nothing is new: again journal 1 of P1')
  expect(readFileSync(out, 'utf8')).toBe(bytes)
  expect(await say('journal', '--partner', 'P1', '--batch', '1')).toBe(`0 ${bytes}`)
  expect(await say('journal', ...days, '--target', 'sage')).toMatch(/^2 .*no target "sage"/)
  expect(await say('journal', ...days, '--mark')).toMatch(/^2 .*--mark needs --target/)
  expect(await say('journal')).toMatch(/^2 .*--from and --until/)
}, 120_000)

test('open invoices, the reconciliation of a month, and a file of direct debits', async () => {
  expect(await say('open', '--at', '2026-11-20')).toMatch(/payer .* 8\.24 +1-30\n8\.24 open/)
  expect(await say('open', '--at', '2026-11-20', '--csv')).toContain(',8.24,4,1-30\r\n')
  expect(await say('reconcile', '2026-10')).toMatch(/asterisk +3 +3 /)
  expect(await say('reconcile', '2026-10', '--by', 'account')).toMatch(/payer +3 +2\.31\n/)
  expect(await say('reconcile', 'October')).toMatch(/^2 .*no month/)
  const out = join(folder, 'debits.xml')
  const on = ['debit', '--partner', 'P1', '--on', '2099-12-01']
  expect(await say(...on, '--dry-run')).toMatch(/1 collections of EUR 8\.24, not written\n$/)
  expect(existsSync(out)).toBe(false)
  expect(await say(...on, '--out', out)).toMatch(/batch 1, TIK-P1-/)
  const bytes = readFileSync(out, 'utf8')
  expect(bytes).toContain('<CtrlSum>8.24</CtrlSum>')
  expect(await say('debit', '--partner', 'P1', '--batch', '1')).toBe(`0 ${bytes}`)
  expect(await say(...on)).toMatch(/not collected .* it was collected/)
  const id = /<EndToEndId>([^<]+)/.exec(bytes)?.[1] ?? ''
  expect(await say(...on, '--refused', id, '--reason', 'AC04')).toContain('can be collected again')
  expect(await say(...on, '--dry-run')).toContain('1 collections')
  expect(await say(...on, '--refused', 'nobody')).toMatch(/^2 .*no collection nobody/)
}, 120_000)
