/** What tik relies on in a Kafka client, against a real broker. */
import { beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../src/core/log.ts'
import { openKafkajsStream } from '../src/stream/kafka/kafkajs-stream.ts'
import { CONSUMER_LIMITS } from '../src/stream/stream.ts'
import type { Stream, StreamConsumer, StreamEvent, StreamMessage } from '../src/stream/stream.ts'
import { topicName } from './kafka-for-tests.ts'
import type { TestKafka } from './kafka-for-tests.ts'

const EVENT_WAIT_MS = 15_000

/** `broker` answers once the hooks around the suite have started it. */
export function describeStream(broker: () => TestKafka): void {
  describe('a stream', () => testStream(broker))
}

function testStream(broker: () => TestKafka): void {
  let stream: Stream
  /** What a broker that is not there answers; begun first, because giving up takes seconds. */
  let nowhere: Promise<unknown>

  beforeAll(() => {
    const away = { brokers: ['127.0.0.1:1'], clientId: 'tik-test', log: createLog('error') }
    nowhere = openKafkajsStream(away)
      .admin()
      .catch((error: unknown) => error)
    stream = openKafkajsStream({
      brokers: broker().brokers,
      clientId: 'tik-test',
      log: createLog('error'),
    })
  })

  async function newTopic(partitions: number): Promise<string> {
    const topic = topicName('stream')
    const admin = await stream.admin()
    const plan = { topic, partitions, replicas: 1, settings: {} }
    expect(await admin.createTopics([plan])).toEqual([topic])
    expect(await admin.createTopics([plan])).toEqual([])
    await admin.close()
    return topic
  }

  async function produce(topic: string, partition: number, values: readonly string[]) {
    const producer = await stream.producer()
    await producer.send(
      topic,
      values.map((value) => ({ key: 'account', value, partition })),
    )
    await producer.close()
  }

  test('nothing comes before a seek, and then everything from there on in order', async () => {
    const topic = await newTopic(1)
    await produce(topic, 0, ['a', 'b', 'c', 'd'])
    const consumer = await stream.consumer(topic, [topic])
    const assigned = await nextEvent(consumer)
    expect(assigned).toEqual({ kind: 'assigned', partitions: [{ topic, partition: 0 }] })
    expect(await consumer.next(600)).toBeUndefined()

    consumer.seek({ topic, partition: 0 }, 2)
    expect(await read(consumer, 2)).toEqual(['2:c', '3:d'])
    consumer.seek({ topic, partition: 0 }, 0)
    expect(await read(consumer, 4)).toEqual(['0:a', '1:b', '2:c', '3:d'])
    await consumer.close()
  })

  test('a second member takes over half, and the first is told what it lost', async () => {
    const topic = await newTopic(2)
    const limits = { ...CONSUMER_LIMITS, sessionTimeoutMs: 3_000 }
    const first = await stream.consumer(topic, [topic], limits)
    const all = await nextEvent(first)
    expect(all.kind === 'assigned' && all.partitions.length).toBe(2)
    const second = await stream.consumer(topic, [topic], limits)
    const revoked = await nextEvent(first)
    const [kept, taken] = [await nextEvent(first), await nextEvent(second)]
    expect([revoked.kind, kept.kind, taken.kind]).toEqual(['revoked', 'assigned', 'assigned'])
    expect(revoked.kind === 'revoked' && revoked.partitions).toEqual(
      taken.kind === 'assigned' && taken.partitions,
    )
    await Promise.all([first.close(), second.close()])
  })

  test('the admin tells the bounds of a topic and what a group committed', async () => {
    const topic = await newTopic(2)
    await produce(topic, 1, ['a', 'b', 'c'])
    const consumer = await stream.consumer(topic, [topic])
    await nextEvent(consumer)
    await consumer.commit({ topic, partition: 1 }, 2)
    await consumer.close()
    const admin = await stream.admin()
    expect(await admin.topics()).toContain(topic)
    expect(await admin.bounds(topic)).toEqual([
      { partition: 0, firstOffset: 0, endOffset: 0 },
      { partition: 1, firstOffset: 0, endOffset: 3 },
    ])
    expect(await admin.committed(topic, topic)).toEqual(new Map([[1, 2]]))
    await admin.close()
  })

  test('a broker that is not there is stream_unavailable', async () => {
    expect(await nowhere).toMatchObject({ code: 'stream_unavailable' })
  }, 60_000)
}

/** The next one but failures: a broker that is just loading its groups says so, and the client tries again. */
async function nextEvent(consumer: StreamConsumer): Promise<StreamEvent> {
  for (;;) {
    const event = await consumer.next(EVENT_WAIT_MS)
    if (event === undefined) throw new Error('no event came')
    if (event.kind !== 'failed') return event
  }
}

async function read(consumer: StreamConsumer, count: number): Promise<string[]> {
  const messages: StreamMessage[] = []
  while (messages.length < count) {
    const event = await nextEvent(consumer)
    if (event.kind === 'messages') messages.push(...event.messages)
  }
  return messages.map((message) => `${message.offset}:${message.value.toString()}`)
}
