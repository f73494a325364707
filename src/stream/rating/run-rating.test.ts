/** The loop with its writes held back: whatever happens meanwhile, balances never miss one of them. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createWorld, step } from '../../../test/rating/world.ts'
import { TikError } from '../../core/failures/errors.ts'
import { createHealth } from '../../core/watch/health.ts'
import { createLog } from '../../core/watch/log.ts'
import { createMetrics } from '../../core/watch/metrics.ts'
import { createDuplicateWindow } from '../../ledger/duplicates/duplicate-window.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { createMemoryLedger } from '../../../test/doubles/memory-ledger.ts'
import { createRater } from '../../rating/create-rater.ts'
import { createRenewableWindow } from './duplicates-of-worker.ts'
import { createRatingMetrics } from './rating-metrics.ts'
import type { RatingReference } from './rating-partition.ts'
import { createRatingReference } from './rating-reference.ts'
import { runRating } from './run-rating.ts'
import type { StreamEvent } from '../stream.ts'
import { toUsageMessage } from '../message/usage-message.ts'

const NOON = Date.UTC(2026, 10, 10, 11)
const TOPIC = 'usage'
/** Longer than everything that does not wait for a write. */
const WRITE_MS = 100

/** With B so many that their balances take more room than those of A. */
const OTHERS = 'C D E F G H I J K L'.split(' ')

const world = createWorld({
  rates: { r: [{ steps: [step('1')] }] },
  allowances: [{ allowanceId: 'own', amount: 100 }],
  plans: { plan: { rates: { call: 'r' }, allowanceIds: ['own'] } },
  accounts: [{ accountId: 'a' }, { accountId: 'b' }],
  subscriptions: [
    { subscriptionId: 'A', accountId: 'a' },
    ...['B', ...OTHERS].map((subscriptionId) => ({ subscriptionId, accountId: 'b' })),
  ],
})

function referenceOf(hash: string, balanceNumbersMax: number): RatingReference {
  return {
    ...createRatingReference(world.catalogue, world.directory, hash),
    createRater: () => createRater({ ...world, balanceNumbersMax }),
  }
}

function messages(partition: number, ...usages: [subscriptionId: string, quantity: number][]) {
  return {
    kind: 'messages',
    place: { topic: TOPIC, partition },
    endOffset: usages.length,
    messages: usages.map(([subscriptionId, quantity], offset) => {
      const usageId = `${subscriptionId}-${offset}`
      const usage = world.usage(subscriptionId, 'call', { usageId, quantity, startMs: NOON })
      return { offset, key: '', value: Buffer.from(toUsageMessage(usage).value), timestampMs: 0 }
    }),
  } satisfies StreamEvent
}

/** An outage that passes; then partition 1 has a batch that is written slowly, and then one more usage of the same bundle. */
const EVENTS: readonly StreamEvent[] = [
  { kind: 'assigned', partitions: [0, 1].map((partition) => ({ topic: TOPIC, partition })) },
  { kind: 'failed', error: new TikError('stream_unavailable', 'away') },
  { kind: 'recovered' },
  messages(0, ['A', 7]),
  messages(1, ['B', 90], ...OTHERS.map((each): [string, number] => [each, 5]), ['B', 90]),
]

/** Runs the stage over the events; `onWrite` is called when the slow write begins. */
async function rateWithSlowWrite(parts: {
  readonly reference: () => RatingReference
  readonly onWrite: (stop: AbortController) => void
  readonly waitMsMax?: number
}) {
  const memory = createMemoryLedger()
  const stop = new AbortController()
  const health = createHealth(['ledger', 'stream'])
  const metrics = createMetrics()
  const events = [...EVENTS]
  let writes = 0
  const ledger: Ledger = {
    ...memory,
    async record(batch) {
      writes += 1
      if (writes === 1) {
        parts.onWrite(stop)
        await sleep(WRITE_MS)
      }
      await memory.record(batch)
    },
  }
  const done = runRating({
    topic: TOPIC,
    consumer: {
      next: async () => (await sleep(1)) ?? events.shift(),
      seek: () => undefined,
      pause: () => undefined,
      commit: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
    admin: {
      bounds: () =>
        Promise.resolve([0, 1].map((partition) => ({ partition, firstOffset: 0, endOffset: 12 }))),
    },
    ledger,
    duplicates: createRenewableWindow(() => createDuplicateWindow(ledger)),
    reference: parts.reference,
    newestReference: () => Promise.resolve(parts.reference()),
    limits: { rowsMax: 1 + OTHERS.length, bytesMax: 1_000_000, waitMsMax: parts.waitMsMax ?? 5 },
    clock: { nowMs: () => Math.floor(performance.now()) },
    log: createLog('error', () => undefined),
    health,
    metrics: createRatingMetrics(metrics),
    signal: stop.signal,
  })
  await sleep(3 * WRITE_MS)
  stop.abort()
  await done
  expect(health.isReady).toBe(true)
  const lags = metrics.text().match(/^tik_lag_messages\{.*/gm) ?? []
  expect(lags.map((line) => line.split(' ').at(-1))).toEqual(['0', '0']) // Nothing waits.
  expect(memory.entries).toHaveLength(3 + OTHERS.length)
  const rows = memory.entries.filter(({ subscriptionId }) => !OTHERS.includes(subscriptionId))
  return rows.map((row) => `${row.usageId} ${row.takeQuantities.join()} ${row.chargeMicros}`).sort()
}

/** Numbers of balances: a rater of account `a` is not full yet, one of `b` is. */
const FULL_OF_B = numbersOf('A')

function numbersOf(subscriptionId: string): number {
  for (let balanceNumbersMax = 0; ; balanceNumbersMax += 1) {
    const rater = createRater({ ...world, balanceNumbersMax })
    rater.rate(world.usage(subscriptionId, 'call', { quantity: 1, startMs: NOON }), NOON)
    if (!rater.isFull) return balanceNumbersMax
  }
}

/** 90 of 100 were used when the last one of B came. */
const RATED = ['A-0 7 0', 'B-0 90 0', 'B-11 10 80000000']

test('a stop with a full rater forgets no balance before all writes have landed', async () => {
  const full = referenceOf('hash', FULL_OF_B)
  const rated = await rateWithSlowWrite({
    reference: () => full,
    onWrite: (stop) => stop.abort(),
    waitMsMax: 10 * WRITE_MS,
  })
  expect(rated).toEqual(RATED)
})

test('a full rater forgets no balance before all writes have landed', async () => {
  const full = referenceOf('hash', FULL_OF_B)
  const rated = await rateWithSlowWrite({ reference: () => full, onWrite: () => undefined })
  expect(rated).toEqual(RATED)
})

test.each([Infinity, FULL_OF_B])(
  'new reference data is used when all writes have landed, balances up to %d numbers',
  async (balanceNumbersMax) => {
    let current = referenceOf('old', balanceNumbersMax)
    const onWrite = () => (current = referenceOf('new', balanceNumbersMax))
    expect(await rateWithSlowWrite({ reference: () => current, onWrite })).toEqual(RATED)
  },
)
