/**
 * The stages over a real broker on the same machine: rating from a full `usage` topic beside a bare
 * consumer (same client, parse, insert, no rating), both stages together from CDR lines, and the time
 * from produce to ledger row at half of that load. Pairs, because the machine's speed drifts.
 * `npm run bench -- kafka [RECORDS] [CLIENT] [RECORDS A SECOND]`, the last for the time to the row.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { systemClock } from '../src/core/time/clock.ts'
import type { Ledger } from '../src/ledger/ledger.ts'
import { notRated } from '../src/pipeline.ts'
import { KAFKA_CLIENTS } from '../src/stream/kafka/open-stream.ts'
import { BATCH_LIMITS } from '../src/stream/rating/batch-limits.ts'
import { createPendingMessages } from '../src/stream/rating/pending-messages.ts'
import { fromUsageMessage, toUsageMessage } from '../src/stream/message/usage-message.ts'
import { newTopic, openKafkaBench, startMediation, startRating } from './kafka-run.ts'
import type { BrokerBench, KafkaBench } from './kafka-run.ts'
import { median, report } from './report.ts'

const PAIRS = 3
const LINES_PER_MESSAGE = 100
const MESSAGES_PER_SEND = 5_000
const LATENCY_SECONDS = 10
const LATENCY_WAIT_MS = 50
const CATCH_UP_MS_MAX = 300_000
const CATCH_UP_POLL_MS = 100

export async function bench(options: readonly string[]): Promise<void> {
  const recordsCount = Number.parseInt(options[0] ?? '400000', 10)
  await using running = await openKafkaBench(
    recordsCount,
    z.enum(KAFKA_CLIENTS).optional().parse(options[1]),
  )
  await measureRating(running)
  const bothPerSecond = await measureBothStages(running)
  await measureLatency(running, Number.parseInt(options[2] ?? '', 10) || bothPerSecond / 2)
}

async function measureRating(running: KafkaBench): Promise<void> {
  const topic = await newTopic(running.stream, 'bench-usage')
  await fillUsage(running, topic)
  const rates: number[] = []
  const bareRates: number[] = []
  const ratios: number[] = []
  const cpuUs: number[] = []
  const bareCpuUs: number[] = []
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    const bare = await perSecond(running, topic, () => bareConsumer(running, topic))
    const rate = await perSecond(running, topic, async () => {
      const stage = await startRating(running, topic)
      await rowsWithin(running.ledger, topic, running.lines.length)
      await stage.stop()
    })
    if (pair === 0) continue // Warm-up.
    rates.push(rate.perSecond)
    bareRates.push(bare.perSecond)
    ratios.push(rate.perSecond / bare.perSecond)
    cpuUs.push(rate.cpuUs)
    bareCpuUs.push(bare.cpuUs)
  }
  report('kafka', 'rating_per_second', median(rates), 'usages/s')
  report('kafka', 'bare_consumer_per_second', median(bareRates), 'usages/s')
  report('kafka', 'rating_ratio', median(ratios), 'of the bare consumer')
  // With the engine's own threads; says more than a rate on a machine that does other work.
  report('kafka', 'rating_cpu_us', median(cpuUs), 'µs of CPU a usage')
  report('kafka', 'bare_consumer_cpu_us', median(bareCpuUs), 'µs of CPU a usage')
}

async function measureBothStages(running: KafkaBench): Promise<number> {
  const rates: number[] = []
  const mediationUs: number[] = []
  for (let run = 0; run < PAIRS; run += 1) {
    const from = await newTopic(running.stream, `bench-cdr-${run}`)
    const to = await newTopic(running.stream, `bench-both-${run}`)
    await sendLines(running, from, running.lines)
    const rate = await perSecond(running, to, async () => {
      const rating = await startRating(running, to)
      const mediation = await startMediation(running, { from, to })
      await rowsWithin(running.ledger, to, running.lines.length)
      await rating.stop()
      mediationUs.push((await mediation.stop()) / running.lines.length)
    })
    rates.push(rate.perSecond)
  }
  report('kafka', 'both_stages_per_second', median(rates), 'CDRs/s')
  report('kafka', 'mediation_cpu_us', median(mediationUs), 'µs of CPU a record')
  return median(rates)
}

/** Produces at a steady rate and notes for each record when the ledger had its row. */
async function measureLatency(running: KafkaBench, recordsPerSecond: number): Promise<void> {
  await running.store.command('TRUNCATE TABLE usage_ledger')
  const from = await newTopic(running.stream, 'bench-latency-cdr')
  const to = await newTopic(running.stream, 'bench-latency')
  const producedMs = new Map<string, number>()
  const latenciesMs: number[] = []
  const ledger = timedLedger(running.ledger, producedMs, latenciesMs)
  const rating = await startRating(running, to, { ledger, waitMsMax: LATENCY_WAIT_MS })
  const mediation = await startMediation(running, { from, to })
  const producer = await running.stream.producer()
  await sleep(2_000) // Both groups are formed.
  const count = Math.min(running.lines.length, Math.floor(recordsPerSecond * LATENCY_SECONDS))
  const startMs = performance.now()
  for (let at = 0; at < count; at += LINES_PER_MESSAGE) {
    const dueMs = startMs + (at / recordsPerSecond) * 1_000
    if (dueMs > performance.now()) await sleep(dueMs - performance.now())
    const block = running.lines.slice(at, Math.min(at + LINES_PER_MESSAGE, count))
    for (const line of block) producedMs.set(line.slice(0, line.indexOf(';')), performance.now())
    await producer.send(from, [{ key: String(at), value: block.join('\n') }])
  }
  await rowsWithin(running.ledger, to, count)
  await Promise.all([rating.stop(), mediation.stop(), producer.close()])
  latenciesMs.sort((left, right) => left - right)
  report('kafka', 'latency_p50_ms', latenciesMs[Math.floor(latenciesMs.length * 0.5)] ?? NaN, 'ms')
  report('kafka', 'latency_p99_ms', latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? NaN, 'ms')
}

