/** Data streams as a recipient meets them, over a real socket, a real ledger and a real operations store. */
import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { setAccess } from '../../src/identity/person-access.ts'
import { resumeStream, replayStream, rotateStreamSecret } from '../../src/app/streams/streams-of.ts'
import { findStream } from '../../src/data-streams/data-stream.ts'
import { pruneStreams, READS_KEPT_MS } from '../../src/data-streams/keep-streams.ts'
import { EVENTS_PER_BATCH_MAX } from '../../src/data-streams/make-batches.ts'
import { STREAM_CLAIM_MS } from '../../src/data-streams/deliver-streams.ts'
import { STREAM_WAITS_MS } from '../../src/data-streams/settle-delivery.ts'
import { listMails } from '../../src/mail/list-mails.ts'
import { createClickHouseLedger } from '../../src/ledger/clickhouse-ledger.ts'
import { emptyRow } from '../../src/core/usage/ledger-row.ts'
import { queueStreamEvents } from '../../src/data-streams/queue-events.ts'
import { usageForm } from '../../src/reports/usage-form.ts'
import { bodyOf, keptIds, openReceiver, type Receiver } from './receiver.ts'
import { openStreamWorld, type StreamWorld } from './stream-world.ts'

let world: StreamWorld
let receiver: Receiver

beforeAll(async () => {
  world = await openStreamWorld()
}, 60_000)
beforeEach(async () => {
  receiver = await openReceiver()
})
afterEach(async () => {
  await receiver[Symbol.asyncDispose]()
  await world.door.desk.operations.script('DELETE FROM data_streams; DELETE FROM mails')
})
afterAll(() => world[Symbol.asyncDispose]())

