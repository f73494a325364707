/** CDR lines through a real broker, both stages and the embedded ledger; then a worker that dies. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../src/core/time/clock.ts'
import { createHealth } from '../src/core/watch/health.ts'
import type { LedgerRow } from '../src/core/usage/ledger-row.ts'
import { createLog } from '../src/core/watch/log.ts'
import { createMetrics } from '../src/core/watch/metrics.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import type { ClickHouseStore } from '../src/ledger/engine/clickhouse-store.ts'
import { createDuplicateWindow } from '../src/ledger/duplicates/duplicate-window.ts'
import type { Ledger } from '../src/ledger/ledger.ts'
import { migrateClickHouse } from '../src/ledger/engine/migrate-clickhouse.ts'
import { createRenewableWindow } from '../src/stream/rating/duplicates-of-worker.ts'
import { openKafkaStream } from '../src/stream/kafka/open-stream.ts'
import type { KafkaClient } from '../src/stream/kafka/open-stream.ts'
import { createMediationMetrics } from '../src/stream/mediation/mediation-metrics.ts'
import { createRatingMetrics } from '../src/stream/rating/rating-metrics.ts'
import { runMediation } from '../src/stream/mediation/run-mediation.ts'
import { runRating } from '../src/stream/rating/run-rating.ts'
import type { Stream, StreamAdmin } from '../src/stream/stream.ts'
import { createMediator } from '../src/mediation/mediate.ts'
import { formatAdapter } from '../src/ingest/formats/format-registry.ts'
import { createRater } from '../src/rating/create-rater.ts'
import { createMessageMediator } from '../src/stream/mediation/mediate-message.ts'
import { openMessageReader } from '../src/stream/read-messages.ts'
import { replayRejects } from '../src/corrections/suspense/replay-rejects.ts'
import { createTopicRecords } from '../src/corrections/suspense/topic-records.ts'
import { createSuspense } from '../src/corrections/suspense/waiting-rejects.ts'
import { verifyTopic } from '../src/verify/verify-topic.ts'
import { topicName } from './kafka-for-tests.ts'
import type { TestKafka } from './kafka-for-tests.ts'
import { cdrLines, createStreamWorld } from './stream-world.ts'
import type { StreamWorld } from './stream-world.ts'

const log = createLog('error')
const PARTITIONS = 3
const ACCOUNTS = 8
const WAIT_MS = 30_000

/** `broker` answers once the hooks around the suite have started it. */
export function describeStages(broker: () => TestKafka, client: KafkaClient): void {
  describe('both stages', () => testStages(broker, client))
}

