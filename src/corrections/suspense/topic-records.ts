/**
 * What was rejected after it came over a topic, mediated again from the message that it stood in: the
 * topic is its archive, as long as the topic keeps it.
 */
import type { Usage } from '../../core/usage/usage.ts'
import {
  MESSAGE_RECORDS_MAX,
  type MessageMediator,
} from '../../stream/mediation/mediate-message.ts'
import type { MessageReader } from '../../stream/read-messages.ts'
import type { WaitingReject } from './waiting-rejects.ts'

export interface TopicRecords {
  /** With the settings of today; undefined when its message is not there, or not of a source. */
  usageOf(entry: Pick<WaitingReject, 'origin' | 'originRecord'>): Promise<Usage | undefined>
}

export function createTopicRecords(parts: {
  /** Asked once for each topic that is needed: a source of files has none. */
  readonly openReader: (topic: string) => Promise<Pick<MessageReader, 'at'>>
  /** By topic; the topics of sources that sources.yaml has today. */
  readonly mediators: ReadonlyMap<string, MessageMediator>
}): TopicRecords {
  const { openReader, mediators } = parts
  const readers = new Map<string, ReturnType<typeof openReader>>()
  const readerOf = (topic: string) => {
    const reader = readers.get(topic) ?? openReader(topic)
    readers.set(topic, reader)
    return reader
  }
  /** A message holds many records, and rejects of one message mostly follow each other. */
  let last: { readonly key: string; readonly usages: readonly Usage[] } = { key: '', usages: [] }
  return {
    async usageOf({ origin, originRecord }) {
      const [, topic = '', partition = ''] = /^(.+)-(\d+)$/.exec(origin) ?? []
      const mediator = mediators.get(topic)
      if (mediator === undefined) return undefined
      const place = { topic, partition: Number.parseInt(partition, 10) }
      const offset = Math.floor(originRecord / MESSAGE_RECORDS_MAX)
      const key = `${origin}@${offset}`
      if (last.key !== key) {
        const message = await (await readerOf(topic)).at(place, offset)
        last = { key, usages: message === undefined ? [] : mediator.mediate(message, place) }
      }
      return last.usages[originRecord % MESSAGE_RECORDS_MAX]
    },
  }
}
