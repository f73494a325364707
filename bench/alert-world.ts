/** What the alert benches have in common: many accounts, a store, and an SMTP server on loopback. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import type { LedgerCrossing } from '../src/alerts/crossings/crossing.ts'
import type { AlertParts } from '../src/alerts/dispatch-alerts.ts'
import {
  exampleCatalogue,
  exampleCrossing,
  exampleDirectory,
} from '../test/doubles/example-alerts.ts'
import { createSmtpMailer } from '../src/mail/smtp-mailer.ts'
import type { Directory } from '../src/core/accounts/accounts.ts'
import { systemClock } from '../src/core/time/clock.ts'
import { migrateOperations } from '../src/postgres/migrate-operations.ts'
import { openOperations } from '../src/postgres/operations-store.ts'

const ACCOUNTS = 1_000

export interface AlertWorld extends AsyncDisposable {
  readonly parts: AlertParts
}

export async function openAlertWorld(): Promise<AlertWorld> {
  await using opening = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-alerts-'))
  opening.defer(() => rmSync(folder, { recursive: true, force: true }))
  const store = opening.use(await openOperations({ folder }))
  await migrateOperations(store)
  const server = opening.adopt(await mailServer(), (one) => one.close())
  const mailer = opening.use(createSmtpMailer(`smtp://127.0.0.1:${server.port}`))
  const catalogue = await exampleCatalogue()
  const opened = opening.move()
  return {
    parts: {
      reader: readerOf([]),
      store,
      mailer,
      catalogue,
      directory: manyAccounts(),
      clock: systemClock,
      mailsPerMinuteMax: 6_000_000,
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Seconds from the recording of each crossing until SMTP took the mail about it, sorted. */
export async function waitedSeconds({ store }: AlertParts): Promise<number[]> {
  const rows = await store.query(
    `SELECT mails.finished_ms - recorded_ms AS waited FROM alert_crossings
     JOIN alert_notices USING (crossing_id) JOIN mails USING (mail_id)
     WHERE mails.state = 'sent' ORDER BY 1`,
    [],
    z.object({ waited: z.int() }),
  )
  return rows.map(({ waited }) => waited / 1_000)
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** Crossings whose users have not been written to yet. */
export async function waitingNotices({ store }: AlertParts): Promise<number> {
  const [row] = await store.query(
    'SELECT count(*)::int AS count FROM alert_notices WHERE mail_id IS NULL',
    [],
    z.object({ count: z.int() }),
  )
  return row?.count ?? 0
}

/** SIM `sim` of the account that `index` gives. */
export function crossingOf(
  index: number,
  recordedMs = systemClock.nowMs(),
  sim = index,
): LedgerCrossing {
  return exampleCrossing({
    accountId: `account-${index % ACCOUNTS}`,
    scopeId: `sim-${sim}`,
    subscriptionId: `sim-${sim}`,
    recordedMs,
    happenedMs: recordedMs,
  })
}

export function readerOf(crossings: readonly LedgerCrossing[]): AlertParts['reader'] {
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

/** In a thread: what receives the mails must not slow down what sends them. */
async function mailServer(): Promise<{ port: number; close(): Promise<void> }> {
  const thread = new Worker(new URL('mail-server-thread.ts', import.meta.url))
  const [port] = z.tuple([z.int()]).parse(await once(thread, 'message'))
  return { port, close: async () => void (await thread.terminate()) }
}
