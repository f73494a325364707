/**
 * `tik bill check` over a small real ledger: a company of each trouble, through the imports, ingest and
 * bill runs that the commands use. Every finding has its code, its amount and a command that shows it.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { billPeriod, checkPeriod } from '../src/app/billing/bill-period.ts'
import { openBillingParts } from '../src/app/billing-parts.ts'
import type { Desk } from '../src/app/desk.ts'
import type { Talk } from '../src/app/talk.ts'
import { describeBilling } from '../src/cli/billing/billing-report-text.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { microsToDecimal, ZERO_MICROS } from '../src/core/money/money.ts'
import { runBilling } from '../src/invoicing/run/run-billing.ts'
import type { Finding } from '../src/invoicing/run/billing.ts'
import { registerSourceFile } from '../src/ledger/source-files.ts'
import { createCommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

vi.setConfig({ testTimeout: 120_000 }) // Each opens stores and bills months.
const folder = mkdtempSync(join(tmpdir(), 'tik-bill-check-'))
const catalogueFolder = join(folder, 'catalogue')
const NOVEMBER_2 = fixedClock(Date.parse('2026-11-02T08:00Z'))
const PARTY = { vatId: 'NL123456782B01', registrationNumber: '12345678' }
const NUMBERS: Readonly<Record<string, string>> = {
  jumps: '0201000001',
  unread: '0201000002',
  leaves: '0201000003',
  running: '0201000004',
  unbilled: '0201000005',
}

let findings: Finding[] = []

function accountsDocument(terminated: object): object {
  const [partner] = SMALL_COMPANY.partners
  const [account] = SMALL_COMPANY.accounts
  const ids = Object.keys(NUMBERS)
  return {
    partners: ['P1', 'P2'].map((id) => ({ ...partner, ...PARTY, id, iban: 'NL91ABNA0417164300' })),
    accounts: ids.map((id) => ({
      ...account,
      ...PARTY,
      id,
      ...(id === 'running' ? { anchorDay: 15 } : {}),
      ...(id === 'unread' ? { partner: 'P2' } : {}),
    })),
    subscriptions: ids.map((id) => ({
      id: `S-${id}`,
      account: id,
      product: 'voip',
      activated: '2026-09-01',
      numbers: [`+31${NUMBERS[id]?.slice(1)}`],
      plans: [id === 'leaves' ? 'voip-flat' : 'voip-basic'],
      ...(id === 'leaves' ? terminated : {}),
    })),
    users: ids
      .filter((id) => id !== 'unread')
      .map((id) => ({
        id: `U-${id}`,
        account: id,
        name: 'Ans',
        email: `${id}@example.com`,
        registrations: ['invoices', 'voip-high-usage'],
      })),
    limits: [{ account: 'jumps', code: 'voip-total', amount: '10.00' }],
  }
}

async function importDocument(desk: Desk, document: object, at: string): Promise<void> {
  const file = join(folder, 'accounts.json')
  writeFileSync(file, JSON.stringify(document))
  await importAccounts(desk, file, { dryRun: false, atMs: Date.parse(at) })
}

let filesCount = 0

/** Calls of ten minutes, in a file of their own. */
async function calls(desk: Desk, at: string, ...ofWhom: [string, string][]): Promise<void> {
  filesCount += 1
  const lines = ofWhom.map(([from, start], index) => {
    const uniqueid = `${filesCount}.${index}`
    return asteriskLine({ from, to: '0612345678', start, billsec: 600, uniqueid })
  })
  const file = join(folder, `Master-${filesCount}.csv`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  const clock = fixedClock(Date.parse(at))
  await Array.fromAsync(ingestInto(desk, [file], { format: 'asterisk', clock }))
}

async function billSeptember(desk: Desk): Promise<void> {
  const parts = await openBillingParts(desk, fixedClock(Date.parse('2026-10-02T08:00Z')))
  const accounts = ['jumps', 'leaves', 'unread']
  const report = await runBilling(parts, { period: '2026-09', accounts })
  expect(report.invoices.map(({ accountId }) => accountId)).toEqual(accounts)
}

/** A file of a sender who numbers them, with one usage of 4.50 in each. */
async function registerNumbered(desk: Desk, sequence: number): Promise<void> {
  const identity = { name: `CD-${sequence}`, contentHash: String(sequence), sourceId: 'roaming' }
  const facts = { format: 'tap3', bytes: 1, stream: 'NLDXX>NLDYY', sequence, sequenceMax: 99 }
  const at = sequence === 1 ? '2026-09-20T08:00Z' : '2026-10-20T08:00Z'
  const { file } = await registerSourceFile(
    desk.clickhouse,
    { ...identity, ...facts },
    Date.parse(at),
  )
  await desk.clickhouse.command(
    `INSERT INTO usage_ledger (log_source, log_partition, log_offset, recorded_at, entry_kind,
       entries, outcome, usage_id, account_id, subscription_id, product, kind, call_type,
       started_at, period_start, charge)
     SELECT 'files', {number:UInt32}, 0, now64(3), 'usage', 1, 'rated', {usageId:String}, 'jumps',
       'S-jumps', 'voip', 'voice', 'national-mobile', toDateTime64('2026-10-31 12:00:00', 3, 'UTC'),
       toDate('2026-10-01'), toDecimal64('4.50', 6)`,
    { number: file.number, usageId: `roaming:${sequence}` },
  )
}

const config = () => readConfig(folder, { TIK_CATALOGUE: catalogueFolder })

beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  cpSync('fixtures/catalogue', catalogueFolder, { recursive: true })
  {
    await using desk = await openTestDesk(config())
    await importDocument(desk, accountsDocument({}), '2026-08-20T08:00Z')
    const { jumps = '', unread = '', unbilled = '', running = '' } = NUMBERS
    await calls(
      desk,
      '2026-10-01T08:00Z',
      [jumps, '2026-09-10 10:00:00'],
      [unread, '2026-09-10 11:00:00'],
      [unbilled, '2026-09-11 10:00:00'],
    )
    await billSeptember(desk)
    const many = Array.from({ length: 60 }, (_, index): [string, string] => {
      return [jumps, `2026-10-${String(2 + (index % 18)).padStart(2, '0')} 1${index % 10}:00:00`]
    })
    await calls(
      desk,
      '2026-10-21T08:00Z',
      ...many,
      [running, '2026-10-16 10:00:00'],
      [unread, '2026-09-20 10:00:00'], // Its September is billed.
      ['0209999999', '2026-10-12 10:00:00'],
      ['0209999999', '2026-10-13 10:00:00'],
      ['0209999999', '2026-09-12 10:00:00'],
    )
    await importDocument(desk, accountsDocument({ terminated: '2026-09-15' }), '2026-10-22T08:00Z')
    for (const sequence of [1, 2, 5]) await registerNumbered(desk, sequence)
  }
  const rates = join(catalogueFolder, 'rates.yaml')
  writeFileSync(rates, readFileSync(rates, 'utf8').replace('"0.0725/min"', '"0.7250/min"'))
  await using desk = await openTestDesk(config())
  findings = await checkPeriod(desk, '2026-10', {}, NOVEMBER_2)
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function line({ severity, code, subject, count, estimateMicros, show }: Finding): string {
  const amount = estimateMicros === undefined ? '-' : String(estimateMicros / 1_000_000)
  return `${severity} ${code} ${subject} ${count} ${amount} | ${show}`
}

test('each trouble of a month is a finding with its amount and the command that shows it', () => {
  const shown = findings.filter(({ code }) => code !== 'e_invoice_incomplete').map(line)
  expect(shown).toEqual([
    'error sequence_gap NLDXX>NLDYY 2 9 | tik files --source roaming',
    'warning period_not_billed running 2 16.532258 | tik bill run --period 2026-08 --account running --preview',
    'warning period_not_billed unbilled 1 15.27 | tik bill run --period 2026-09 --account unbilled --preview',
    'warning open_rejects served_unknown 2 1.54 | tik rejects list --from 2026-09-30T22:00:00.000Z --to 2026-11-14T23:00:00.000Z',
    'warning late_rejects served_unknown 1 0.77 | tik rejects list --from 1970-01-01T00:00:00.001Z --to 2026-09-30T22:00:00.000Z',
    'warning source_silent asterisk 65 17.461771 | tik files --source asterisk',
    'warning price_changed voip-national-mobile 61 46.97 | tik totals --by call-type --period 2026-10 --call-type national-mobile forwarded-mobile roaming-eu-national-mobile',
    'warning amount_jump jumps 1 53.76 | tik bill run --period 2026-10 --account jumps --preview',
    'warning negative_total leaves 1 -27.73 | tik bill run --period 2026-10 --account leaves --preview',
    'warning no_invoice_reader unread 1 6.38 | tik users list --account unread',
    'warning limit_mails_waiting jumps 1 - | tik alerts list --account jumps',
    'info period_open running 1 - | tik bill run --period 2026-10 --preview',
    'info usage_stopped unbilled S-unbilled 1 - | tik totals --account unbilled --by number --period 2026-10',
    'info usage_stopped unread S-unread 1 - | tik totals --account unread --by number --period 2026-10',
    'info last_usage roaming 3 - | tik files --source roaming',
    'info late_corrections unread 1 0.77 | tik bill run --period 2026-10 --account unread --preview',
  ])
})

test('a check of one account or one partner tells only of them, and of what is of nobody', async () => {
  await using desk = await openTestDesk(config())
  const subjects = async (asked: object) => {
    const of = await checkPeriod(desk, '2026-10', asked, NOVEMBER_2)
    const own = of.filter(({ code }) => ACCOUNT_CODES.has(code))
    return own.map((each) => `${each.code} ${each.subject}`)
  }
  expect(await subjects({ accounts: ['leaves'] })).toEqual(['negative_total leaves'])
  expect(await subjects({ partner: 'P2' })).toEqual([
    'no_invoice_reader unread',
    'late_corrections unread',
  ])
  await expect(subjects({ partner: 'P3' })).rejects.toMatchObject({ code: 'not_found' })
})

const ACCOUNT_CODES = new Set([
  'negative_total',
  'amount_jump',
  'no_invoice_reader',
  'limit_mails_waiting',
  'late_corrections',
  'period_not_billed',
])

test('the estimate of what waits is the same in check, rejects and status', async () => {
  const tik = createCommandLine(folder, { TIK_CATALOGUE: catalogueFolder })
  for (const code of ['open_rejects', 'late_rejects']) {
    const found = findings.find((each) => each.code === code)
    const { stdout } = await tik.here([...(found?.show.split(' ').slice(1) ?? []), '--json'])
    const value = microsToDecimal(found?.estimateMicros ?? ZERO_MICROS)
    expect(JSON.parse(stdout)).toMatchObject([{ recordsCount: found?.count, estimate: { value } }])
  }
  const { stdout } = await tik.here(['status'])
  expect(stdout).toContain(
    'Rejected records that wait (`tik rejects list`), about EUR 2.31 ex VAT:',
  )
  expect(stdout).toMatch(/Limit mails: \d+ for 1 accounts wait; `tik alerts send` sends them/)
})

test('a run stops at errors that nobody accepted, and keeps what was accepted', async () => {
  await using desk = await openTestDesk(config())
  const options = { period: '2026-10', partner: 'P1', signal: new AbortController().signal }
  const told: string[] = []
  const onCheck = (check: readonly Finding[]) => void told.push(...check.map(({ code }) => code))
  const stopped = await billPeriod(desk, { ...options, onCheck }, NOVEMBER_2)
  expect(stopped).toMatchObject({
    invoices: [],
    runId: 0,
    stoppedBy: ['sequence_gap'],
  })
  expect(told).toContain('sequence_gap')
  expect(describeBilling(stopped)).toBe(
    'Nothing was billed: the check found sequence_gap.\n' +
      'Mend it, or accept it by name: --accept sequence_gap',
  )
  // Stopped after its first account; what was accepted then need not be said again.
  const stop = new AbortController()
  const accept = ['sequence_gap'] as const
  const signal = AbortSignal.any([stop.signal])
  const first = billPeriod(
    watched(desk, () => stop.abort()),
    { ...options, accept, signal },
    NOVEMBER_2,
  )
  expect((await first).invoices.map(({ accountId }) => accountId)).toEqual(['jumps'])
  const rest = await billPeriod(desk, options, NOVEMBER_2)
  expect(rest).toMatchObject({
    runId: (await first).runId,
    accepted: ['sequence_gap'],
  })
  expect(rest.invoices.map(({ accountId }) => accountId)).toEqual(['leaves', 'unbilled'])
}, 60_000)

/** Tells when the first invoice is made. */
function watched(desk: Desk, onInvoice: () => void): Desk {
  const startProgress: Talk['startProgress'] = (title) => ({
    update: () => (title === 'invoices' ? onInvoice() : undefined),
    stop() {},
  })
  return { ...desk, talk: { ...desk.talk, startProgress } }
}

test('a preview tells each account beside its month before, and usage by call type', async () => {
  await using desk = await openTestDesk(config())
  const preview = await billPeriod(
    desk,
    { period: '2026-10', partner: 'P2', preview: true },
    NOVEMBER_2,
  )
  const lines = describeBilling(preview)
    .split('\n')
    .map((text) => text.trim().replaceAll(/ +/g, ' '))
  expect(lines).toContain('Account Net VAT Total EUR Month before Difference')
  expect(lines).toContain('unread, Klein Bedrijf B.V. 5.27 1.11 6.38 23.92 -17.54')
  expect(lines).toContain('voip national-mobile 1 0.77')
})

test('the command names every finding and ends with 1; a period that runs on is no error', () => {
  const tik = createCommandLine(folder, { TIK_CATALOGUE: catalogueFolder })
  const { status, stdout } = tik.process('bill', 'check', '--period', '2026-10', '--partner', 'P2')
  expect(stdout).toContain('error    NLDXX>NLDYY: numbers 3 to 4 never came, about 9.00 euros')
  expect(stdout).toContain('see: tik files --source roaming')
  expect(status).toBe(1)
  const unknown = tik.process('bill', 'run', '--period', '2026-10', '--accept', 'anything')
  expect(unknown.stderr).toContain('There is no finding anything')
  expect(unknown.status).toBe(2)
  const running = findings.filter(({ code }) => code === 'period_open')
  expect(running.map(({ severity, subject }) => [severity, subject])).toEqual([['info', 'running']])
})
