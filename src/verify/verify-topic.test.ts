/** A topic against its ledger after retention has deleted the beginning of it. */
import { beforeAll, expect, test } from 'vitest'
import {
  cdrLines,
  createStreamWorld,
  smallWorld,
  type StreamWorld,
} from '../../test/stream-world.ts'
import { createDuplicateWindow } from '../ledger/duplicates/duplicate-window.ts'
import { createMemoryLedger, type MemoryLedger } from '../../test/doubles/memory-ledger.ts'
import { processBatch } from '../pipeline.ts'
import type { Stream, StreamEvent, StreamMessage } from '../stream/stream.ts'
import { fromUsageMessage, toUsageMessage } from '../stream/message/usage-message.ts'
import { verifyTopic, type PartitionVerdict } from './verify-topic.ts'

const TOPIC = 'usage'
const ROWS = 120
const BATCH_ROWS = 25
let world: StreamWorld
let messages: StreamMessage[]

beforeAll(async () => {
  world = smallWorld(await createStreamWorld(2))
  const lines = cdrLines({ from: 0, to: ROWS - 20, seed: 5, accounts: 2 })
  const again = [...lines, ...lines.slice(0, 20)] // The last ones are duplicates of the first.
  const value = Buffer.from(again.join('\n'))
  const cdrs = { offset: 0, key: '', value, timestampMs: 0 }
  const usages = world.messageMediator().mediate(cdrs, { topic: 'cdr', partition: 0 })
  messages = usages.map((usage, offset) => {
    return { offset, key: '', value: Buffer.from(toUsageMessage(usage).value), timestampMs: 0 }
  })
  expect(messages).toHaveLength(ROWS)
})

/** What one worker made of the first messages. */
async function ledgerOf(count = ROWS): Promise<MemoryLedger> {
  const ledger = createMemoryLedger()
  const { catalogueHash, indexes } = world.reference
  const parts = {
    ledger,
    rater: world.reference.createRater(),
    duplicates: createDuplicateWindow(ledger),
    catalogueHash,
  }
  const log = { source: TOPIC, partition: 0 }
  for (let firstOffset = 0; firstOffset < count; firstOffset += BATCH_ROWS) {
    const batch = messages.slice(firstOffset, Math.min(count, firstOffset + BATCH_ROWS))
    const usages = batch.map((message) => fromUsageMessage(message, log, indexes))
    const recordedMs = Date.UTC(2026, 9, 25) + firstOffset
    const done = await processBatch(
      { log, firstOffset, usages, recordedMs },
      parts,
      Promise.resolve(),
    )
    await ledger.record(done.encoded)
  }
  return ledger
}

const close = () => Promise.resolve()

/** A topic that has the messages from `firstOffset` on. */
function streamFrom(firstOffset: number): Stream {
  const place = { topic: TOPIC, partition: 0 }
  const events: StreamEvent[] = [{ kind: 'assigned', partitions: [place] }]
  return {
    consumer: () =>
      Promise.resolve({
        next: () => Promise.resolve(events.shift()),
        seek(_, offset) {
          for (let at = offset; at < ROWS; at += 7) {
            const piece = messages.slice(at, at + 7)
            events.push({ kind: 'messages', place, messages: piece, endOffset: ROWS })
          }
        },
        pause: () => undefined,
        commit: close,
        close,
      }),
    producer: () => Promise.reject(new Error('nothing is written')),
    admin: () =>
      Promise.resolve({
        bounds: () => Promise.resolve([{ partition: 0, firstOffset, endOffset: ROWS }]),
        createTopics: () => Promise.resolve([]),
        topics: () => Promise.resolve([TOPIC]),
        committed: () => Promise.resolve(new Map()),
        close,
      }),
  }
}

async function verify(ledger: MemoryLedger, firstOffset: number): Promise<PartitionVerdict> {
  const [verdict] = await Array.fromAsync(
    verifyTopic({
      topic: TOPIC,
      stream: streamFrom(firstOffset),
      ledger,
      directory: world.directory,
      catalogueOf: () => Promise.resolve(world.catalogue),
    }),
  )
  if (verdict === undefined) throw new Error('the topic has a partition')
  return verdict
}

test.each([0, 1, 24, 25, 60, 110, ROWS])(
  'of a topic that has lost its first %d messages nothing is reported',
  async (firstOffset) => {
    expect(await verify(await ledgerOf(), firstOffset)).toMatchObject({
      findings: [],
      rows: ROWS,
      messages: ROWS - firstOffset,
      expired: firstOffset,
    })
  },
)

test('canary: a row of a kept message that differs is found', async () => {
  const ledger = await ledgerOf()
  const altered: MemoryLedger = {
    ...ledger,
    async *rows(filter) {
      for await (const chunk of ledger.rows(filter)) {
        yield chunk.map((row) => (row.logOffset === 70 ? { ...row, billedQuantity: -1 } : row))
      }
    },
  }
  expect((await verify(altered, 60)).findings).toEqual([
    expect.stringContaining('usage/0/70: billedQuantity is -1 in the ledger'),
  ])
})

test('messages that expired before they were recorded are reported, and those that wait', async () => {
  const { findings } = await verify(await ledgerOf(50), 60)
  expect(findings).toEqual([
    '10 messages from offset 50 on expired without a row',
    '60 messages from offset 60 on have no row',
  ])
})
