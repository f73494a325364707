/** `tik mails`: what became of each mail, and one that goes once more, over a real outbox and a mail server. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { billPeriod } from '../src/app/billing/bill-period.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { sendAlerts } from '../src/app/alerts/send-alerts.ts'
import { mailOf, mailsOf, resendMails } from '../src/app/mails/mails-of.ts'
import type { Desk } from '../src/app/desk.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { createCommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

vi.setConfig({ testTimeout: 120_000 }) // Each opens stores and bills months.
const folder = mkdtempSync(join(tmpdir(), 'tik-mails-'))
const PARTY = { vatId: 'NL123456782B01', registrationNumber: '12345678' }
const at = (iso: string) => fixedClock(Date.parse(iso))

async function importWith(
  desk: Desk,
  email: string,
  { cdrFile, subscriptionsCount = 1 }: { cdrFile?: string; subscriptionsCount?: number } = {},
): Promise<void> {
  const document = {
    partners: SMALL_COMPANY.partners.map((each) => ({
      ...each,
      ...PARTY,
      iban: 'NL91ABNA0417164300',
    })),
    accounts: SMALL_COMPANY.accounts.map((each) => ({
      ...each,
      ...PARTY,
      ...(cdrFile === undefined ? {} : { cdrFile }),
    })),
    subscriptions: SMALL_COMPANY.subscriptions.slice(0, subscriptionsCount),
    users: [{ id: 'ans', account: 'A1', name: 'Ans', email, registrations: ['invoices'] }],
  }
  const file = join(folder, 'accounts.json')
  writeFileSync(file, JSON.stringify(document))
  await importAccounts(desk, file, { dryRun: false, atMs: Date.parse('2026-08-20T08:00Z') })
}

const openDesk = (environment = {}) =>
  openTestDesk(readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue', ...environment }))

async function bill(desk: Desk, period: string, now: string) {
  const report = await billPeriod(desk, { period }, at(now))
  expect(report.invoices).toHaveLength(1)
}

beforeAll(() => copyTestOperations(join(folder, 'operations')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a mail server that is away is told, the mail keeps, and goes to the corrected address once', async () => {
  await using desk = await openDesk({
    TIK_SMTP_URL: 'smtp://127.0.0.1:1',
    TIK_SMTP_TLS: 'if-offered',
  })
  await importWith(desk, 'wrong@example.com')
  await bill(desk, '2026-09', '2026-10-02T08:00Z')
  const away = await sendAlerts(desk, at('2026-10-02T08:01Z'))
  expect(away).toMatchObject({ sentCount: 0, delayedCount: 1 })
  expect(away.lastReason).toContain('ECONNREFUSED')

  const [waiting] = await mailsOf(desk, { kind: 'invoice' })
  expect(waiting).toMatchObject({
    state: 'queued',
    attempts: 1,
    recipient: 'Ans <wrong@example.com>',
  })
  expect(waiting?.reason).toContain('ECONNREFUSED')
  const { attachments } = await mailOf(desk, waiting?.mailId ?? '')
  expect(attachments.map((name) => name.replace(/^\d{4}-\d+/, ''))).toEqual([
    '.pdf',
    '-ubl.xml',
    '-cdrs.csv',
  ])

  await importWith(desk, 'ans@example.com')
  const folderMail = { ...desk, config: { ...desk.config, smtpUrl: undefined } }
  const ids = [waiting?.mailId ?? '']
  const soon = await resendMails(folderMail, ids, at('2026-10-02T08:01:10Z'))
  expect(soon.mails.map(({ outcome }) => outcome)).toEqual(['in-hand'])
  const again = await resendMails(folderMail, ids, at('2026-10-02T08:10Z'))
  expect(again.mails).toMatchObject([{ outcome: 'queued', email: 'ans@example.com' }])
  expect(again.sent.sentCount).toBe(1)
  const [file = ''] = readdirSync(join(folder, 'mails'))
  expect(readFileSync(join(folder, 'mails', file), 'utf8')).toContain('To: Ans <ans@example.com>')
})

test('a mail that was sent goes again as a copy, and asking twice sends once', async () => {
  await using desk = await openDesk()
  const [sent] = await mailsOf(desk, { state: 'sent' })
  const ids = [sent?.mailId ?? '']
  const first = await resendMails(desk, ids, at('2026-10-03T08:00Z'))
  const second = await resendMails(desk, ids, at('2026-10-03T08:00Z'))
  expect([first.sent.sentCount, second.sent.sentCount]).toEqual([1, 0])
  expect([first.mails[0]?.outcome, second.mails[0]?.outcome]).toEqual(['queued', 'asked-before'])
  expect(readdirSync(join(folder, 'mails'))).toHaveLength(2)

  await importWith(desk, 'new@example.com')
  const moved = await resendMails(desk, ids, at('2026-10-03T09:00Z'))
  expect(moved.mails).toMatchObject([{ outcome: 'queued', email: 'new@example.com' }])
  await expect(resendMails(desk, ['nothing'], at('2026-10-03T09:00Z'))).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('an account says whether its invoice mails carry the CDR file', async () => {
  await using desk = await openDesk()
  await importWith(desk, 'ans@example.com', { cdrFile: 'never', subscriptionsCount: 2 })
  await bill(desk, '2026-10', '2026-11-02T08:00Z')
  const [mail] = await mailsOf(desk, { kind: 'invoice', state: 'queued' })
  const { attachments, text } = await mailOf(desk, mail?.mailId ?? '')
  expect(attachments.map((name) => name.replace(/^\d{4}-\d+/, ''))).toEqual(['.pdf', '-ubl.xml'])
  expect(text).toMatch(
    /^Beste Ans,\n\nDeze factuur is €\s[\d,]+ hoger dan de vorige, vooral door: \d × Bellen Compleet nieuw/,
  )
})

test('the commands show a mail and its reason, and end with 1 while the server refuses', async () => {
  const server = await refusingServer()
  const { port } = addressOf(server)
  const tik = createCommandLine(folder, {
    TIK_CATALOGUE: 'fixtures/catalogue',
    TIK_SMTP_URL: `smtp://127.0.0.1:${port}`,
  })
  const { stdout: json } = await tik.here(['mails', 'list', '--state', 'queued', '--json'])
  const [{ mailId }]: [{ mailId: string }] = JSON.parse(json)
  const sent = await tik.here(['alerts', 'send'])
  expect(sent.status).toBe(1)
  expect(sent.stderr).toContain('1 mail was put off and goes again later')
  expect(sent.stderr).toContain('421 no room today')
  const listed = await tik.here(['mails', 'list', '--account', 'A1'])
  expect(listed.stdout).toContain('421 no room today')
  const shown = await tik.here(['mails', 'show', mailId])
  expect(shown.stdout).toContain('To:       Ans <ans@example.com>')
  expect(shown.stdout).toMatch(/Attached: .*\.pdf/)
  server.close()
  expect(tik.process('mails', 'show', 'nothing')).toMatchObject({ status: 2 })
}, 120_000)

/** A mail server that greets with a temporary refusal. */
async function refusingServer(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end('421 no room today\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function addressOf(server: Server): { port: number } {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it listens on a port')
  return address
}