function testStages(broker: () => TestKafka, client: KafkaClient): void {
  let stream: Stream
  let admin: StreamAdmin
  let store: ClickHouseStore
  let ledger: Ledger
  let world: StreamWorld
  const cdrTopic = topicName(`cdr-mobile-${client}`)
  const usageTopic = topicName(`usage-${client}`)

  beforeAll(async () => {
    stream = openKafkaStream(client, { brokers: broker().brokers, clientId: 'tik-test', log })
    admin = await stream.admin()
    const plan = { partitions: PARTITIONS, replicas: 1, settings: {} }
    await admin.createTopics([
      { topic: cdrTopic, ...plan },
      { topic: usageTopic, ...plan },
    ])
    store = await openClickHouse({ folder: await mkdtemp(join(tmpdir(), 'tik-kafka-test-')) })
    await migrateClickHouse(store)
    ledger = createClickHouseLedger(store)
    world = await createStreamWorld(ACCOUNTS)
  })
  afterAll(async () => {
    await admin.close()
    await store.close()
  })

  async function produce(lines: readonly string[], linesPerMessage: number): Promise<void> {
    const producer = await stream.producer()
    const messages = []
    for (let at = 0; at < lines.length; at += linesPerMessage) {
      const value = lines.slice(at, at + linesPerMessage).join('\n')
      messages.push({ key: String(at), value })
    }
    await producer.send(cdrTopic, messages)
    await producer.close()
  }

  async function startMediation() {
    const stop = new AbortController()
    const [consumer, producer] = [
      await stream.consumer(`${cdrTopic}-mediation`, [cdrTopic]),
      await stream.producer(),
    ]
    const mediator = world.messageMediator()
    const done = runMediation({
      group: `${cdrTopic}-mediation`,
      usageTopic,
      consumer,
      producer,
      admin,
      mediatorOf: () => mediator,
      sendRowsMax: 100,
      log,
      health: createHealth(['stream']),
      metrics: createMediationMetrics(createMetrics()),
      signal: stop.signal,
    })
    return async () => {
      stop.abort()
      await done
      await consumer.close()
      await producer.close()
    }
  }

  /** `store` is what the worker believes the ledger to be; a dead worker's lets nothing through. */
  async function startRating(recordsWith: Ledger) {
    const stop = new AbortController()
    const consumer = await stream.consumer(`${usageTopic}-rating`, [usageTopic])
    const done = runRating({
      topic: usageTopic,
      consumer,
      admin,
      ledger: recordsWith,
      duplicates: createRenewableWindow(() => createDuplicateWindow(recordsWith)),
      reference: () => world.reference,
      newestReference: () => Promise.resolve(world.reference),
      limits: { rowsMax: 50, bytesMax: 1_000_000, waitMsMax: 50 },
      clock: systemClock,
      log,
      health: createHealth(['stream', 'ledger']),
      metrics: createRatingMetrics(createMetrics()),
      signal: stop.signal,
    })
    return {
      done,
      async stop() {
        stop.abort()
        await done
        await consumer.close()
      },
      leave: () => consumer.close(),
    }
  }

  async function rows(): Promise<LedgerRow[]> {
    const found: LedgerRow[] = []
    for await (const chunk of ledger.rows({})) found.push(...chunk)
    return found.filter((row) => row.logSource === usageTopic)
  }

  async function rowsAfter(count: number): Promise<LedgerRow[]> {
    const deadlineMs = performance.now() + WAIT_MS
    for (;;) {
      const found = await rows()
      if (found.length >= count || performance.now() > deadlineMs) return found
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  test('each record ends as one row, with contiguous offsets, and what is no record is rejected', async () => {
    const lines = cdrLines({ from: 0, to: 400, seed: 1, accounts: ACCOUNTS })
    await produce(lines, 20)
    await produce(
      ['no record at all', '9999;voice;31699999999;0612345678;2026-10-05 09:00:00;60;;'],
      1,
    )
    const stopMediation = await startMediation()
    const rating = await startRating(ledger)
    const found = await rowsAfter(402)
    await stopMediation()
    await rating.stop()

    expect(found.length).toBe(402)
    expectContiguous(found)
    expect(countBy(found, (row) => row.outcome)).toEqual({ rated: 400, rejected: 2 })
    expect(new Set(found.map((row) => row.usageId)).size).toBe(402)
    expect(found.some((row) => row.chargeMicros > 0)).toBe(true)
  }, 90_000)

  test('a worker that dies between rating and writing leaves nothing behind and nothing out', async () => {
    await produce(cdrLines({ from: 10_000, to: 10_400, seed: 2, accounts: ACCOUNTS }), 20)
    const stopMediation = await startMediation()
    let writes = 0
    const dying: Ledger = {
      ...ledger,
      async record(batch) {
        writes += 1
        if (writes === 3) await ledger.record(batch) // It took, and nobody was told.
        if (writes >= 3) throw new Error('killed')
        return ledger.record(batch)
      },
    }
    const first = await startRating(dying)
    await expect(first.done).rejects.toThrow('killed')
    await first.leave()
    expect((await rows()).length).toBeLessThan(802)

    const second = await startRating(ledger)
    const found = await rowsAfter(802)
    await second.stop()
    await stopMediation()
    expect(found.length).toBe(802)
    expectContiguous(found)
    expect(countBy(found, (row) => row.outcome)).toEqual({ rated: 800, rejected: 2 })
  }, 90_000)

  test('records that are sent again are duplicates and charged once', async () => {
    const before = chargeOf(await rows())
    await produce(cdrLines({ from: 0, to: 400, seed: 1, accounts: ACCOUNTS }), 50)
    const stopMediation = await startMediation()
    const rating = await startRating(ledger)
    const found = await rowsAfter(1_202)
    await rating.stop()
    await stopMediation()
    expect(countBy(found, (row) => row.outcome)).toEqual({
      rated: 800,
      rejected: 2,
      duplicate: 400,
    })
    expectContiguous(found)
    expect(chargeOf(found)).toBe(before)
  }, 90_000)

  test('the log rated again by one reader gives the ledger row for row', async () => {
    const parts = {
      topic: usageTopic,
      stream,
      ledger,
      directory: world.directory,
      catalogueOf: () => Promise.resolve(world.catalogue),
    }
    let rowsCount = 0
    for await (const verdict of verifyTopic(parts)) {
      expect(verdict.findings).toEqual([])
      expect(verdict.rows).toBe(verdict.messages)
      rowsCount += verdict.rows
    }
    expect(rowsCount).toBe(1_202)
  }, 60_000)

  /** Both stages until the ledger has so many rows. */
  async function rate(count: number): Promise<LedgerRow[]> {
    const stopMediation = await startMediation()
    const rating = await startRating(ledger)
    const found = await rowsAfter(count)
    await rating.stop()
    await stopMediation()
    return found
  }

  test('what was rejected is read from its topic again and rated once, and the log still agrees', async () => {
    const stranger = '8888;voice;+31699999999;0687654321;2026-10-05 09:00:00;3000;;'
    await produce([stranger, ...cdrLines({ from: 20_000, to: 20_020, ...FEW })], 7)
    expect(countBy(await rate(1_223), (row) => row.outcome)['rejected']).toBe(3)

    const directory = await world.withNumber('+31699999999')
    const { catalogue, source } = world
    const mediator = createMediator({ source, catalogue, directory })
    const adapter = formatAdapter(source.format)
    const reader = await openMessageReader(stream, cdrTopic)
    const replay = () =>
      replayRejects(
        {
          suspense: createSuspense(store),
          pipeline: {
            ledger,
            rater: createRater({ catalogue, directory }),
            duplicates: createDuplicateWindow(ledger),
            catalogueHash: catalogue.hash.slice(0, 16),
          },
          openFile: () => Promise.resolve(undefined),
          topics: createTopicRecords({
            openReader: () => Promise.resolve(reader),
            mediators: new Map([[cdrTopic, createMessageMediator({ source, adapter, mediator })]]),
          }),
          clock: systemClock,
          batchRowsMax: 100,
        },
        ['served_unknown'],
      )
    const still = [{ reason: 'served_unknown', count: 1, detail: '31699999999' }]
    expect(await replay()).toMatchObject([{ waiting: 2, rated: 1, still }])
    expect(await replay()).toMatchObject([{ waiting: 1, rated: 0, still }])
    await reader[Symbol.asyncDispose]()

    // The balances that the replay moved are those that the accounts go on with.
    await produce(cdrLines({ from: 30_000, to: 30_100, ...FEW }), 20)
    await rate(1_323)
    const catalogueOf = () => Promise.resolve(catalogue)
    for await (const verdict of verifyTopic({
      topic: usageTopic,
      stream,
      ledger,
      directory,
      catalogueOf,
    })) {
      expect(verdict.findings).toEqual([])
    }
  }, 120_000)
}

const FEW = { seed: 3, accounts: ACCOUNTS }

function expectContiguous(rows: readonly LedgerRow[]): void {
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const offsets = rows
      .filter((row) => row.logPartition === partition)
      .map((row) => row.logOffset)
      .sort((left, right) => left - right)
    expect(offsets).toEqual(offsets.map((_, index) => index))
  }
}

function countBy(rows: readonly LedgerRow[], keyOf: (row: LedgerRow) => string) {
  const counts: Record<string, number> = {}
  for (const row of rows) counts[keyOf(row)] = (counts[keyOf(row)] ?? 0) + 1
  return counts
}

function chargeOf(rows: readonly LedgerRow[]): number {
  return rows.reduce((sum, row) => sum + row.chargeMicros, 0)
}
