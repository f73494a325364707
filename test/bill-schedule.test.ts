/** `tik bill schedule`: check and preview of the month that ended, and one report a day by mail. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { billOnSchedule, monthBefore } from '../src/app/billing/billing-schedule.ts'
import type { Desk } from '../src/app/desk.ts'
import { remindOnSchedule } from '../src/app/billing/reminder-schedule.ts'
import { invoicesOf } from '../src/app/billing/invoice-archive.ts'
import { mailsOf } from '../src/app/mails/mails-of.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { describeSchedule } from '../src/cli/billing/schedule-command.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { createCommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

vi.setConfig({ testTimeout: 120_000 }) // Each opens stores and bills months.
const folder = mkdtempSync(join(tmpdir(), 'tik-bill-schedule-'))
const PARTY = { vatId: 'NL123456782B01', registrationNumber: '12345678' }
const at = (iso: string) => fixedClock(Date.parse(iso))
const openDesk = (environment = {}) =>
  openTestDesk(
    readConfig(folder, {
      TIK_CATALOGUE: 'fixtures/catalogue',
      TIK_BILL_REPORT_TO: 'month@example.com, chief@example.com',
      ...environment,
    }),
  )

const DOCUMENT = {
  ...SMALL_COMPANY,
  partners: SMALL_COMPANY.partners.map((each) => ({
    ...each,
    ...PARTY,
    iban: 'NL91ABNA0417164300',
  })),
  accounts: SMALL_COMPANY.accounts.map((each) => ({ ...each, ...PARTY })),
}

async function importInto(desk: Desk, document: object): Promise<void> {
  const file = join(folder, 'accounts.json')
  writeFileSync(file, JSON.stringify(document))
  await importAccounts(desk, file, { dryRun: false, atMs: Date.parse('2026-10-20T08:00Z') })
}

beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  await using desk = await openDesk()
  await importInto(desk, DOCUMENT)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('check and preview are mailed to each recipient, once for a day, and nothing is finalised', async () => {
  await using desk = await openDesk()
  const done = await billOnSchedule(desk, { clock: at('2026-11-01T05:00Z') })
  expect(done).toMatchObject({ period: '2026-10', queuedCount: 2, sent: { sentCount: 2 } })
  expect(done.report).toMatchObject({ preview: true, invoices: [{ accountId: 'A1' }] })
  const again = await billOnSchedule(desk, { clock: at('2026-11-01T07:00Z') })
  expect(again).toMatchObject({ queuedCount: 0, sent: { sentCount: 0 } })
  expect(describeSchedule(again)).toContain('the report of today was mailed before')
  expect(await invoicesOf(desk, {})).toEqual([])
  const mails = await mailsOf(desk, { kind: 'report' })
  expect(mails.map(({ recipient, state }) => `${recipient} ${state}`).sort()).toEqual([
    'chief@example.com sent',
    'month@example.com sent',
  ])
  const [file = ''] = readdirSync(join(folder, 'mails'))
  const text = readFileSync(join(folder, 'mails', file), 'utf8')
  expect(text).toContain('Subject: Billing of 2026-10: 0 errors, 2 warnings')
  expect(text).toContain('1 invoices would be made')
  expect(text).toContain('no_invoice_reader')
})

test('it finalises only where that is configured', async () => {
  await using desk = await openDesk({ TIK_BILL_SCHEDULE_DOES: 'run' })
  const done = await billOnSchedule(desk, { clock: at('2026-11-02T05:00Z') })
  expect(done.report).toMatchObject({ preview: false, stoppedBy: [] })
  expect((await invoicesOf(desk, {})).map(({ number }) => number)).toEqual(['2026-00000001'])
})

test('a mail server that is away does not stop it: the report waits', async () => {
  await using desk = await openDesk({
    TIK_SMTP_URL: 'smtp://127.0.0.1:1',
    TIK_BILL_SCHEDULE_DOES: 'check',
  })
  const done = await billOnSchedule(desk, { clock: at('2026-11-03T05:00Z') })
  expect(done).toMatchObject({ report: undefined, queuedCount: 2, sent: { delayedCount: 2 } })
})

test('reminders that are due go out once, and nobody is reminded whose seller has no steps', async () => {
  await using desk = await openDesk()
  const clock = at('2026-12-20T09:00Z')
  expect((await remindOnSchedule(desk, clock)).reminders).toEqual([])
  const reader = { id: 'anna', account: 'A1', name: 'Anna', email: 'anna@a1.example' }
  await importInto(desk, {
    partners: DOCUMENT.partners.map((each) => ({
      ...each,
      reminders: { steps: [{ afterDays: 7 }] },
    })),
    users: [{ ...reader, registrations: ['invoices'] }],
  })
  const done = await remindOnSchedule(desk, clock)
  expect(done.reminders).toMatchObject([{ number: '2026-00000001', step: 1, mailsCount: 1 }])
  expect(done.sent.sentCount).toBeGreaterThan(0)
  expect((await remindOnSchedule(desk, clock)).reminders).toEqual([])
  const mails = await mailsOf(desk, { kind: 'reminder' })
  expect(mails.map(({ state }) => state)).toEqual(['sent'])
})

test.each([
  ['2026-11-01T00:30:00+01:00', '2026-10'],
  ['2026-10-31T23:30:00+01:00', '2026-09'],
  ['2027-01-15T12:00:00Z', '2026-12'],
])('at %s the month that ended last is %s', (moment, month) => {
  expect(monthBefore(Date.parse(moment), 'Europe/Amsterdam')).toBe(month)
})

const tik = (environment: Record<string, string>) =>
  createCommandLine(folder, { TIK_CATALOGUE: 'fixtures/catalogue', ...environment })

test('without a time, a recipient or a right expression it says what is missing', () => {
  const none = tik({}).process('bill', 'schedule')
  expect(none).toMatchObject({ status: 2 })
  expect(none.stderr).toContain('no time is set')
  const wrong = tik({ TIK_BILL_SCHEDULE: '0 25 * * *' }).process('bill', 'schedule')
  expect(wrong.stderr).toContain('"0 25 * * *" is no cron expression')
  const reminders = tik({ TIK_BILL_REMIND_SCHEDULE: 'daily' }).process('bill', 'schedule')
  expect(reminders.stderr).toContain('"daily" is no cron expression')
  const nobody = tik({ TIK_BILL_SCHEDULE: '0 6 1 * *' }).process('bill', 'schedule')
  expect(nobody.stderr).toContain('nobody is to get the report')
})

test('the service waits for its time and ends when it is asked to', async () => {
  const environment = {
    TIK_BILL_SCHEDULE: '0 6 1 1 *',
    TIK_BILL_REPORT_TO: 'month@example.com',
    TIK_BILL_REMIND_SCHEDULE: '0 9 2 1 *',
  }
  const running = tik(environment).here(['bill', 'schedule'])
  await new Promise((resolve) => setTimeout(resolve, 500))
  process.emit('SIGTERM')
  const { stderr, status } = await running
  expect(stderr).toMatch(/Next: \d{4}-01-01T05:00:00\.000Z/)
  expect(stderr).toMatch(/Next reminders: \d{4}-01-02T08:00:00\.000Z/)
  expect(status).toBe(0)
})
