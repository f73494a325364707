/** A whole topic in memory, each partition in order. */
import { randomUUID } from 'node:crypto'
import type { Stream, StreamAdmin, StreamMessage } from '../../src/stream/stream.ts'

export interface TopicContent {
  readonly topic: string
  readonly partitions: readonly (readonly StreamMessage[])[]
}

const SILENCE_MS_MAX = 20_000

export async function readTopic(
  stream: Stream,
  admin: Pick<StreamAdmin, 'bounds'>,
  topic: string,
): Promise<TopicContent> {
  const bounds = await admin.bounds(topic)
  const partitions = bounds.map((): StreamMessage[] => [])
  const isComplete = () =>
    bounds.every(({ partition, endOffset }) => partitions[partition]?.length === endOffset)
  if (isComplete()) return { topic, partitions }
  const consumer = await stream.consumer(`chaos-reader-${randomUUID()}`, [topic])
  try {
    while (!isComplete()) {
      const event = await consumer.next(SILENCE_MS_MAX)
      if (event === undefined) throw new Error(`${topic} cannot be read to its end`)
      if (event.kind === 'assigned') {
        for (const place of event.partitions) {
          consumer.seek(place, partitions[place.partition]?.length ?? 0)
        }
      }
      if (event.kind !== 'messages') continue
      const read = partitions[event.place.partition] ?? []
      for (const message of event.messages) {
        if (message.offset === read.length) read.push(message)
      }
    }
  } finally {
    await consumer.close()
  }
  return { topic, partitions }
}
