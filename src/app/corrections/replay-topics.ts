/** What came over Kafka, read again for a replay: opened only where Kafka is configured. */
import { createLog } from '../../core/watch/log.ts'
import { formatAdapter } from '../../ingest/formats/format-registry.ts'
import { createMediator } from '../../mediation/mediate.ts'
import { createMessageMediator } from '../../stream/mediation/mediate-message.ts'
import { openMessageReader } from '../../stream/read-messages.ts'
import { cdrTopic } from '../../stream/topics.ts'
import { createTopicRecords, type TopicRecords } from '../../corrections/suspense/topic-records.ts'
import { configuredSources } from '../files/ingest-into.ts'
import type { Reference } from '../rating-parts.ts'
import { openStream } from '../stream-parts.ts'
import type { Stores } from '../stores.ts'

export function openTopicRecords(
  stores: Stores,
  reference: Reference,
  opened: AsyncDisposableStack,
): TopicRecords {
  const sources = configuredSources(stores)
  const mediators = new Map(
    sources.map((source) => {
      const adapter = formatAdapter(source.format)
      const mediator = createMediator({ source, ...reference })
      return [
        stores.config.kafkaPrefix + cdrTopic(source.sourceId),
        createMessageMediator({ source, adapter, mediator }),
      ] as const
    }),
  )
  const stream = openStream(stores.config, 'tik-replay', createLog('error'))
  const openReader = async (topic: string) => opened.use(await openMessageReader(stream, topic))
  return createTopicRecords({ openReader, mediators })
}
