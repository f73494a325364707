/** What tik relies on in a Kafka client, against a real broker. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Admin } from '@platformatic/kafka'
import { beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../src/core/watch/log.ts'
import { openKafkaStream } from '../src/stream/kafka/open-stream.ts'
import type { KafkaClient } from '../src/stream/kafka/open-stream.ts'
import { CONSUMER_LIMITS, placeKey } from '../src/stream/stream.ts'
import type {
  Stream,
  StreamConsumer,
  StreamEvent,
  StreamMessage,
  TopicPartition,
} from '../src/stream/stream.ts'
import { topicName } from './kafka-for-tests.ts'
import type { TestKafka } from './kafka-for-tests.ts'

const EVENT_WAIT_MS = 15_000
/** Of Kafka's own test of the hash that chooses a partition. */
const JAVA_HASHES = new Map([
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['abc', 479_470_107],
])

/** `broker` answers once the hooks around the suite have started it. */
export function describeStream(broker: () => TestKafka, client: KafkaClient): void {
  describe('a stream', () => testStream(broker, client))
}

function testStream(broker: () => TestKafka, client: KafkaClient): void {
  let stream: Stream
  /** What a broker that is not there answers; begun first, because giving up takes seconds. */
  let nowhere: Promise<unknown>

  beforeAll(() => {
    const away = { brokers: ['127.0.0.1:1'], clientId: 'tik-test', log: createLog('error') }
    nowhere = openKafkaStream(client, away)
      .admin()
      .catch((error: unknown) => error)
    stream = openKafkaStream(client, {
      brokers: broker().brokers,
      clientId: 'tik-test',
      log: createLog('error'),
    })
  })

  async function newTopic(partitions: number, settings = {}): Promise<string> {
    const topic = topicName('stream')
    const admin = await stream.admin()
    const plan = { topic, partitions, replicas: 1, settings }
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

  test('a key goes to the partition that Java would choose, and keeps its order', async () => {
    const topic = await newTopic(5)
    const keys = [...JAVA_HASHES.keys(), ...JAVA_HASHES.keys()]
    const producer = await stream.producer()
    await producer.send(
      topic,
      keys.map((key, index) => ({ key, value: String(index) })),
    )
    await producer.close()
    const admin = await stream.admin()
    const written = (await admin.bounds(topic)).reduce((sum, { endOffset }) => sum + endOffset, 0)
    await admin.close()
    const consumer = await stream.consumer(topic, [topic])
    // A client tries a request again when one partition of a new topic has no leader yet: a part is doubled.
    const lines = (await readAll(consumer, written)).map(
      ([place, one]) => `${place.partition} ${one.key} ${one.value.toString()}`,
    )
    const found = [...new Set(lines)]
    const partitionOf = (key: string) => ((JAVA_HASHES.get(key) ?? 0) & 0x7fffffff) % 5
    const wanted = keys.map((key, index) => `${partitionOf(key)} ${key} ${index}`)
    expect(found.toSorted()).toEqual(wanted.toSorted())
    const ofFirst = found.filter((line) => line.includes(' foobar '))
    expect(ofFirst.map((line) => line.at(-1))).toEqual(['1', '6'])
    await consumer.close()
  })

  // The broker packs what comes plain: the batches are those of Java.
  test.each(['gzip', 'snappy', 'lz4', 'zstd'])('what %s packed is read', async (codec) => {
    const topic = await newTopic(1, { 'compression.type': codec })
    const values = Array.from({ length: 300 }, (_, index) => `${index} ${'usage '.repeat(50)}`)
    await produce(topic, 0, values)
    const consumer = await stream.consumer(topic, [topic])
    const found = readAll(consumer, values.length)
    if (client === 'kafkajs' && codec !== 'gzip') {
      const hint = expect.stringContaining('TIK_KAFKA_CLIENT=platformatic')
      await expect(found).rejects.toMatchObject({ code: 'config_invalid', hint })
    } else {
      expect((await found).map(([, { value }]) => value.toString())).toEqual(values)
    }
    await consumer.close()
  })

  test('a consumer that nobody pulls stops fetching', async () => {
    const topic = await newTopic(1)
    const value = 'x'.repeat(1_000)
    const values = Array.from({ length: 100 }, () => value)
    for (let send = 0; send < 20; send += 1) await produce(topic, 0, values)
    const limits = { ...CONSUMER_LIMITS, bufferBytesMax: 100_000, fetchBytesMax: 100_000 }
    const consumer = await stream.consumer(topic, [topic], limits)
    await nextEvent(consumer)
    consumer.seek({ topic, partition: 0 }, 0)
    await sleep(1_500)
    let waiting = 0
    for (let event = await consumer.next(0); event !== undefined; event = await consumer.next(0)) {
      if (event.kind === 'messages') waiting += event.messages.length
    }
    expect(waiting).toBeGreaterThan(0)
    expect(waiting).toBeLessThanOrEqual(500) // Of 2,000.
    await consumer.close()
  })

  test('from a place that the log has lost, the first that is there comes next', async () => {
    const topic = await newTopic(1)
    await produce(topic, 0, ['a', 'b'])
    await produce(topic, 0, ['c', 'd']) // A batch of its own: a batch is lost or kept whole.
    const admin = clusterAdmin(broker())
    await admin.deleteRecords({
      topics: [{ name: topic, partitions: [{ partition: 0, offset: 2n }] }],
    })
    await admin.close()
    const consumer = await stream.consumer(topic, [topic])
    await nextEvent(consumer)
    consumer.seek({ topic, partition: 0 }, 1)
    expect(await read(consumer, 2)).toEqual(['2:c', '3:d'])
    await consumer.close()
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

/** Workers with different clients in one group, as while they are replaced one after the other. */
export function describeClientsTogether(broker: () => TestKafka): void {
  test.each([
    ['platformatic', 'kafkajs'],
    ['kafkajs', 'platformatic'],
  ] as const)('%s shares a group with %s, and each keeps what it can', async (one, other) => {
    const log = createLog('error')
    const options = { brokers: broker().brokers, clientId: 'tik-test', log }
    const [ours, theirs] = [openKafkaStream(one, options), openKafkaStream(other, options)]
    const topic = topicName('shared')
    const admin = await ours.admin()
    await admin.createTopics([{ topic, partitions: 5, replicas: 1, settings: {} }])
    await admin.close()
    const limits = { ...CONSUMER_LIMITS, sessionTimeoutMs: 3_000 }
    const first = await ours.consumer(topic, [topic], limits)
    await until('assigned 0 1 2 3 4', first)
    const second = await theirs.consumer(topic, [topic], limits)
    // A slow machine may have a rebalance in between that changes nothing.
    expect(await until('assigned 0 1 2', first)).toEqual(['revoked 3 4'])
    await until('assigned 3 4', second)
    await first.close()
    await until('assigned 0 1 2 3 4', second)
    await second.close()
  })

  test('partitions that are added to a topic are given to somebody', async () => {
    const brokers = broker().brokers
    const log = createLog('error')
    const stream = openKafkaStream('platformatic', { brokers, clientId: 'tik-test', log })
    const topic = topicName('growing')
    const admin = await stream.admin()
    await admin.createTopics([{ topic, partitions: 1, replicas: 1, settings: {} }])
    await admin.close()
    const consumer = await stream.consumer(topic, [topic])
    await until('assigned 0', consumer)
    const other = clusterAdmin(broker())
    await other.createPartitions({ topics: [{ name: topic, count: 2, assignments: null }] })
    await other.close()
    await until('assigned 0 1', consumer)
    await consumer.close()
  }, 30_000)
}

/** For what tik itself never does. */
function clusterAdmin({ brokers }: TestKafka): Admin {
  return new Admin({ bootstrapBrokers: [...brokers], clientId: 'tik-test' })
}

/** Waits for this; resolves to what was revoked before it. */
async function until(wanted: string, consumer: StreamConsumer): Promise<string[]> {
  const revoked: string[] = []
  for (let said = ''; said !== wanted;) {
    const event = await nextEvent(consumer)
    const partitions = 'partitions' in event ? event.partitions.map((one) => one.partition) : []
    said = [event.kind, ...partitions.toSorted((left, right) => left - right)].join(' ')
    if (event.kind === 'revoked') revoked.push(said)
  }
  return revoked
}

/** The next one but failures: a broker that is just loading its groups says so, and the client tries again. */
async function nextEvent(consumer: StreamConsumer): Promise<StreamEvent> {
  for (;;) {
    const event = await consumer.next(EVENT_WAIT_MS)
    if (event === undefined) throw new Error('no event came')
    if (event.kind !== 'failed' && event.kind !== 'recovered') return event
  }
}

async function read(consumer: StreamConsumer, count: number): Promise<string[]> {
  const messages = await readAll(consumer, count)
  return messages.map(([, message]) => `${message.offset}:${message.value.toString()}`)
}

/** Seeks what is assigned to its start, and leaves out what came before, as the stages do. */
async function readAll(
  consumer: StreamConsumer,
  count: number,
): Promise<[TopicPartition, StreamMessage][]> {
  const messages: [TopicPartition, StreamMessage][] = []
  const lastOffsets = new Map<string, number>()
  while (messages.length < count) {
    const event = await nextEvent(consumer)
    if (event.kind === 'assigned') for (const place of event.partitions) consumer.seek(place, 0)
    if (event.kind !== 'messages') continue
    for (const message of event.messages) {
      if (message.offset <= (lastOffsets.get(placeKey(event.place)) ?? -1)) continue
      lastOffsets.set(placeKey(event.place), message.offset)
      messages.push([event.place, message])
    }
  }
  return messages
}