function timedLedger(
  ledger: Ledger,
  producedMs: ReadonlyMap<string, number>,
  latenciesMs: number[],
): Ledger {
  const keysOf = new WeakMap<object, string[]>()
  return {
    ...ledger,
    newBatch(...given) {
      const batch = ledger.newBatch(...given)
      const keys: string[] = []
      keysOf.set(batch, keys)
      const append = batch.append.bind(batch)
      batch.append = (usage, rated) => {
        keys.push(usage.usageId.slice(usage.usageId.indexOf(':') + 1))
        append(usage, rated)
      }
      return batch
    },
    async record(batch) {
      await ledger.record(batch)
      const nowMs = performance.now()
      for (const key of keysOf.get(batch) ?? []) {
        const sentMs = producedMs.get(key)
        if (sentMs !== undefined) latenciesMs.push(nowMs - sentMs)
      }
    },
  }
}

/** Same client, same parsing, same batches, same columns; nobody looks at what they mean. */
async function bareConsumer(running: KafkaBench, topic: string): Promise<void> {
  const { stream, ledger, reference } = running
  const consumer = await stream.consumer(`${topic}-${performance.now()}`, [topic])
  const rated = notRated('rated', '')
  const pendingOf = new Map<number, ReturnType<typeof createPendingMessages>>()
  const firstOffsets = new Map<number, number>()
  let settled = Promise.resolve()
  let left = running.lines.length
  while (left > 0) {
    const event = await consumer.next(BATCH_LIMITS.waitMsMax)
    for (const place of event?.kind === 'assigned' ? event.partitions : []) {
      consumer.seek(place, 0)
      pendingOf.set(place.partition, createPendingMessages(0, BATCH_LIMITS))
    }
    if (event?.kind === 'messages') {
      pendingOf.get(event.place.partition)?.add(event.messages, systemClock.nowMs())
    }
    for (const [partition, pending] of pendingOf) {
      if (!pending.isDue(systemClock.nowMs())) continue
      const log = { source: topic, partition }
      const messages = pending.take(systemClock.nowMs())
      const firstOffset = firstOffsets.get(partition) ?? 0
      const batch = ledger.newBatch(log, firstOffset, systemClock.nowMs(), reference.catalogueHash)
      for (const one of messages) batch.append(fromUsageMessage(one, log, reference.indexes), rated)
      firstOffsets.set(partition, firstOffset + messages.length)
      left -= messages.length
      await settled
      settled = ledger.record(batch)
    }
  }
  await settled
  await consumer.close()
}

export async function fillUsage(
  { stream, mediator, lines }: BrokerBench,
  topic: string,
): Promise<void> {
  const producer = await stream.producer()
  for (let at = 0; at < lines.length; at += MESSAGES_PER_SEND) {
    const value = Buffer.from(lines.slice(at, at + MESSAGES_PER_SEND).join('\n'))
    const message = { offset: at, key: '', value, timestampMs: 0 }
    const usages = mediator.mediate(message, { topic: 'bench-cdr', partition: 0 })
    await producer.send(topic, usages.map(toUsageMessage))
  }
  await producer.close()
}

async function sendLines(
  { stream }: KafkaBench,
  topic: string,
  lines: readonly string[],
): Promise<void> {
  const producer = await stream.producer()
  const linesPerSend = LINES_PER_MESSAGE * 100
  for (let from = 0; from < lines.length; from += linesPerSend) {
    const messages = []
    for (let at = from; at < Math.min(from + linesPerSend, lines.length); at += LINES_PER_MESSAGE) {
      messages.push({
        key: String(at),
        value: lines.slice(at, at + LINES_PER_MESSAGE).join('\n'),
        partition: (at / LINES_PER_MESSAGE) % 4,
      })
    }
    await producer.send(topic, messages)
  }
  await producer.close()
}

/**
 * From the first row in the ledger to the last: joining a group takes seconds, and a worker does it
 * once a week. CPU is that of this process, with the engine's threads.
 */
async function perSecond(running: KafkaBench, topic: string, work: () => Promise<void>) {
  const count = running.lines.length
  await running.store.command('TRUNCATE TABLE usage_ledger')
  const cpuBefore = process.cpuUsage()
  const working = work()
  const first = await rowsWithin(running.ledger, topic, 1)
  const startedMs = performance.now()
  const last = await rowsWithin(running.ledger, topic, count)
  const seconds = (performance.now() - startedMs) / 1_000
  await working
  const used = process.cpuUsage(cpuBefore)
  return { perSecond: (last - first) / seconds, cpuUs: (used.user + used.system) / count }
}

/** Waits until the ledger has so many rows of the topic; returns how many it has. */
export async function rowsWithin(ledger: Ledger, topic: string, count: number): Promise<number> {
  const deadlineMs = performance.now() + CATCH_UP_MS_MAX
  for (;;) {
    const last = await ledger.lastOffsets(topic)
    const rows = [...last.values()].reduce((sum, offset) => sum + offset + 1, 0)
    if (rows >= count) return rows
    if (performance.now() > deadlineMs) throw new Error(`${rows} of ${count} rows came`)
    await sleep(CATCH_UP_POLL_MS)
  }
}
