/** A limit with the action `block`: request, fee, confirmation, webhook and events, each once. */
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { fixedClock } from '../core/time/clock.ts'
import type { Directory, LimitSetting, Subscription } from '../core/accounts/accounts.ts'
import { importDirectory } from '../directory/store/import-directory.ts'
import { openTestOperations, type TestOperations } from '../../test/doubles/test-operations.ts'
import { deliverStreams } from '../data-streams/deliver-streams.ts'
import { NO_LEDGER } from '../../test/doubles/no-ledger.ts'
import { crossedEventsOf } from './crossings/crossed-events.ts'
import { dispatchAlerts } from './dispatch-alerts.ts'
import { listAlerts } from './list-alerts.ts'
import {
  exampleCatalogue,
  exampleCrossing,
  exampleDirectory,
  exampleReader,
  exampleUser,
  EXAMPLE_NOW_MS,
} from '../../test/doubles/example-alerts.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { OutgoingMail } from '../mail/outgoing-mail.ts'
import { markPublished, unpublishedAlerts } from './publish-alerts.ts'

const SECRET = '0123456789abcdef0123456789abcdef'
let catalogue: Catalogue
let operations: TestOperations

beforeAll(async () => {
  catalogue = await exampleCatalogue()
  operations = await openTestOperations()
})
beforeEach(() =>
  operations.store.script(
    'TRUNCATE partners, data_streams, alert_positions, alert_crossings, mails CASCADE',
  ),
)
afterAll(() => operations[Symbol.asyncDispose]())

const BLOCK: LimitSetting = {
  code: 'subscription-total',
  scopeKind: 'subscription',
  scopeId: 'sim-0',
  subject: '',
  amount: 50_000_000,
  action: 'block',
  fromMs: 0,
  toMs: Infinity,
}

function directoryWith(limits: readonly LimitSetting[]): Directory {
  const users = [
    exampleUser('nl', { registrations: ['mobile-high-usage'] }),
    exampleUser('fr', { userId: 'guard', registrations: ['sim-block'] }),
  ]
  const directory = exampleDirectory(users)
  const subscriptions = directory.subscriptions.map((one) => ({
    ...one,
    plans: [
      { planId: one.product === 'voip' ? 'voip-basic' : 'mobile-go', fromMs: 0, toMs: Infinity },
    ],
  }))
  return { ...directory, subscriptions, limits }
}

function keepingMailer(): Mailer & { mails: OutgoingMail[] } {
  const mails: OutgoingMail[] = []
  return {
    isRateLimited: false,
    mails,
    async send(mail) {
      mails.push(mail)
      return { status: 'sent' }
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

async function dispatch(
  directory: Directory,
  crossings = [exampleCrossing()],
  nowMs = EXAMPLE_NOW_MS,
) {
  const mailer = keepingMailer()
  const report = await dispatchAlerts({
    reader: exampleReader(crossings),
    store: operations.store,
    mailer,
    catalogue,
    directory,
    clock: fixedClock(nowMs),
    mailsPerMinuteMax: 600,
    flush: true,
  })
  const streams = await deliverStreams({
    store: operations.store,
    clickhouse: NO_LEDGER,
    directory,
    crossedEvents: crossedEventsOf({ directory, catalogue }),
    clock: fixedClock(nowMs),
    webhookTargets: 'any',
  })
  return { report, streams, mails: mailer.mails }
}

async function load(directory: Directory): Promise<void> {
  await importDirectory(
    operations.store,
    { directory, oneOffCharges: [], webhooks: [] },
    { dryRun: false, atMs: 0, changedBy: 'test' },
  )
}

test('a block is requested once, charged by the plan, and confirmed to who is registered', async () => {
  const directory = directoryWith([BLOCK])
  await load(directory)
  const { mails } = await dispatch(directory)
  expect(mails.map(({ kind, userId }) => `${kind} ${userId}`).sort()).toEqual([
    'limit-alert user-nl',
    'sim-block guard',
  ])
  const alert = mails.find(({ kind }) => kind === 'limit-alert')
  expect(alert?.text).toContain('Wij hebben de operator gevraagd')
  const confirmation = mails.find(({ kind }) => kind === 'sim-block')
  expect(confirmation?.subject).toBe('Blocage demandé – +31612345000 (Bestelbus)')
  expect(confirmation?.text.replaceAll(/\s/g, ' ')).toContain('€ 5,00')

  const requests = await rowsOf('SELECT subscription_id, service FROM service_requests')
  expect(requests).toEqual([{ subscription_id: 'sim-0', service: 'sim' }])
  const charges = await rowsOf('SELECT subscription_id, amount_micros FROM one_off_charges')
  expect(charges).toEqual([{ subscription_id: 'sim-0', amount_micros: 5_000_000 }])

  await operations.store.script('TRUNCATE alert_positions')
  expect((await dispatch(directory)).mails).toEqual([])
  expect(await rowsOf('SELECT count(*)::int AS n FROM one_off_charges')).toEqual([{ n: 1 }])
})

test.each([
  ['notify does not block', { ...BLOCK, action: 'notify' }, exampleCrossing(), []],
  ['80 % does not block', BLOCK, exampleCrossing({ level: '80@50000000' }), []],
  [
    'a limit of the account blocks every active mobile subscription',
    { ...BLOCK, code: 'account-total', scopeKind: 'account', scopeId: 'gist' },
    exampleCrossing({ code: 'account-total', scopeId: 'gist' }),
    ['sim-0 sim', 'sim-1 sim'],
  ],
  [
    'data roaming is blocked alone, without a fee',
    { ...BLOCK, code: 'roaming-spend', scopeKind: 'account', scopeId: 'gist' },
    exampleCrossing({ code: 'roaming-spend', scopeId: 'sim-1' }),
    ['sim-1 roaming-data'],
  ],
] as const)('%s', async (_name, limit, crossing, expected) => {
  const directory = directoryWith([limit])
  await load(directory)
  await dispatch(directory, [crossing])
  const requests = await operations.store.query(
    `SELECT subscription_id || ' ' || service AS text FROM service_requests ORDER BY 1`,
    [],
    z.object({ text: z.string() }),
  )
  expect(requests.map(({ text }) => text)).toEqual(expected)
})

test('events go to webhooks signed, are tried again, and have the same id', async () => {
  const received: { body: string; signature: string; id: string; standard: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      const signature = String(request.headers['tik-signature'])
      const { 'webhook-id': id = '', 'webhook-timestamp': at = '' } = request.headers
      const wanted = createHmac('sha256', SECRET).update(`${String(id)}.${String(at)}.${body}`)
      const standard =
        request.headers['webhook-signature'] === `v1,${wanted.digest('base64')}` ? 'ok' : 'wrong'
      received.push({ body, signature, id: String(request.headers['tik-event-id']), standard })
      response.statusCode = received.length === 1 ? 503 : 204
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  const directory = directoryWith([BLOCK])
  await importDirectory(
    operations.store,
    {
      directory,
      oneOffCharges: [],
      webhooks: [
        { owner: 'account', ownerId: 'gist', url, secret: SECRET },
        { owner: 'partner', ownerId: 'veldnet', url, secret: SECRET },
      ],
    },
    { dryRun: false, atMs: 0, changedBy: 'test' },
  )
  const first = await dispatch(directory)
  expect(first.streams).toMatchObject({ takenCount: 1, failedCount: 1 })
  const second = await dispatch(directory, [], EXAMPLE_NOW_MS + 30_000)
  expect(second.streams).toMatchObject({ takenCount: 1, failedCount: 0 })
  const third = await dispatch(directory, [], EXAMPLE_NOW_MS + 600_000)
  expect(third.streams).toMatchObject({ takenCount: 0, failedCount: 0 })
  await new Promise((resolve) => server.close(resolve))

  expect(received).toHaveLength(3)
  expect(new Set(received.map(({ id }) => id)).size).toBe(2)
  expect(received.map(({ standard }) => standard)).toEqual(['ok', 'ok', 'ok'])
  for (const { body, signature } of received) {
    const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? []
    const expected = createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex')
    expect(mac).toBe(expected)
  }
  const events = received.map(({ body }): unknown => JSON.parse(body))
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'limit.crossed',
      id: 'gist/2026-11-01/subscription-total|sim-0||subscription|100@50000000',
      used: '50.250000',
      limit: expect.objectContaining({ amount: '50.000000', unit: 'EUR', percent: 100 }),
    }),
  )
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'service.block.requested',
      service: 'sim',
      subscriptions: [expect.objectContaining({ subscriptionId: 'sim-0' })],
    }),
  )
})

