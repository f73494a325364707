/**
 * What a running rating stage makes of reference data that changes under it: a new limit holds for the
 * next batch, with the balances of before; a subscription that was only just added is looked for
 * before its usage is rejected; and every row names the catalogue that rated it.
 */
import { beforeAll, expect, test } from 'vitest'
import type { LimitSetting } from '../src/core/accounts/accounts.ts'
import { createHealth } from '../src/core/watch/health.ts'
import { parseCrossingEntry } from '../src/core/usage/ids.ts'
import { createLog } from '../src/core/watch/log.ts'
import { createMetrics } from '../src/core/watch/metrics.ts'
import { createDuplicateWindow } from '../src/ledger/duplicates/duplicate-window.ts'
import { createMemoryLedger } from './doubles/memory-ledger.ts'
import type { MemoryLedger } from './doubles/memory-ledger.ts'
import { createRenewableWindow } from '../src/stream/rating/duplicates-of-worker.ts'
import { createRatingMetrics } from '../src/stream/rating/rating-metrics.ts'
import type { RatingReference } from '../src/stream/rating/rating-partition.ts'
import { createRatingReference } from '../src/stream/rating/rating-reference.ts'
import { runRating } from '../src/stream/rating/run-rating.ts'
import { toUsageMessage } from '../src/stream/message/usage-message.ts'
import { createSimulatedLog } from './simulated-log.ts'
import { createSimulatedTurns } from './simulated-turns.ts'
import { seededRandom } from './seeded-random.ts'
import { cdrLines, createStreamWorld, smallWorld } from './stream-world.ts'
import type { StreamWorld } from './stream-world.ts'

const TURNS_MAX = 5_000
let world: StreamWorld
let values: string[]

beforeAll(async () => {
  world = smallWorld(await createStreamWorld(1))
  const lines = cdrLines({ from: 0, to: 60, seed: 3, accounts: 1 })
  const message = { offset: 0, key: '', value: Buffer.from(lines.join('\n')), timestampMs: 0 }
  const usages = world.messageMediator().mediate(message, { topic: 'cdr', partition: 0 })
  values = usages.map((usage) => toUsageMessage(usage).value)
})

/** The world with other limits, or without its first subscription. */
function referenceOf(hash: string, change: { limits?: LimitSetting[]; without?: string }) {
  const directory = {
    ...world.directory,
    limits: change.limits ?? world.directory.limits,
    subscriptions: world.directory.subscriptions
      .filter(({ subscriptionId }) => subscriptionId !== change.without)
      .map((one, index) => ({ ...one, index })),
  }
  return createRatingReference(world.catalogue, directory, hash)
}

interface Stage {
  readonly ledger: MemoryLedger
  /** What the stage finds when it asks, and what a look for newer data finds. */
  use(reference: RatingReference, newest?: RatingReference): void
  /** Appends messages and lets the stage run until they are recorded. */
  record(messages: readonly string[]): Promise<void>
  stop(): Promise<void>
}

function startStage(first: RatingReference, newest = first): Stage {
  const random = seededRandom(1)
  const turns = createSimulatedTurns(random)
  const log = createSimulatedLog({ topic: 'usage', partitions: 1, turns, random })
  const ledger = createMemoryLedger()
  const stop = new AbortController()
  let [current, newer] = [first, newest]
  const done = runRating({
    topic: 'usage',
    consumer: log.join('worker'),
    admin: { bounds: () => Promise.resolve(log.bounds()) },
    ledger,
    duplicates: createRenewableWindow(() => createDuplicateWindow(ledger)),
    reference: () => current,
    newestReference: () => {
      current = newer
      return Promise.resolve(newer)
    },
    limits: { rowsMax: 10, bytesMax: 1_000_000, waitMsMax: 20 },
    clock: { nowMs: () => turns.nowMs() },
    log: createLog('error', () => undefined),
    health: createHealth(['ledger', 'stream']),
    metrics: createRatingMetrics(createMetrics()),
    signal: stop.signal,
  })
  return {
    ledger,
    use(reference, later = reference) {
      current = reference
      newer = later
    },
    async record(messages) {
      for (const value of messages) log.append(0, value)
      while (ledger.entries.length < log.messagesCount && turns.turnsCount < TURNS_MAX) {
        await turns.step()
      }
      expect(ledger.entries).toHaveLength(log.messagesCount)
    },
    async stop() {
      stop.abort()
      for (let spare = 0; spare < 20; spare += 1) await turns.step()
      await done
    },
  }
}

test('a new limit holds for the next usage, and counts what was used before', async () => {
  const limit = world.directory.limits[0]
  if (limit === undefined) throw new Error('the world has a limit')
  const none = referenceOf('old', { limits: [] })
  const stage = startStage(none)
  await stage.record(values.slice(0, 40))
  const used = stage.ledger.entries.reduce((sum, row) => sum + row.chargeMicros, 0)
  expect(used).toBeGreaterThan(0)
  const levels = () => stage.ledger.entries.flatMap((row) => row.crossings).filter(isAccountTotal)
  expect(levels()).toEqual([])
  // A little above what was used: only with the balances of before it is reached now.
  stage.use(referenceOf('new', { limits: [{ ...limit, amount: used + 1 }] }))
  await stage.record(values.slice(40))
  expect(levels().map((entry) => parseCrossingEntry(entry).key.split('|').at(-1))).toEqual([
    `100@${used + 1}`,
  ])
  const hashes = stage.ledger.entries.map((row) => row.catalogueHash)
  expect(hashes.indexOf('new')).toBe(40)
  expect(hashes.lastIndexOf('old')).toBe(39)
  await stage.stop()
})

test('a usage of a subscription that was only just added waits for a look at newer data', async () => {
  const [first] = world.directory.subscriptions
  const without = referenceOf('old', { without: first?.subscriptionId ?? '' })
  const stage = startStage(without, referenceOf('new', {}))
  await stage.record(values)
  expect(new Set(stage.ledger.entries.map((row) => row.outcome))).toEqual(new Set(['rated']))
  expect(stage.ledger.entries.some((row) => row.subscriptionId === first?.subscriptionId)).toBe(
    true,
  )
  await stage.stop()
})

function isAccountTotal(entry: string): boolean {
  return entry.startsWith('account-total|')
}
