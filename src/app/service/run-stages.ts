/** Wires the stages to stores and Kafka: opens in order, closes in reverse. */
import { createHash } from 'node:crypto'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import { systemClock } from '../../core/time/clock.ts'
import type { Config } from '../../core/config/config.ts'
import { TikError } from '../../core/failures/errors.ts'
import { createHealth } from '../../core/watch/health.ts'
import type { Health } from '../../core/watch/health.ts'
import { createLog } from '../../core/watch/log.ts'
import type { Log } from '../../core/watch/log.ts'
import { createMetrics } from '../../core/watch/metrics.ts'
import type { Metrics } from '../../core/watch/metrics.ts'
import type { SourceConfig } from '../../ingest/format.ts'
import { formatAdapter } from '../../ingest/formats/format-registry.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { createDuplicateWindow } from '../../ledger/duplicates/duplicate-window.ts'
import { createMediator } from '../../mediation/mediate.ts'
import { applyDirectoryEvent } from '../../directory/events/apply-directory-event.ts'
import { directoryVersion } from '../../directory/store/directory-version.ts'
import { loadDirectory } from '../../directory/store/load-directory.ts'
import { startStatusServer } from '../../status/status-server.ts'
import { BATCH_LIMITS } from '../../stream/rating/batch-limits.ts'
import { closeWithin } from '../../stream/drain.ts'
import { createRenewableWindow } from '../../stream/rating/duplicates-of-worker.ts'
import { createMediationMetrics } from '../../stream/mediation/mediation-metrics.ts'
import { createMessageMediator } from '../../stream/mediation/mediate-message.ts'
import type { MessageMediator } from '../../stream/mediation/mediate-message.ts'
import { createRatingMetrics } from '../../stream/rating/rating-metrics.ts'
import type { RatingReference } from '../../stream/rating/rating-partition.ts'
import { createRatingReference } from '../../stream/rating/rating-reference.ts'
import { openReferenceData } from '../../stream/reference-data.ts'
import type { ReferenceData } from '../../stream/reference-data.ts'
import { runDirectory } from '../../stream/directory/run-directory.ts'
import { runMediation, SEND_ROWS_MAX } from '../../stream/mediation/run-mediation.ts'
import { runRating } from '../../stream/rating/run-rating.ts'
import { CONSUMER_LIMITS } from '../../stream/stream.ts'
import type { ConsumerLimits, Stream } from '../../stream/stream.ts'
import { cdrTopic, directoryTopicPlan, DIRECTORY_TOPIC, USAGE_TOPIC } from '../../stream/topics.ts'
import { catalogueFolderOf, catalogueKey } from '../rating-parts.ts'
import { takeRatingRights, underLease } from '../rating-rights.ts'
import { runAlertsStage } from './run-alerts-stage.ts'
import type { StageName } from './stages.ts'
import type { Stores } from '../stores.ts'
import {
  DIRECTORY_GROUP,
  MEDIATION_GROUP,
  openStream,
  RATING_GROUP,
  streamSources,
} from '../stream-parts.ts'
import { watchCatalogue } from '../watch-catalogue.ts'

/** What one snapshot of catalogue and directory gives to the stages. */
interface Snapshot {
  readonly catalogue: Catalogue
  readonly directory: Directory
  readonly rating: RatingReference
  readonly mediators: ReadonlyMap<string, MessageMediator>
}

interface StageTools {
  readonly stores: Stores
  readonly stream: Stream
  readonly reference: ReferenceData<Snapshot>
  readonly log: Log
  readonly health: Health
  readonly metrics: Metrics
  readonly signal: AbortSignal
}

/** Runs until the signal. When one stage fails the other is stopped, and the failure goes up. */
export async function runStages(
  stage: StageName,
  stores: Stores,
  signal: AbortSignal,
): Promise<void> {
  const { config } = stores
  const log = createLog(config.logLevel)
  const health = createHealth(['ledger', 'operations', 'catalogue', 'stream'])
  const metrics = createMetrics()
  await using status = await startStatusServer({
    host: config.httpHost,
    port: config.httpPort,
    health,
    metrics,
  })
  const stream = openStream(config, `tik-${stage}`, log)
  const sources = streamSources(config)
  using reference = await openReference(stores, sources, { log, health })
  log.info('stages_started', { stage, port: status.port, sources: sources.length })

  const failed = new AbortController()
  const stop = AbortSignal.any([signal, failed.signal])
  const tools: StageTools = { stores, stream, reference, log, health, metrics, signal: stop }
  const runs = (one: StageName): boolean => stage === 'all' || stage === one
  if (!runs('rating')) health.pass('ledger') // It does not write there.
  if (stage === 'alerts') health.pass('stream') // Its failures show as those of alerts.
  const stages = [
    ...(runs('mediation') ? [mediate(tools, sources)] : []),
    ...(runs('rating') ? [rate(tools)] : []),
    ...(runs('alerts') ? [alert(tools)] : []),
    ...(runs('directory') ? [followDirectory(tools)] : []),
  ]
  for (const one of stages) one.catch(() => failed.abort())
  const ends = await Promise.allSettled(stages)
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

async function alert(tools: StageTools): Promise<void> {
  await runAlertsStage({ ...tools, reference: () => tools.reference.current })
}

async function followDirectory({ stores, stream, ...tools }: StageTools): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const admin = opened.adopt(await stream.admin(), (one) => closeWithin(one, tools.log))
  const { kafkaPrefix } = stores.config
  await admin.createTopics([directoryTopicPlan(kafkaPrefix)]) // An installation of before has none.
  const group = kafkaPrefix + DIRECTORY_GROUP
  const topics = [kafkaPrefix + DIRECTORY_TOPIC]
  const joining = stream.consumer(group, topics, consumerLimits(stores.config))
  const consumer = opened.adopt(await joining, (one) => closeWithin(one, tools.log))
  await runDirectory({
    ...tools,
    group,
    consumer,
    admin,
    apply: (event) => applyDirectoryEvent(stores.operations, event),
    clock: systemClock,
  })
}