test.each([301, 302, 303, 307, 308])(
  'a webhook that answers %d sends the event nowhere else: the signature is for one place',
  async (status) => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(request.url === '/hook' ? status : 204, { Location: '/elsewhere' })
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    const directory = directoryWith([BLOCK])
    const webhooks = [{ owner: 'account', ownerId: 'gist', url, secret: SECRET }] as const
    const content = { directory, oneOffCharges: [], webhooks }
    await importDirectory(operations.store, content, { dryRun: false, atMs: 0, changedBy: 'test' })
    const { streams } = await dispatch(directory)
    await new Promise((resolve) => server.close(resolve))
    expect(streams).toMatchObject({ takenCount: 0, failedCount: 1 })
    expect(asked).toEqual(['/hook'])
    const alerts = await listAlerts(operations.store, { accountId: 'gist' })
    expect(alerts.find(({ channel }) => channel === 'webhook')).toMatchObject({
      state: 'queued',
      attempts: 1,
      reason: `answered ${status}`,
    })
  },
)

test('events wait for the stream until they are marked as published', async () => {
  const directory = directoryWith([BLOCK])
  await load(directory)
  await dispatch(directory)
  const waiting = await unpublishedAlerts(operations.store, { directory, catalogue })
  expect(waiting.messages.map(({ topic, key }) => `${topic} ${key}`)).toEqual([
    'alerts gist',
    'service-requests gist',
  ])
  const again = await unpublishedAlerts(operations.store, { directory, catalogue })
  expect(again).toEqual(waiting)
  await markPublished(operations.store, waiting.crossingIds, EXAMPLE_NOW_MS)
  const none = await unpublishedAlerts(operations.store, { directory, catalogue })
  expect(none).toEqual({ messages: [], crossingIds: [] })
})

test('a request that was recorded is published, whatever became of its limit since', async () => {
  const directory = directoryWith([BLOCK])
  await load(directory)
  await dispatch(directory)
  const today = { ...directory, limits: [], subscriptions: directory.subscriptions.map(terminated) }
  const { messages } = await unpublishedAlerts(operations.store, { directory: today, catalogue })
  const request = messages.find(({ topic }) => topic === 'service-requests')
  expect(JSON.parse(request?.value ?? 'null')).toMatchObject({
    service: 'sim',
    subscriptions: [
      {
        subscriptionId: 'sim-0',
        requestId: 'gist/2026-11-01/subscription-total|sim-0||subscription|100@50000000/sim-0',
      },
    ],
  })
})

function terminated(subscription: Subscription): Subscription {
  return { ...subscription, terminatedMs: 0 }
}

async function rowsOf(statement: string): Promise<unknown[]> {
  return operations.store.query(statement, [], z.unknown())
}
