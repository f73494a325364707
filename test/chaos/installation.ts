/** A whole installation for one seed: topics of its own, the stores, and workers with wrong clocks. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createLog } from '../../src/core/watch/log.ts'
import { createClickHouseLedger } from '../../src/ledger/clickhouse-ledger.ts'
import type { ClickHouseStore } from '../../src/ledger/engine/clickhouse-store.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { openKafkaStream } from '../../src/stream/kafka/open-stream.ts'
import type { Stream, StreamAdmin, StreamProducer } from '../../src/stream/stream.ts'
import { topicPlans } from '../../src/stream/topics.ts'
import type { Lab } from './lab.ts'
import { startChaosProcess } from './process.ts'
import type { ChaosProcess } from './process.ts'

export interface Installation extends AsyncDisposable {
  readonly lab: Lab
  readonly stores: ChaosProcess
  readonly mediation: readonly ChaosProcess[]
  readonly rating: readonly ChaosProcess[]
  readonly alerts: readonly ChaosProcess[]
  /** What stands before the names of topics and groups. */
  readonly prefix: string
  readonly stream: Stream
  readonly admin: StreamAdmin
  /** Of the sources. */
  readonly producer: StreamProducer
  readonly clickhouse: ClickHouseStore
  readonly ledger: Ledger
  /** Logs and data folders of the workers. */
  readonly folder: string
}

export interface InstallationOptions {
  readonly seed: number
  readonly random: () => number
  /** Workers without a fence, which must be caught. */
  readonly unfenced: boolean
}

const WORKER = join(import.meta.dirname, 'worker.ts')
const PARTITIONS = 4
const MEDIATION_WORKERS = 2
const RATING_WORKERS = { least: 2, most: 4 }
const CLOCK_SPREAD_MS = 40_000

export async function startInstallation(
  lab: Lab,
  { seed, random, unfenced }: InstallationOptions,
): Promise<Installation> {
  await using opening = new AsyncDisposableStack()
  const folder = join(lab.folder, `seed-${seed}`)
  await mkdir(folder, { recursive: true })
  const prefix = `chaos-${seed}.`
  const stores = opening.adopt(await lab.startStores(join(folder, 'stores.log')), (one) =>
    one.end().then(() => undefined),
  )
  const stream = openKafkaStream(lab.client, {
    brokers: lab.kafka.brokers,
    clientId: 'tik-chaos',
    log: createLog('error', () => undefined),
  })
  const admin = opening.adopt(await stream.admin(), (one) => one.close().catch(() => undefined))
  const producer = opening.adopt(await stream.producer(), (one) =>
    one.close().catch(() => undefined),
  )
  const plans = topicPlans([lab.world.source], prefix)
  await admin.createTopics(plans.map((plan) => ({ ...plan, partitions: PARTITIONS })))

  const workers = (stage: string, count: number): ChaosProcess[] =>
    Array.from({ length: count }, (_, index) => {
      const name = `${stage}-${index}`
      const offsetMs = clockOffsetMs(random)
      const worker = startChaosProcess({
        name,
        script: WORKER,
        parameters: [stage, join(folder, name)],
        environment: {
          ...lab.environment,
          TIK_KAFKA_PREFIX: prefix,
          CHAOS_CLOCK_OFFSET_MS: String(offsetMs),
          CHAOS_UNFENCED: unfenced ? '1' : '0',
        },
        logFile: join(folder, `${name}.log`),
      })
      return opening.adopt(worker, (one) => one.end().then(() => undefined))
    })
  const { least, most } = RATING_WORKERS
  const rating = workers('rating', least + (seed % (most - least + 1)))
  const mediation = workers('mediation', MEDIATION_WORKERS)
  const alerts = workers('alerts', 1 + (seed % 2))
  const clickhouse = opening.use(await lab.openLedgerStore())
  const opened = opening.move()
  return {
    lab,
    stores,
    mediation,
    rating,
    alerts,
    prefix,
    stream,
    admin,
    producer,
    clickhouse,
    ledger: createClickHouseLedger(clickhouse),
    folder,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/**
 * All clocks stand around the next turn of a month, each some seconds elsewhere, so that the month
 * ends at another moment for each worker: rows of a month are a partition of the ledger's table.
 */
function clockOffsetMs(random: () => number): number {
  const now = new Date(Date.now())
  const turnMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)
  return turnMs - now.getTime() + Math.round((random() - 0.5) * CLOCK_SPREAD_MS)
}
