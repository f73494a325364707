/** The rating stage as a process of its own beside a store server, started by bench/kafka-scale.ts; runs until it is told to stop. */
import { z } from 'zod'
import { systemClock } from '../src/core/time/clock.ts'
import { createHealth } from '../src/core/watch/health.ts'
import { createLog } from '../src/core/watch/log.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import { createDuplicateWindow } from '../src/ledger/duplicates/duplicate-window.ts'
import { BATCH_LIMITS } from '../src/stream/rating/batch-limits.ts'
import { createRenewableWindow } from '../src/stream/rating/duplicates-of-worker.ts'
import { createRatingReference } from '../src/stream/rating/rating-reference.ts'
import { runRating } from '../src/stream/rating/run-rating.ts'
import { mediationWorld, NO_METRICS, openBenchStream } from './kafka-run.ts'

const givenArguments = z.object({
  brokers: z.array(z.string()),
  accountsCount: z.int(),
  clickhouseUrl: z.string(),
  secret: z.string(),
  topic: z.string(),
  group: z.string(),
})

const given = givenArguments.parse(JSON.parse(process.argv[2] ?? ''))
const { topic } = given
const { catalogue, directory } = await mediationWorld(given.accountsCount)
const reference = createRatingReference(catalogue, directory, catalogue.hash.slice(0, 16))
await using store = await openClickHouse({
  url: given.clickhouseUrl,
  username: 'default',
  password: given.secret,
  database: 'default',
})
const ledger = createClickHouseLedger(store)
const stream = openBenchStream(given.brokers)
const consumer = await stream.consumer(given.group, [topic])
const admin = await stream.admin()
const stop = new AbortController()
process.once('message', () => stop.abort())
process.send?.('ready')
await runRating({
  topic,
  consumer,
  admin,
  ledger,
  duplicates: createRenewableWindow(() => createDuplicateWindow(ledger)),
  reference: () => reference,
  newestReference: () => Promise.resolve(reference),
  limits: BATCH_LIMITS,
  clock: systemClock,
  log: createLog('error'),
  health: createHealth([]),
  metrics: NO_METRICS,
  signal: stop.signal,
})
await Promise.all([consumer.close(), admin.close()])
process.disconnect()