async function rate(tools: StageTools): Promise<void> {
  const { stores, stream, reference, log, health, signal } = tools
  await using opened = new AsyncDisposableStack()
  const lease = opened.use(await takeRatingRights(stores, 'stream', 'tik run'))
  const ledger = underLease(createClickHouseLedger(stores.clickhouse), lease)
  const admin = opened.adopt(await stream.admin(), (one) => closeWithin(one, log))
  const topic = stores.config.kafkaPrefix + USAGE_TOPIC
  const joining = stream.consumer(ratingGroup(stores), [topic], consumerLimits(stores.config))
  const consumer = opened.adopt(await joining, (one) => closeWithin(one, log))
  await runRating({
    topic,
    consumer,
    admin,
    ledger,
    duplicates: createRenewableWindow(() => createDuplicateWindow(ledger)),
    reference: () => reference.current.rating,
    newestReference: async () => (await reference.refresh()).rating,
    limits: {
      ...BATCH_LIMITS,
      rowsMax: stores.config.batchRowsMax,
      waitMsMax: stores.config.batchWaitMsMax,
    },
    clock: systemClock,
    log,
    health,
    metrics: createRatingMetrics(tools.metrics),
    signal,
  })
}

/**
 * Workers share partitions only when they share the ledger: an embedded ledger belongs to one
 * process, so it reads the whole topic in a group of its own.
 */
function ratingGroup({ clickhouse, config, folder }: Stores): string {
  const group = config.kafkaPrefix + RATING_GROUP
  if (clickhouse.kind === 'server') return group
  return `${group}-${createHash('sha256').update(folder.path).digest('hex').slice(0, 12)}`
}

async function mediate(tools: StageTools, sources: readonly SourceConfig[]): Promise<void> {
  const { stores, stream, reference, log, health, signal } = tools
  if (sources.length === 0) {
    throw new TikError('config_invalid', 'mediation has no sources', {
      hint: 'describe them in sources.yaml; each is read from the topic cdr-<sourceId>',
    })
  }
  await using opened = new AsyncDisposableStack()
  const admin = opened.adopt(await stream.admin(), (one) => closeWithin(one, log))
  const producer = opened.adopt(await stream.producer(), (one) => closeWithin(one, log))
  const { kafkaPrefix } = stores.config
  const topics = sources.map((source) => kafkaPrefix + cdrTopic(source.sourceId))
  const group = kafkaPrefix + MEDIATION_GROUP
  const joining = stream.consumer(group, topics, consumerLimits(stores.config))
  const consumer = opened.adopt(await joining, (one) => closeWithin(one, log))
  await runMediation({
    group,
    usageTopic: kafkaPrefix + USAGE_TOPIC,
    consumer,
    producer,
    admin,
    mediatorOf: (topic) => mediatorOf(topic, reference.current),
    sendRowsMax: SEND_ROWS_MAX,
    log,
    health,
    metrics: createMediationMetrics(tools.metrics),
    signal,
  })
}

function consumerLimits(config: Config): ConsumerLimits {
  return { ...CONSUMER_LIMITS, sessionTimeoutMs: config.kafkaSessionTimeoutMs }
}

function mediatorOf(topic: string, snapshot: Snapshot): MessageMediator {
  const mediator = snapshot.mediators.get(topic)
  if (mediator === undefined) throw new Error(`${topic} is not the topic of a source`)
  return mediator
}

async function openReference(
  stores: Stores,
  sources: readonly SourceConfig[],
  tools: { log: Log; health: Health },
): Promise<ReferenceData<Snapshot>> {
  const { operations, config } = stores
  const catalogueFolder = catalogueFolderOf(stores, await loadDirectory(operations))
  const report = (part: string) => (failure: string) => {
    if (failure === '') tools.health.pass(part)
    else tools.health.fail(part, failure)
  }
  const watch = await watchCatalogue(catalogueFolder, stores.folder, report('catalogue'))
  tools.health.pass('catalogue')
  const reference = await openReferenceData({
    version: async () => `${await directoryVersion(operations)}/${(await watch.look()).hash}`,
    load: async () => snapshotOf(watch.current, await loadDirectory(operations), sources, config),
    log: tools.log,
    onCheck: report('operations'),
  })
  tools.health.pass('operations')
  return reference
}

function snapshotOf(
  catalogue: Catalogue,
  directory: Directory,
  sources: readonly SourceConfig[],
  { kafkaPrefix, balanceNumbersMax }: Config,
): Snapshot {
  const mediators = sources.map((source) => {
    const adapter = formatAdapter(source.format)
    const mediator = createMediator({ source, catalogue, directory })
    return [
      kafkaPrefix + cdrTopic(source.sourceId),
      createMessageMediator({ source, adapter, mediator }),
    ] as const
  })
  return {
    catalogue,
    directory,
    rating: createRatingReference(catalogue, directory, catalogueKey(catalogue), {
      balanceNumbersMax,
    }),
    mediators: new Map(mediators),
  }
}
