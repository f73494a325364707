/** The alerts service against a real mail server that comes and goes, and a store that does. */
import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { TikError } from '../core/failures/errors.ts'
import { createHealth } from '../core/watch/health.ts'
import { createLog } from '../core/watch/log.ts'
import { createMetrics } from '../core/watch/metrics.ts'
import { openTestOperations, type TestOperations } from '../../test/doubles/test-operations.ts'
import type { LedgerCrossing } from './crossings/crossing.ts'
import {
  exampleCatalogue,
  exampleCrossing,
  exampleDirectory,
  exampleReader,
  exampleUser,
  EXAMPLE_NOW_MS,
} from '../../test/doubles/example-alerts.ts'
import { CLAIM_MS, claimMails } from '../mail/mail-outbox.ts'
import type { Mailer } from '../mail/mailer.ts'
import { runAlerts, type AlertServiceParts } from './run-alerts.ts'
import { createSmtpMailer } from '../mail/smtp-mailer.ts'

let catalogue: Catalogue
let operations: TestOperations
beforeAll(async () => {
  catalogue = await exampleCatalogue()
  operations = await openTestOperations()
})
beforeEach(() =>
  operations.store.script('TRUNCATE alert_positions, alert_crossings, mails CASCADE'),
)
afterAll(() => operations[Symbol.asyncDispose]())

function service(
  crossings: LedgerCrossing[],
  mailer: Mailer,
  stop: AbortController,
  change: Partial<AlertServiceParts> = {},
): AlertServiceParts {
  const directory = exampleDirectory([exampleUser('en')])
  return {
    reader: exampleReader(crossings),
    store: operations.store,
    mailer,
    clock: { nowMs: () => EXAMPLE_NOW_MS },
    mailsPerMinuteMax: 600,
    reference: () => ({ catalogue, directory }),
    log: createLog('error', () => {}),
    health: createHealth(['alerts']),
    metrics: createMetrics(),
    signal: stop.signal,
    ...change,
  }
}

/** A server on a free port that keeps what it takes. */
async function mailServer(port = 0) {
  const taken: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 50, // The mailer keeps its connections open.
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let text = ''
      stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
      stream.on('end', () => {
        taken.push(text)
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(resolve))
  return { port: address.port, taken, close }
}

test('the service mails and publishes what comes while it runs, and stops when told', async () => {
  const server = await mailServer()
  await using mailer = createSmtpMailer(`smtp://127.0.0.1:${server.port}`)
  const stop = new AbortController()
  const crossings: LedgerCrossing[] = []
  const published: string[] = []
  const parts = service(crossings, mailer, stop, {
    publish: async (messages) => void published.push(...messages.map(({ topic }) => topic)),
  })
  const running = runAlerts(parts)
  crossings.push(exampleCrossing())
  await vi.waitFor(() => expect(server.taken).toHaveLength(1), { timeout: 15_000 })
  await vi.waitFor(() => expect(published).toEqual(['alerts']), { timeout: 15_000 })
  stop.abort()
  await running
  expect(parts.health.report()).toEqual({ alerts: 'ok' })
  expect(parts.metrics.text()).toContain('tik_mails_total{outcome="sent"} 1')
  await server.close()
})

test('a mail server that is down loses nothing and doubles nothing', async () => {
  const server = await mailServer()
  await server.close()
  await using mailer = createSmtpMailer(`smtp://127.0.0.1:${server.port}`, { connectMs: 300 })
  let nowMs = EXAMPLE_NOW_MS
  const crossings = [exampleCrossing(), exampleCrossing({ scopeId: 'sim-1' })]
  const round = async (): Promise<void> => {
    const stop = new AbortController()
    // A round that ended well says so, and is the last one.
    const health = { ...createHealth(['alerts']), pass: () => stop.abort() }
    const parts = service(crossings, mailer, stop, { clock: { nowMs: () => nowMs }, health })
    await runAlerts(parts)
  }
  await round()
  nowMs += 40_000
  await round()
  const again = await mailServer(server.port)
  nowMs += 70_000
  await round()
  nowMs += 10_000_000
  await round()
  expect(again.taken).toHaveLength(1)
  const mail = await PostalMime.parse(again.taken[0] ?? '')
  expect(mail.subject).toBe('2 limits reached – Bakkerij De Gist')
  await again.close()
})

test('a dispatcher that died between sending and noting it sends again under the same Message-ID', async () => {
  const server = await mailServer()
  await using mailer = createSmtpMailer(`smtp://127.0.0.1:${server.port}`)
  const dying: Mailer = {
    ...mailer,
    async send(mail) {
      await mailer.send(mail)
      throw new Error('the process is gone')
    },
  }
  const stop = new AbortController()
  await expect(runAlerts(service([exampleCrossing()], dying, stop))).rejects.toThrow('gone')
  const { store } = operations
  expect(await claimMails(store, { nowMs: EXAMPLE_NOW_MS + CLAIM_MS - 1, max: 10 })).toEqual([])
  const [mail] = await claimMails(store, { nowMs: EXAMPLE_NOW_MS + CLAIM_MS, max: 10 })
  if (mail !== undefined) await mailer.send(mail)
  const ids = await Promise.all(
    server.taken.map(async (text) => (await PostalMime.parse(text)).messageId),
  )
  expect(ids).toHaveLength(2)
  expect(new Set(ids).size).toBe(1)
  await server.close()
})

test('a store that is away is waited for, and health says so; a bug ends the service', async () => {
  const stop = new AbortController()
  const parts = service([], { ...NO_MAILER }, stop, {
    reader: {
      async readAfter() {
        stop.abort()
        throw new TikError('ledger_unavailable', 'no answer')
      },
    },
  })
  await runAlerts(parts)
  expect(parts.health.report()).toEqual({ alerts: 'no answer' })
  const broken = service([], { ...NO_MAILER }, new AbortController(), {
    reader: { readAfter: () => Promise.reject(new RangeError('a bug')) },
  })
  await expect(runAlerts(broken)).rejects.toThrow('a bug')
})

const NO_MAILER: Mailer = {
  isRateLimited: false,
  send: async () => ({ status: 'sent' }),
  [Symbol.asyncDispose]: async () => {},
}
