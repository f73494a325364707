/**
 * The Kafka clients on one broker in one run: how fast each writes and reads the same usages through
 * our own interface, and what CPU time a message costs this process. docs/decisions/0371 has the figures.
 */
import { createLog } from '../src/core/watch/log.ts'
import { KAFKA_CLIENTS, openKafkaStream } from '../src/stream/kafka/open-stream.ts'
import { toUsageMessage } from '../src/stream/message/usage-message.ts'
import type { OutgoingMessage, Stream } from '../src/stream/stream.ts'
import { newTopic, openKafkaBench } from './kafka-run.ts'
import type { KafkaBench } from './kafka-run.ts'
import { median, report } from './report.ts'

const RUNS = 5
const MESSAGES_PER_SEND = 5_000

export async function bench(options: readonly string[]): Promise<void> {
  const count = Number.parseInt(options[0] ?? '200000', 10)
  await using running = await openKafkaBench(count)
  const messages = usagesOf(running)
  const figures = new Map<string, number[]>()
  const note = (name: string, value: number) =>
    void figures.set(name, [...(figures.get(name) ?? []), value])
  for (let run = 0; run <= RUNS; run += 1) {
    for (const client of KAFKA_CLIENTS) {
      const { brokers } = running
      const log = createLog('error')
      const stream = openKafkaStream(client, { brokers, clientId: 'tik-bench', log })
      const topic = await newTopic(running.stream, `bench-${client}-${run}`)
      const written = await timed(() => write(stream, topic, messages))
      const got = await timed(() => read(stream, topic, count))
      if (run === 0) continue // Warm-up.
      note(`${client}_write_per_second`, count / written.seconds)
      note(`${client}_write_cpu_us`, (written.cpuMs * 1_000) / count)
      note(`${client}_read_per_second`, count / got.seconds)
      note(`${client}_read_cpu_us`, (got.cpuMs * 1_000) / count)
    }
  }
  for (const [figure, values] of figures) {
    const unit = figure.endsWith('_us') ? 'µs of CPU a message' : 'messages/s'
    report('kafka-clients', figure, median(values), unit)
  }
}

function usagesOf({ mediator, lines }: KafkaBench): OutgoingMessage[] {
  const message = { offset: 0, key: '', value: Buffer.from(lines.join('\n')), timestampMs: 0 }
  return mediator.mediate(message, { topic: 'bench', partition: 0 }).map(toUsageMessage)
}

async function write(
  stream: Stream,
  topic: string,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  const producer = await stream.producer()
  for (let at = 0; at < messages.length; at += MESSAGES_PER_SEND) {
    await producer.send(topic, messages.slice(at, at + MESSAGES_PER_SEND))
  }
  await producer.close()
}

/** Resolves to the bytes of the values. */
async function read(stream: Stream, topic: string, count: number): Promise<number> {
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
