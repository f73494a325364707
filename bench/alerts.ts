/**
 * How fast crossings become mails, over the real outbox and a real SMTP server on loopback: 10,000
 * crossings of 1,000 accounts, the drain at a configured rate, and the time from usage to mail.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'
import { z } from 'zod'
import type { Crossing } from '../src/alerts/crossing.ts'
import { dispatchAlerts, type AlertParts } from '../src/alerts/dispatch-alerts.ts'
import {
  exampleCatalogue,
  exampleCrossing,
  exampleDirectory,
} from '../src/alerts/example-alerts.ts'
import { createSmtpMailer } from '../src/alerts/smtp-mailer.ts'
import type { Directory } from '../src/core/accounts.ts'
import { systemClock } from '../src/core/clock.ts'
import { migrateOperations } from '../src/operations/migrate-operations.ts'
import { openOperations } from '../src/operations/operations-store.ts'
import { report } from './report.ts'

const CROSSINGS = 10_000
const ACCOUNTS = 1_000
const RATE_PER_MINUTE = 1_200
const LATENCY_SECONDS = 90
const LATENCY_CROSSINGS_PER_SECOND = 20
/** Few, so that most crossings wait for the minute of their user: the worst case. */
const LATENCY_USERS = 300

export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-alerts-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const store = stack.use(await openOperations({ folder }))
  await migrateOperations(store)
  const server = stack.adopt(await mailServer(), (one) => one.close())
  const mailer = stack.use(createSmtpMailer(`smtp://127.0.0.1:${server.port}`))
  const directory = manyAccounts()
  const parts: AlertParts = {
    reader: { readAfter: async () => ({ crossings: [], positions: [] }) },
    store,
    mailer,
    catalogue: await exampleCatalogue(),
    directory,
    clock: systemClock,
    mailsPerMinuteMax: 6_000_000,
  }
  await benchStorm(parts)
  await store.script('TRUNCATE alert_crossings, mails CASCADE')
  await benchRate(parts)
  await store.script('TRUNCATE alert_crossings, mails CASCADE')
  await benchLatency(parts)
}

/** 10,000 crossings at once: noted, composed and handed to SMTP. */
async function benchStorm(parts: AlertParts): Promise<void> {
  const crossings = Array.from({ length: CROSSINGS }, (_, index) => crossingOf(index))
  const startMs = performance.now()
  const done = await dispatchAlerts({ ...parts, reader: readerOf(crossings) })
  const seconds = (performance.now() - startMs) / 1_000
  report('alerts', 'storm_crossings', done.crossingsCount, 'crossings')
  report('alerts', 'storm_mails', done.sentCount, 'mails')
  report('alerts', 'storm_seconds', seconds, 's')
  report('alerts', 'crossings_per_second', done.crossingsCount / seconds, 'crossings/s')
}

/** The same storm, drained at the configured rate: how many mails leave in half a minute. */
async function benchRate(parts: AlertParts): Promise<void> {
  const crossings = Array.from({ length: CROSSINGS }, (_, index) => crossingOf(index))
  const rated = { ...parts, mailsPerMinuteMax: RATE_PER_MINUTE }
  await dispatchAlerts({ ...rated, reader: readerOf(crossings) }) // Notes and composes all of them.
  const startMs = performance.now()
  let sent = 0
  while (performance.now() - startMs < 30_000) {
    await sleep(500)
    sent += (await dispatchAlerts(rated)).sentCount
  }
  const minutes = (performance.now() - startMs) / 60_000
  report('alerts', 'configured_rate', RATE_PER_MINUTE, 'mails/min')
  report('alerts', 'measured_rate', sent / minutes, 'mails/min')
}

/** A steady stream of crossings, many of the same users: time until SMTP took the mail. */
async function benchLatency(parts: AlertParts): Promise<void> {
  let index = 0
  const endMs = systemClock.nowMs() + LATENCY_SECONDS * 1_000
  while (systemClock.nowMs() < endMs) {
    const recordedMs = systemClock.nowMs()
    const fresh = Array.from({ length: LATENCY_CROSSINGS_PER_SECOND }, () =>
      crossingOf(index++ % LATENCY_USERS, recordedMs, index),
    )
    await dispatchAlerts({ ...parts, reader: readerOf(fresh) })
    await sleep(Math.max(0, recordedMs + 1_000 - systemClock.nowMs()))
  }
  while ((await dispatchAlerts(parts)).sentCount > 0 || (await waitingNotices(parts)) > 0) {
    await sleep(1_000) // The last ones wait for their minute.
  }
  const rows = await parts.store.query(
    `SELECT mails.finished_ms - recorded_ms AS waited FROM alert_crossings
     JOIN alert_notices USING (crossing_id) JOIN mails USING (mail_id)
     WHERE mails.state = 'sent' ORDER BY 1`,
    [],
    z.object({ waited: z.int() }),
  )
  const at = (share: number): number =>
    (rows[Math.min(rows.length - 1, Math.floor(rows.length * share))]?.waited ?? 0) / 1_000
  report('alerts', 'latency_crossings', rows.length, 'crossings')
  report('alerts', 'usage_to_smtp_p50', at(0.5), 's')
  report('alerts', 'usage_to_smtp_p99', at(0.99), 's')
  report('alerts', 'usage_to_smtp_max', at(1), 's')
}

async function waitingNotices({ store }: AlertParts): Promise<number> {
  const [row] = await store.query(
    'SELECT count(*)::int AS count FROM alert_notices WHERE mail_id IS NULL',
    [],
    z.object({ count: z.int() }),
  )
  return row?.count ?? 0
}

/** SIM `sim` of the account that `index` gives. */
function crossingOf(index: number, recordedMs = systemClock.nowMs(), sim = index): Crossing {
  return exampleCrossing({
    accountId: `account-${index % ACCOUNTS}`,
    scopeId: `sim-${sim}`,
    subscriptionId: `sim-${sim}`,
    recordedMs,
    happenedMs: recordedMs,
  })
}

function readerOf(crossings: readonly Crossing[]): AlertParts['reader'] {
  return { readAfter: async () => ({ crossings, positions: [] }) }
}

/** One user for each account. */
function manyAccounts(): Directory {
  const example = exampleDirectory([])
  const [account] = [...example.accounts.values()]
  if (account === undefined) throw new Error('the example has an account')
  const ids = Array.from({ length: ACCOUNTS }, (_, index) => `account-${index}`)
  return {
    ...example,
    accounts: new Map(ids.map((accountId) => [accountId, { ...account, accountId }])),
    users: ids.map((accountId) => ({
      userId: `user-of-${accountId}`,
      accountId,
      name: 'Anna',
      email: `anna@${accountId}.example`,
      language: 'nl',
      registrations: ['mobile-high-usage'],
    })),
  }
}

async function mailServer() {
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 50, // The mailer keeps its connections open.
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      stream.resume()
      stream.on('end', () => done())
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = z.object({ port: z.int() }).parse(server.server.address())
  return { port, close: () => new Promise<void>((resolve) => server.close(resolve)) }
}
