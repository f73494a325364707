/** From crossings to mails: once, grouped, in the outbox, retried, and to be looked up. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { fixedClock } from '../core/time/clock.ts'
import { openTestOperations, type TestOperations } from '../../test/doubles/test-operations.ts'
import type { LedgerCrossing } from './crossings/crossing.ts'
import { dispatchAlerts, type AlertParts } from './dispatch-alerts.ts'
import {
  exampleCatalogue,
  exampleCrossing,
  exampleDirectory,
  exampleReader,
  exampleUser,
  EXAMPLE_NOW_MS,
} from '../../test/doubles/example-alerts.ts'
import { createFolderMailer } from '../mail/folder-mailer.ts'
import { listAlerts } from './list-alerts.ts'
import type { Mailer, SendOutcome } from '../mail/mailer.ts'
import type { OutgoingMail } from '../mail/outgoing-mail.ts'

let catalogue: Catalogue
let operations: TestOperations
let folder: string

beforeAll(async () => {
  catalogue = await exampleCatalogue()
  operations = await openTestOperations()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tik-test-mails-'))
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await operations.store.script(
    'TRUNCATE alert_positions, alert_notices, service_requests, mails, alert_crossings CASCADE',
  )
})
afterAll(() => operations[Symbol.asyncDispose]())

function parts(crossings: readonly LedgerCrossing[], change: Partial<AlertParts> = {}): AlertParts {
  return {
    reader: exampleReader(crossings),
    store: operations.store,
    mailer: createFolderMailer(folder),
    catalogue,
    directory: exampleDirectory([exampleUser('nl')]),
    clock: fixedClock(EXAMPLE_NOW_MS),
    mailsPerMinuteMax: 600,
    ...change,
  }
}

/** A mailer that answers as told and keeps what it was given. */
function scriptedMailer(outcomes: readonly SendOutcome[]): Mailer & { mails: OutgoingMail[] } {
  const mails: OutgoingMail[] = []
  return {
    isRateLimited: true,
    mails,
    async send(mail) {
      const outcome = outcomes[mails.length] ?? { status: 'sent' }
      mails.push(mail)
      return outcome
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

async function readMails() {
  const names = readdirSync(folder).sort()
  return Promise.all(names.map((name) => PostalMime.parse(readFileSync(join(folder, name)))))
}

test('a crossing gives each registered user one mail, and running again sends nothing', async () => {
  const directory = exampleDirectory([
    exampleUser('nl'),
    exampleUser('fr'),
    exampleUser('en', { registrations: ['voip-high-usage', 'invoices'] }),
  ])
  const first = await dispatchAlerts(parts([exampleCrossing()], { directory }))
  expect(first).toMatchObject({ crossingsCount: 1, mailsQueuedCount: 2, sentCount: 2 })
  const before = readdirSync(folder)
  const second = await dispatchAlerts(parts([exampleCrossing()], { directory }))
  expect(second).toMatchObject({ crossingsCount: 0, mailsQueuedCount: 0, sentCount: 0 })
  expect(readdirSync(folder)).toEqual(before)
  const [fr, nl] = await readMails()
  expect([fr?.to?.[0]?.address, nl?.to?.[0]?.address]).toEqual([
    'anna-fr@gist.example',
    'anna-nl@gist.example',
  ])
  expect(nl?.subject).toBe('Limiet per abonnement: 100 % bereikt – +31612345000 (Bestelbus)')
})

test('a position that is lost and read again does not send anything twice', async () => {
  await dispatchAlerts(parts([exampleCrossing()]))
  await operations.store.script('TRUNCATE alert_positions')
  const again = await dispatchAlerts(parts([exampleCrossing({ origin: 'files/2/7' })]))
  expect(again).toMatchObject({ crossingsCount: 0, mailsQueuedCount: 0 })
})

test('80 and 100 percent of one limit that came together are one section', async () => {
  const bundle = { code: 'group-bundle', scopeId: 'pool', subject: '' } as const
  await dispatchAlerts(
    parts([
      exampleCrossing({ ...bundle, level: '80', used: 900, amount: 800 }),
      exampleCrossing({ ...bundle, level: '100', used: 900, amount: 800 }),
    ]),
  )
  const [mail] = await readMails()
  expect(mail?.subject).toContain('100 % bereikt – Groep Iedereen')
  expect(mail?.text).toContain('80\u00a0% en 100\u00a0% bereikt')
  expect(mail?.text?.match(/Factuurperiode/g)).toHaveLength(1)
})

test('a user gets at most one mail a minute; what comes in between waits and is not lost', async () => {
  const first = exampleCrossing()
  const second = exampleCrossing({ scopeId: 'sim-1', subscriptionId: 'sim-1' })
  await dispatchAlerts(parts([first]))
  const tooSoon = await dispatchAlerts(
    parts([first, second], { clock: fixedClock(EXAMPLE_NOW_MS + 900) }),
  )
  expect(tooSoon).toMatchObject({ crossingsCount: 1, mailsQueuedCount: 0 })
  const [waiting] = await listAlerts(operations.store, { accountId: 'gist' })
  expect(waiting).toMatchObject({ scopeId: 'sim-1', state: 'waiting' })
  const later = await dispatchAlerts(
    parts([first, second], { clock: fixedClock(EXAMPLE_NOW_MS + 60_000) }),
  )
  expect(later).toMatchObject({ mailsQueuedCount: 1, sentCount: 1 })
  expect(await readMails()).toHaveLength(2)
})

test('a command that runs once does not wait for the minute', async () => {
  const first = exampleCrossing()
  const second = exampleCrossing({ scopeId: 'sim-1' })
  await dispatchAlerts(parts([first]))
  const report = await dispatchAlerts(parts([first, second], { flush: true }))
  expect(report).toMatchObject({ mailsQueuedCount: 1, sentCount: 1 })
})

test('a 4xx is tried again with the same Message-ID until it is taken', async () => {
  const mailer = scriptedMailer([
    { status: 'later', reason: '451 try later' },
    { status: 'later', reason: '451 try later' },
  ])
  const crossings = [exampleCrossing()]
  const at = (seconds: number) =>
    dispatchAlerts(
      parts(crossings, { mailer, clock: fixedClock(EXAMPLE_NOW_MS + seconds * 1_000) }),
    )
  expect(await at(0)).toMatchObject({ delayedCount: 1 })
  expect(await at(29)).toMatchObject({ delayedCount: 0, sentCount: 0 })
  const [delayed] = await listAlerts(operations.store, { accountId: 'gist' })
  expect(delayed).toMatchObject({ state: 'queued', attempts: 1, reason: '451 try later' })
  expect(await at(30)).toMatchObject({ delayedCount: 1 })
  expect(await at(90)).toMatchObject({ sentCount: 1 })
  expect(await at(10_000)).toMatchObject({ sentCount: 0 })
  expect(new Set(mailer.mails.map(({ messageId }) => messageId)).size).toBe(1)
  expect(mailer.mails).toHaveLength(3)
})

test('a 5xx is final and can be looked up', async () => {
  const mailer = scriptedMailer([{ status: 'refused', reason: '550 no such user' }])
  await dispatchAlerts(parts([exampleCrossing()], { mailer }))
  await dispatchAlerts(
    parts([exampleCrossing()], { mailer, clock: fixedClock(EXAMPLE_NOW_MS + 86_400_000) }),
  )
  expect(mailer.mails).toHaveLength(1)
  const alerts = await listAlerts(operations.store, { accountId: 'gist' })
  expect(alerts).toMatchObject([{ state: 'failed', reason: '550 no such user', attempts: 1 }])
})

test('a mail that cannot be delivered for nine hours has failed', async () => {
  const mailer = scriptedMailer(
    Array.from({ length: 50 }, () => ({ status: 'later', reason: 'ECONNREFUSED' }) as const),
  )
  for (let hour = 0; hour < 24; hour++) {
    const clock = fixedClock(EXAMPLE_NOW_MS + hour * 14_400_000)
    await dispatchAlerts(parts([exampleCrossing()], { mailer, clock }))
  }
  expect(mailer.mails).toHaveLength(10)
  const alerts = await listAlerts(operations.store, { accountId: 'gist' })
  expect(alerts).toMatchObject([{ state: 'failed', reason: 'ECONNREFUSED', attempts: 10 }])
})

test('the outbox drains at the configured rate', async () => {
  const users = Array.from({ length: 30 }, (_, index) =>
    exampleUser('nl', { userId: `user-${String(index).padStart(2, '0')}` }),
  )
  const mailer = scriptedMailer([])
  const at = (seconds: number) =>
    dispatchAlerts(
      parts([exampleCrossing()], {
        mailer,
        directory: exampleDirectory(users),
        clock: fixedClock(EXAMPLE_NOW_MS + seconds * 1_000),
        mailsPerMinuteMax: 360,
      }),
    )
  expect((await at(0)).sentCount).toBe(12)
  expect((await at(0)).sentCount).toBe(0)
  expect((await at(1)).sentCount).toBe(6)
  expect((await at(3)).sentCount).toBe(12)
  expect((await at(6)).sentCount).toBe(0)
  expect(new Set(mailer.mails.map(({ userId }) => userId)).size).toBe(30)
})

test('an alert storm of 5,000 SIMs gives each user one readable mail with the full list attached', async () => {
  const directory = exampleDirectory([exampleUser('nl'), exampleUser('de')], 5_000)
  const crossings = directory.subscriptions.map(({ subscriptionId }) =>
    exampleCrossing({
      code: 'sim-cap',
      subject: 'data',
      scopeId: subscriptionId,
      subscriptionId,
      level: '100@52428800',
      used: 52_500_000,
      amount: 52_428_800,
    }),
  )
  const report = await dispatchAlerts(parts(crossings, { directory }))
  expect(report).toMatchObject({ crossingsCount: 5_000, mailsQueuedCount: 2, sentCount: 2 })
  const [de, nl] = await readMails()
  expect(nl?.subject).toBe('5.000 limieten bereikt – Bakkerij De Gist')
  expect(nl?.text).toContain('Limiet per simkaart voor data: 100\u00a0% bereikt – 5.000×')
  expect(nl?.text).toContain('En nog 4.960.')
  expect(nl?.text?.length).toBeLessThan(6_000)
  expect(de?.subject).toBe('5.000 Limits erreicht – Bakkerij De Gist')
  const [list] = nl?.attachments ?? []
  expect(list?.filename).toBe('limieten.csv')
  const content = list?.content
  const csv = content instanceof ArrayBuffer ? Buffer.from(content).toString('utf8') : ''
  expect(csv.split('\n').length).toBe(5_002)
})
