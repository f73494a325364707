/** What commands need of Kafka: the connection, the names of groups and topics, and the sources. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../core/config/config.ts'
import { TikError } from '../core/failures/errors.ts'
import { createLog } from '../core/watch/log.ts'
import type { Log } from '../core/watch/log.ts'
import type { SourceConfig } from '../ingest/format.ts'
import { loadSources } from '../ingest/sources.ts'
import type { StageTopics } from '../status/stream-status.ts'
import { openKafkaStream } from '../stream/kafka/open-stream.ts'
import type { Stream, StreamAdmin } from '../stream/stream.ts'
import { cdrTopic, topicPlans, USAGE_TOPIC } from '../stream/topics.ts'

/** Names of consumer groups, without the configured prefix. */
export const MEDIATION_GROUP = 'tik-mediation'
export const RATING_GROUP = 'tik-rating'
export const DIRECTORY_GROUP = 'tik-directory'

/** A person who asks how things stand does not wait as long as a stage. */
const STATUS_RETRIES_MAX = 1

/** Throws `config_invalid` when no Kafka is configured. */
export function openStream(
  config: Config,
  clientId: string,
  log: Log,
  retriesMax?: number,
): Stream {
  const { kafkaBrokers, kafkaUsername, kafkaPassword } = config
  if (kafkaBrokers === undefined) {
    throw new TikError('config_invalid', 'no Kafka is configured', {
      hint: 'set TIK_KAFKA_BROKERS; `npm run kafka` starts a broker on this machine',
    })
  }
  return openKafkaStream(config.kafkaClient, {
    brokers: kafkaBrokers.split(',').map((broker) => broker.trim()),
    clientId,
    log,
    ...(retriesMax === undefined ? {} : { retriesMax }),
    ...(kafkaUsername === undefined || kafkaPassword === undefined
      ? {}
      : { credentials: { username: kafkaUsername, password: kafkaPassword } }),
  })
}

/** Creates the topics that are missing; for `tik migrate`. Resolves to their names. */
export async function createStreamTopics(config: Config): Promise<string[]> {
  if (config.kafkaBrokers === undefined) return []
  const stream = openStream(config, 'tik-migrate', createLog(config.logLevel))
  const admin = await stream.admin()
  try {
    return await admin.createTopics(topicPlans(streamSources(config), config.kafkaPrefix))
  } finally {
    await admin.close()
  }
}

/** The sources that sources.yaml describes; none when there is no such file. */
export function streamSources(config: Config): SourceConfig[] {
  const file = config.sourcesFile ?? join(config.dataFolder, 'sources.yaml')
  return existsSync(file) || config.sourcesFile !== undefined ? loadSources(file) : []
}

/** For `tik status`: says soon that nobody answers. */
export function statusAdmin(config: Config): Promise<StreamAdmin> {
  return openStream(config, 'tik-status', createLog('error'), STATUS_RETRIES_MAX).admin()
}

export function stageTopics(config: Config): StageTopics {
  const { kafkaPrefix } = config
  return {
    sources: streamSources(config).map(({ sourceId }) => kafkaPrefix + cdrTopic(sourceId)),
    mediationGroup: kafkaPrefix + MEDIATION_GROUP,
    usage: kafkaPrefix + USAGE_TOPIC,
  }
}
