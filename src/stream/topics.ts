/**
 * The topics of an installation and their settings. Time of record is time of arrival, so retention
 * never eats usage that comes late; it must only be longer than the longest outage of the ledger.
 */
import type { SourceConfig } from '../ingest/format.ts'
import type { TopicPlan } from './stream.ts'

export const USAGE_TOPIC = 'usage'
export const ALERTS_TOPIC = 'alerts'
export const DIRECTORY_TOPIC = 'directory'
export const SERVICE_REQUESTS_TOPIC = 'service-requests'

/** Partitions bound how many workers can share a topic; more later would split accounts' order. */
const USAGE_PARTITIONS = 24
const CDR_PARTITIONS = 12
const DAY_MS = 86_400_000
/** Longer than any outage that goes unnoticed; the ledger keeps everything that it took. */
const RETENTION_DAYS = 30
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024
/** The broker's own default, so that one broker and a cluster both work. */
const REPLICAS_OF_THE_CLUSTER = -1

export function cdrTopic(sourceId: string): string {
  return `cdr-${sourceId}`
}

/** `prefix` stands before every name, so that several installations can share a cluster. */
export function topicPlans(sources: readonly SourceConfig[], prefix = ''): TopicPlan[] {
  return [
    ...sources.map((source) => planOf(prefix + cdrTopic(source.sourceId), CDR_PARTITIONS)),
    planOf(prefix + USAGE_TOPIC, USAGE_PARTITIONS),
    directoryTopicPlan(prefix),
    planOf(prefix + ALERTS_TOPIC, 1),
    planOf(prefix + SERVICE_REQUESTS_TOPIC, 1),
  ]
}

/** One partition: a number leaves one account before it comes to another, so there is one order. */
export function directoryTopicPlan(prefix = ''): TopicPlan {
  return planOf(prefix + DIRECTORY_TOPIC, 1)
}

function planOf(topic: string, partitions: number): TopicPlan {
  return {
    topic,
    partitions,
    replicas: REPLICAS_OF_THE_CLUSTER,
    settings: {
      'cleanup.policy': 'delete',
      'retention.ms': String(RETENTION_DAYS * DAY_MS),
      'message.timestamp.type': 'LogAppendTime',
      'max.message.bytes': String(MESSAGE_BYTES_MAX),
    },
  }
}
