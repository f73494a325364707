/**
 * Single messages of a topic, by their place: for whoever must read again what came. Offsets of a
 * partition that rise from call to call are read in one go; others cost a seek.
 */
import { randomUUID } from 'node:crypto'
import { TikError } from '../core/failures/errors.ts'
import { placeKey } from './stream.ts'
import type { PartitionBounds, Stream, StreamConsumer, StreamMessage } from './stream.ts'
import type { TopicPartition } from './stream.ts'

export interface MessageReader extends AsyncDisposable {
  /** undefined when the topic does not have it: it expired, or never was. */
  at(place: TopicPartition, offset: number): Promise<StreamMessage | undefined>
}

const ASSIGNMENT_MS_MAX = 30_000
const SILENCE_MS_MAX = 30_000
const EVENT_WAIT_MS = 1_000

/** A group of its own, so that it takes nothing from the stages. Throws `stream_unavailable`. */
export async function openMessageReader(stream: Stream, topic: string): Promise<MessageReader> {
  await using opening = new AsyncDisposableStack()
  const admin = opening.adopt(await stream.admin(), (one) => one.close())
  const bounds = new Map<string, PartitionBounds>()
  for (const one of await admin.bounds(topic)) {
    bounds.set(placeKey({ topic, partition: one.partition }), one)
  }
  const group = `tik-read-${randomUUID()}`
  const consumer = opening.adopt(await stream.consumer(group, [topic]), (one) => one.close())
  await assignment(consumer)
  const opened = opening.move()
  const fetched = new Map<string, readonly StreamMessage[]>()
  return {
    async at(place, offset) {
      const known = bounds.get(placeKey(place))
      if (known === undefined || offset < known.firstOffset || offset >= known.endOffset) {
        return undefined
      }
      const ready = fetched.get(placeKey(place)) ?? []
      const found = ready.find((message) => message.offset === offset)
      if (found !== undefined) return found
      const messages = await fetch(consumer, place, offset)
      fetched.set(placeKey(place), messages)
      return messages.find((message) => message.offset === offset)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** The group has one member, so the first assignment is the whole topic. Failures pass by themselves. */
export async function assignment(consumer: StreamConsumer): Promise<void> {
  const sinceMs = performance.now()
  while (performance.now() - sinceMs < ASSIGNMENT_MS_MAX) {
    if ((await consumer.next(EVENT_WAIT_MS))?.kind === 'assigned') return
  }
  throw new TikError('stream_unavailable', 'the group that reads the topic again was not formed')
}

/** The messages of one fetch from this offset on; the partition rests afterwards. */
async function fetch(
  consumer: StreamConsumer,
  place: TopicPartition,
  offset: number,
): Promise<readonly StreamMessage[]> {
  consumer.seek(place, offset)
  const sinceMs = performance.now()
  while (performance.now() - sinceMs < SILENCE_MS_MAX) {
    const event = await consumer.next(EVENT_WAIT_MS)
    if (event?.kind === 'assigned') consumer.seek(place, offset) // The broker was restarted.
    if (event?.kind !== 'messages' || placeKey(event.place) !== placeKey(place)) continue
    consumer.pause(place)
    return event.messages
  }
  throw new TikError('stream_unavailable', `${placeKey(place)} cannot be read at ${offset}`)
}
