/**
 * Two Kafka clients on one broker in one run: how fast each writes and reads the same usages, and
 * what CPU time a message costs this process. docs/decisions/0170 is written from it.
 */
import { Consumer, Producer } from '@platformatic/kafka'
import { toUsageMessage } from '../src/stream/message/usage-message.ts'
import { newTopic, openKafkaBench } from './kafka-run.ts'
import type { KafkaBench } from './kafka-run.ts'
import { median, report } from './report.ts'

const RUNS = 5
const MESSAGES_PER_SEND = 5_000
const FETCH_BYTES_MAX = 8 * 1024 * 1024

interface Message {
  readonly key: string
  readonly value: string
}

interface Client {
  readonly name: string
  write(topic: string, messages: readonly Message[]): Promise<void>
  /** Reads so many messages from the start; resolves to the bytes of their values. */
  read(topic: string, count: number): Promise<number>
}

export async function bench(options: readonly string[]): Promise<void> {
  const count = Number.parseInt(options[0] ?? '200000', 10)
  await using running = await openKafkaBench(count)
  const messages = usagesOf(running)
  const clients = [kafkajs(running), platformatic(running)]
  const figures = new Map<string, number[]>()
  const note = (name: string, value: number) =>
    void figures.set(name, [...(figures.get(name) ?? []), value])
  for (let run = 0; run <= RUNS; run += 1) {
    for (const client of clients) {
      const { name } = client
      const topic = await newTopic(running.stream, `bench-${name}-${run}`)
      const written = await timed(() => client.write(topic, messages))
      const got = await timed(() => client.read(topic, count))
      if (run === 0) continue // Warm-up.
      note(`${name}_write_per_second`, count / written.seconds)
      note(`${name}_write_cpu_us`, (written.cpuMs * 1_000) / count)
      note(`${name}_read_per_second`, count / got.seconds)
      note(`${name}_read_cpu_us`, (got.cpuMs * 1_000) / count)
    }
  }
  for (const [figure, values] of figures) {
    const unit = figure.endsWith('_us') ? 'µs of CPU a message' : 'messages/s'
    report('kafka-clients', figure, median(values), unit)
  }
}

function usagesOf({ mediator, lines }: KafkaBench): Message[] {
  const message = { offset: 0, key: '', value: Buffer.from(lines.join('\n')), timestampMs: 0 }
  return mediator.mediate(message, { topic: 'bench', partition: 0 }).map(toUsageMessage)
}

/** As the stages use it: our own interface over kafkajs. */
function kafkajs({ stream }: KafkaBench): Client {
  return {
    name: 'kafkajs',
    async write(topic, messages) {
      const producer = await stream.producer()
      for (let at = 0; at < messages.length; at += MESSAGES_PER_SEND) {
        await producer.send(topic, messages.slice(at, at + MESSAGES_PER_SEND))
      }
      await producer.close()
    },
    async read(topic, count) {
      const consumer = await stream.consumer(`${topic}-${performance.now()}`, [topic])
      let bytes = 0
      for (let left = count; left > 0;) {
        const event = await consumer.next(1_000)
        if (event?.kind === 'assigned') {
          for (const place of event.partitions) consumer.seek(place, 0)
        } else if (event?.kind === 'messages') {
          for (const { value } of event.messages) bytes += value.length
          left -= event.messages.length
        }
      }
      await consumer.close()
      return bytes
    },
  }
}

function platformatic({ brokers }: KafkaBench): Client {
  const options = { clientId: 'tik-bench', bootstrapBrokers: [...brokers] }
  return {
    name: 'platformatic',
    async write(topic, messages) {
      const producer = new Producer(options)
      for (let at = 0; at < messages.length; at += MESSAGES_PER_SEND) {
        const batch = messages.slice(at, at + MESSAGES_PER_SEND).map(({ key, value }) => ({
          topic,
          key: Buffer.from(key),
          value: Buffer.from(value),
        }))
        await producer.send({ messages: batch, acks: -1 })
      }
      await producer.close()
    },
    async read(topic, count) {
      const consumer = new Consumer({ ...options, groupId: `${topic}-${performance.now()}` })
      const stream = await consumer.consume({
        topics: [topic],
        mode: 'earliest',
        autocommit: false,
        maxBytes: FETCH_BYTES_MAX,
        maxWaitTime: 250,
        highWaterMark: 100_000,
      })
      let bytes = 0
      let left = count
      for await (const message of stream) {
        bytes += message.value.length
        left -= 1
        if (left === 0) break
      }
      await consumer.close(true)
      return bytes
    },
  }
}

async function timed(work: () => Promise<unknown>): Promise<{ seconds: number; cpuMs: number }> {
  const startedMs = performance.now()
  const before = process.cpuUsage()
  await work()
  const used = process.cpuUsage(before)
  return {
    seconds: (performance.now() - startedMs) / 1_000,
    cpuMs: (used.user + used.system) / 1_000,
  }
}