function signatureOf(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

test('a stream gets what is rated from now on, of its account alone, signed and in order', async () => {
  await world.record('usage/0', ['A1', 'A2', 'A1'])
  const { streamId, secret } = await world.make(receiver.url)
  await world.round()
  expect(receiver.asked).toEqual([])

  const entries = await world.record('usage/0', ['A1', 'A2', 'A1', 'A1'])
  expect(await world.round()).toMatchObject({ takenCount: 1, eventsCount: 3, failedCount: 0 })
  const [taken] = receiver.taken
  if (taken === undefined) throw new Error('nothing came')
  const body = bodyOf(taken)
  expect(body).toMatchObject({ type: 'stream.batch', stream: streamId, number: 1, isReplay: false })
  expect(body.events.map(({ id }) => id)).toEqual([entries[0], entries[2], entries[3]])
  expect(body.events[0]).toMatchObject({
    type: 'usage.rated',
    refersTo: null,
    data: {
      account: 'A1',
      receiver: '+31101234567',
      durationSeconds: 61,
      amount: { amount: '0.20', currency: 'EUR' },
    },
  })
  for (const { data } of body.events) expect(usageForm.parse(data)).toEqual(data)
  const { 'webhook-id': id = '', 'webhook-timestamp': at = '' } = taken.headers
  expect(taken.headers['webhook-signature']).toBe(
    signatureOf(secret, String(id), String(at), taken.body),
  )
  expect(await world.round()).toMatchObject({ takenCount: 0 })
})

test('the other party is hidden where the stream may not see numbers', async () => {
  await world.make(receiver.url, { seesNumbers: false })
  await world.record('usage/0', ['A1'])
  await world.round()
  expect(receiver.taken.map((one) => bodyOf(one).events[0])).toMatchObject([
    { data: { sender: '+31201234567', receiver: '+3110123****', servedNumber: '+31201234567' } },
  ])
})

test('many events go in batches within their bound, one after the other', async () => {
  await world.make(receiver.url)
  const count = EVENTS_PER_BATCH_MAX * 2 + 7
  const entries = await world.record(
    'usage/1',
    Array.from({ length: count }, () => 'A1'),
  )
  let open = 0
  receiver.answer = async () => {
    open += 1
    expect(open).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    open -= 1
    return 200
  }
  await world.round()
  expect(receiver.taken.map((one) => bodyOf(one).events.length)).toEqual([500, 500, 7])
  expect(receiver.taken.map((one) => bodyOf(one).number)).toEqual([1, 2, 3])
  expect(keptIds(receiver.taken)).toEqual(entries)
})

describe('what is not taken', () => {
  test.each([
    ['500', 500, 'answered 500'],
    ['a redirect', 302, 'answered 302'],
    ['no answer', 'hang', 'no answer in time'],
  ] as const)(
    '%s: the same bytes under the same id go again, and nothing overtakes them',
    async (_, answer, reason) => {
      const { streamId } = await world.make(receiver.url)
      const [first] = await world.record('usage/2', ['A1'])
      receiver.answer = () => answer
      expect(await world.round()).toMatchObject({ failedCount: 1 })
      const [second] = await world.record('usage/2', ['A1'])
      receiver.answer = () => 200
      expect(await world.round()).toMatchObject({ takenCount: 0, failedCount: 0 })
      world.clock.atMs += STREAM_WAITS_MS[0] ?? 0
      await world.round()
      expect(keptIds(receiver.taken)).toEqual([first, second])
      const [failed, again] = receiver.asked
      expect(again?.body).toBe(failed?.body)
      expect(again?.headers['webhook-id']).toBe(failed?.headers['webhook-id'])
      const key = await world.door.keyOf({ reachKind: 'account', reachId: 'A1' })
      const log = await world.door.ask(`/api/v1/streams/${streamId}/deliveries`, { key })
      expect(JSON.parse(await log.text())).toMatchObject({
        items: [
          { attempt: 1, isTaken: true },
          { attempt: 2, isTaken: true },
          { attempt: 1, isTaken: false, failure: reason },
        ],
      })
    },
  )

  test('a process that dies between delivery and its note sends it again under the same id', async () => {
    await world.make(receiver.url)
    const entries = await world.record('usage/3', ['A1', 'A1'])
    const { operations } = world.door.desk
    let transactionsCount = 0
    const dying = {
      ...operations,
      transaction: (work: Parameters<typeof operations.transaction>[0]) => {
        transactionsCount += 1
        // The first read of the ledger, its end, the batch, and then the note.
        if (receiver.taken.length > 0) throw new Error('the process is gone')
        return operations.transaction(work)
      },
    }
    const store = dying as unknown as typeof operations
    await expect(world.round({ store })).rejects.toThrow('the process is gone')
    expect(transactionsCount).toBeGreaterThan(1)
    expect(await world.round()).toMatchObject({ takenCount: 0 }) // It is claimed still.
    world.clock.atMs += STREAM_CLAIM_MS
    await world.round()
    expect(receiver.taken).toHaveLength(2)
    expect(new Set(receiver.taken.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(keptIds(receiver.taken)).toEqual(entries)
  })

  test('after three days the stream is paused, its people are told, and resuming loses nothing', async () => {
    const { desk } = world.door
    const access = { isBlocked: false, nowMs: world.clock.atMs }
    await setAccess(desk.operations, 'user:ann', { roles: ['owner'], ...access })
    const { streamId } = await world.make(receiver.url)
    const entries = await world.record('usage/4', ['A1'])
    receiver.answer = () => 503
    for (const waitMs of [0, ...STREAM_WAITS_MS]) {
      world.clock.atMs += waitMs
      await world.round()
    }
    expect(receiver.asked).toHaveLength(STREAM_WAITS_MS.length + 1)
    expect(await findStream(desk.operations, streamId)).toMatchObject({
      state: 'dead',
      stateReason: 'answered 503',
    })
    const mails = await listMails(desk.operations, {})
    expect(mails).toMatchObject([
      { userId: 'ann', kind: 'stream-paused', subject: expect.stringContaining('warehouse') },
    ])
    entries.push(...(await world.record('usage/4', ['A1', 'A1'])))
    receiver.answer = () => 200
    world.clock.atMs += 86_400_000
    expect(await world.round()).toMatchObject({ takenCount: 0 })
    await resumeStream(desk, streamId)
    await world.round()
    expect(keptIds(receiver.taken)).toEqual(entries)
  })

  test('410 says that nothing is wanted any more: it is paused at once', async () => {
    const { streamId } = await world.make(receiver.url)
    await world.record('usage/5', ['A1'])
    receiver.answer = () => 410
    expect(await world.round()).toMatchObject({ failedCount: 1, deadCount: 1 })
    const { operations } = world.door.desk
    expect(await findStream(operations, streamId)).toMatchObject({ state: 'dead' })
  })

  test('a slow recipient is posted to by one dispatcher only', async () => {
    await world.make(receiver.url)
    await world.record('usage/6', ['A1'])
    receiver.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 200))
      return 200
    }
    const reports = await Promise.all([world.round(), world.round(), world.round()])
    expect(reports.reduce((sum, { takenCount }) => sum + takenCount, 0)).toBe(1)
    expect(receiver.asked).toHaveLength(1)
  })
})

