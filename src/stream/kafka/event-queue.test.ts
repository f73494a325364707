import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { TikError } from '../../core/failures/errors.ts'
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
  for (const event of events) expect(await atOnce(queue.next(10_000))).toEqual(event)
})

test('a reader that waits gets the event the moment it comes, and nothing after the time', async () => {
  const queue = createEventQueue()
  const before = timersCount()
  const waiting = atOnce(queue.next(10_000))
  queue.push(messages(0, 'a'))
  expect(await waiting).toEqual(messages(0, 'a'))
  expect(timersCount()).toBe(before) // None is left for each event that came in time.
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
  const next = atOnce(waiting.next(10_000))
  waiting.fail(gone)
  await expect(next).rejects.toBe(gone)
})

/** Long enough for a loaded machine, and much less than a wait that nobody ended. */
function atOnce<Event>(event: Promise<Event>): Promise<Event> {
  const late = sleep(3_000, undefined, { ref: false }).then(() =>
    Promise.reject(new Error('it came late')),
  )
  return Promise.race([event, late])
}

function timersCount(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
}
