import { expect, test } from 'vitest'
import { TikError } from '../../core/errors.ts'
import { createEventQueue } from './event-queue.ts'
import type { StreamEvent } from '../stream.ts'

function messages(partition: number, text: string): StreamEvent {
  const message = { offset: 0, key: '', value: Buffer.from(text), timestampMs: 0 }
  return { kind: 'messages', place: { topic: 't', partition }, messages: [message], endOffset: 1 }
}

test('events come out in the order in which they went in', async () => {
  const queue = createEventQueue()
  const events = [messages(0, 'a'), messages(1, 'b'), { kind: 'revoked', partitions: [] } as const]
  for (const event of events) queue.push(event)
  expect([await queue.next(0), await queue.next(0), await queue.next(0)]).toEqual(events)
})

test('a reader that waits gets the event the moment it comes, and nothing after the time', async () => {
  const queue = createEventQueue()
  const waiting = queue.next(10_000)
  queue.push(messages(0, 'a'))
  expect(await waiting).toEqual(messages(0, 'a'))
  expect(await queue.next(1)).toBeUndefined()
})

test('dropping a partition leaves the others, and the bytes that wait are counted', async () => {
  const queue = createEventQueue()
  queue.push(messages(0, 'aaaa'))
  queue.push(messages(1, 'bb'))
  expect(queue.bytes).toBe(6)
  queue.dropMessages({ topic: 't', partition: 0 })
  expect(queue.bytes).toBe(2)
  expect(await queue.next(0)).toEqual(messages(1, 'bb'))
  expect(queue.bytes).toBe(0)
})

test('a queue that failed gives what waits, and then throws', async () => {
  const queue = createEventQueue()
  queue.push({ kind: 'revoked', partitions: [] })
  const gone = new TikError('stream_unavailable', 'gone for good')
  queue.fail(gone)
  expect(await queue.next(10_000)).toMatchObject({ kind: 'revoked' })
  await expect(queue.next(10_000)).rejects.toBe(gone)
  const waiting = createEventQueue()
  const next = waiting.next(10_000)
  waiting.fail(gone)
  await expect(next).rejects.toBe(gone)
})