test('a replay sends what was since a moment once more, marked, under the same ids, before what is new', async () => {
  const { streamId } = await world.make(receiver.url)
  const early = await world.record('usage/7', ['A1'])
  await world.round()
  world.clock.atMs += 3_600_000
  const fromMs = world.clock.atMs
  const later = await world.record('usage/7', ['A1', 'A1'])
  await world.round()
  expect(keptIds(receiver.taken)).toEqual([...early, ...later])
  receiver.taken.length = 0
  await replayStream({ ...world.door.desk }, streamId, Math.min(fromMs, Date.now()))
  await world.door.desk.operations.execute(
    `UPDATE data_streams SET replay = jsonb_set(replay, '{untilMs}', to_jsonb($1::bigint))`,
    [world.clock.atMs],
  )
  await world.door.desk.operations.execute(
    `UPDATE data_streams SET replay = jsonb_set(replay, '{fromMs}', to_jsonb($1::bigint))`,
    [fromMs],
  )
  world.clock.atMs += 1_000
  const fresh = await world.record('usage/7', ['A1'])
  await world.round()
  const bodies = receiver.taken.map(bodyOf)
  expect(bodies.map(({ isReplay, events }) => [isReplay, events.map(({ id }) => id)])).toEqual([
    [true, later],
    [false, fresh],
  ])
})

test('while a secret is being changed both sign, and then the new one alone', async () => {
  const { streamId, secret } = await world.make(receiver.url)
  const fresh = await rotateStreamSecret(world.door.desk, streamId, 24)
  await world.record('usage/8', ['A1'])
  world.clock.atMs = Date.now()
  await world.round()
  world.clock.atMs += 25 * 3_600_000
  await world.record('usage/8', ['A1'])
  await world.round()
  const signatures = receiver.taken.map(({ headers, body }) => {
    const id = String(headers['webhook-id'])
    const at = String(headers['webhook-timestamp'])
    const names = new Map([
      [signatureOf(secret, id, at, body), 'old'],
      [signatureOf(fresh, id, at, body), 'new'],
    ])
    return String(headers['webhook-signature'])
      .split(' ')
      .map((one) => names.get(one))
  })
  expect(signatures).toEqual([['new', 'old'], ['new']])
})

test('what corrects an entry comes after it and says which it is', async () => {
  await world.make(receiver.url)
  const [entry = ''] = await world.record('usage/9', ['A1'])
  const ledger = createClickHouseLedger(world.door.desk.clickhouse)
  const log = { source: 'rerate', partition: 1 }
  const batch = ledger.newBatch(log, 0, world.clock.atMs, '0123456789abcdef')
  for (const entryKind of ['reversal', 'correction'] as const) {
    const place = { logSource: 'rerate', logPartition: 1, recordedMs: world.clock.atMs }
    const what = { accountId: 'A1', outcome: 'rated', entryKind, corrects: entry } as const
    batch.appendRow({ ...emptyRow(), ...place, ...what })
  }
  await ledger.record(batch)
  await world.round()
  expect(
    receiver.taken.flatMap((one) =>
      bodyOf(one).events.map((event) => [event.type, 'refersTo' in event ? event.refersTo : '']),
    ),
  ).toEqual([
    ['usage.rated', null],
    ['usage.reversed', entry],
    ['usage.corrected', entry],
  ])
})

test('events of limits go to the streams that want them, as they are on topics', async () => {
  const { operations } = world.door.desk
  await world.make(receiver.url, { name: 'both', events: ['limits', 'usage'] })
  await world.make(receiver.url, { name: 'usage only', events: ['usage'] })
  const of = { ownerKind: 'account', ownerId: 'A1', eventType: 'limit.crossed' } as const
  const events = ['e1', 'e2'].map((id) => ({ ...of, eventId: id, payload: `{"id":"${id}"}` }))
  await queueStreamEvents(operations, 'limits', events, world.clock.atMs)
  await world.round()
  expect(receiver.taken.map((one) => bodyOf(one).events)).toEqual([
    [
      { id: 'e1', type: 'limit.crossed', data: { id: 'e1' } },
      { id: 'e2', type: 'limit.crossed', data: { id: 'e2' } },
    ],
  ])
})

