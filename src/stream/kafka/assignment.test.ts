import { expect, test } from 'vitest'
import { createAssignment } from './assignment.ts'
import { createEventQueue } from './event-queue.ts'

const places = (...partitions: number[]) =>
  partitions.map((partition) => ({ topic: 'usage', partition }))

test('what is no longer ours is said first, and the whole assignment then', async () => {
  const queue = createEventQueue()
  const assignment = createAssignment(queue)
  assignment.take(places(0, 1))
  assignment.take(places(1, 2))
  assignment.take(places(1, 2))
  expect([
    await queue.next(0),
    await queue.next(0),
    await queue.next(0),
    await queue.next(0),
  ]).toEqual([
    { kind: 'assigned', partitions: places(0, 1) },
    { kind: 'revoked', partitions: places(0) },
    { kind: 'assigned', partitions: places(1, 2) },
    { kind: 'assigned', partitions: places(1, 2) },
  ])
  expect(assignment.owned).toEqual(places(1, 2))
})

test('messages that wait are of the assignment before, and dropped', async () => {
  const queue = createEventQueue()
  const assignment = createAssignment(queue)
  assignment.take(places(0, 1))
  await queue.next(0)
  for (const place of places(0, 1)) {
    const message = { offset: 0, key: '', value: Buffer.from('a'), timestampMs: 0 }
    queue.push({ kind: 'messages', place, messages: [message], endOffset: 1 })
  }
  assignment.take(places(1))
  expect(queue.bytes).toBe(0)
  expect((await queue.next(0))?.kind).toBe('revoked')
})