test('a stream that stood still longer than reads are kept gets what it missed as a replay', async () => {
  const { operations } = world.door.desk
  const { streamId } = await world.make(receiver.url)
  receiver.answer = () => 410
  const entries = await world.record('usage/10', ['A1'])
  await world.round()
  entries.push(...(await world.record('usage/10', ['A1', 'A1'])))
  await world.round()
  // Its batch was given up with it; what follows is known to the ledger only.
  world.clock.atMs += READS_KEPT_MS + 1_000
  await world.record('usage/11', ['A2'])
  await world.round()
  await pruneStreams(operations, world.clock.atMs)
  receiver.answer = () => 200
  await resumeStream(world.door.desk, streamId)
  await world.round()
  const [first, ...rest] = receiver.taken.map((one) => bodyOf(one).isReplay)
  expect([first, new Set(rest)]).toEqual([false, new Set([true])])
  expect(keptIds(receiver.taken).filter((id) => id.startsWith('usage/10'))).toEqual(entries)
})

test('a test goes out at once, also while the stream is paused and a batch waits', async () => {
  const key = await world.door.keyOf({ reachKind: 'account', reachId: 'A1' })
  const { streamId } = await world.make(receiver.url)
  const path = `/api/v1/streams/${streamId}`
  expect((await world.door.ask(`${path}/pause`, { key, method: 'POST' })).status).toBe(200)
  await world.record('usage/12', ['A1'])
  const asked = await world.door.ask(`${path}/test`, { key, method: 'POST' })
  expect(asked.status).toBe(202)
  const { webhookId }: { webhookId: string } = JSON.parse(await asked.text())
  await world.round()
  expect(receiver.taken.map(({ headers }) => headers['webhook-id'])).toEqual([webhookId])
  expect(receiver.taken.map(bodyOf)).toMatchObject([{ type: 'stream.test', events: [] }])
})

test.each([
  ['http://a1.example/', 'an endpoint is an https address'],
  ['https://127.0.0.1/', '127.0.0.1 is no public address'],
  ['https://[::1]/', '::1 is no public address'],
  ['https://2130706433/', '127.0.0.1 is no public address'],
  ['https://me:pass@a1.example/', 'an endpoint has no password in its address'],
  ['file:///etc/passwd', 'an endpoint is an https address'],
  ['nonsense', 'an endpoint is an https address'],
])('%s is refused: %s', async (url, detail) => {
  const key = await world.door.keyOf({ reachKind: 'account', reachId: 'A1' })
  const body = {
    ownerKind: 'account',
    ownerId: 'A1',
    name: 'x',
    url,
    events: ['usage'],
    seesNumbers: false,
  }
  const answer = await world.door.ask('/api/v1/streams', { key, method: 'POST', body })
  expect(JSON.parse(await answer.text())).toMatchObject({ status: 422, detail })
})

test('a name that leads into a private network is not posted to', async () => {
  await world.make(receiver.url.replace('127.0.0.1', 'localhost'))
  await world.record('usage/13', ['A1'])
  expect(await world.round({ webhookTargets: 'public' })).toMatchObject({ failedCount: 1 })
  expect(receiver.asked).toEqual([])
})

test('nobody makes a stream that shows more than they see, or of events that are not of its owner', async () => {
  const key = await world.door.keyOf({ reachKind: 'account', reachId: 'A1' }, [
    'manage-users',
    'see-usage',
  ])
  const base = { ownerKind: 'account', ownerId: 'A1', name: 'x', url: 'https://a1.example/' }
  const ask = async (wish: object) => {
    const body = { ...base, ...wish }
    return (await world.door.ask('/api/v1/streams', { key, method: 'POST', body })).status
  }
  expect(await ask({ events: ['usage'], seesNumbers: true })).toBe(403)
  expect(await ask({ events: ['requests'], seesNumbers: false })).toBe(422)
  expect(await ask({ events: ['usage'], seesNumbers: false })).toBe(201)
})
