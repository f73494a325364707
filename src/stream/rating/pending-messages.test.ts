import { expect, test } from 'vitest'
import { BATCH_LIMITS } from './batch-limits.ts'
import { createPendingMessages } from './pending-messages.ts'
import type { StreamMessage } from '../stream.ts'

const limits = { rowsMax: 3, bytesMax: 100, waitMsMax: 500 }

function messages(from: number, to: number, bytes = 1): StreamMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    offset: from + index,
    key: '',
    value: Buffer.alloc(bytes),
    timestampMs: 0,
  }))
}

function offsets(batch: readonly StreamMessage[]): number[] {
  return batch.map((message) => message.offset)
}

test('what was taken before is skipped', () => {
  const pending = createPendingMessages(10, limits)
  pending.add(messages(8, 11), 0)
  pending.add(messages(9, 12), 0)
  expect(pending.nextOffset).toBe(13)
  expect(offsets(pending.take(0))).toEqual([10, 11, 12])
})

test('a gap in the log is an error and never skipped', () => {
  const pending = createPendingMessages(10, limits)
  expect(() => pending.add(messages(12, 13), 0)).toThrow(
    expect.objectContaining({
      code: 'stream_gap',
      message: 'the log has no offsets 10 to 11',
      hint: expect.stringContaining('docs/scaling.md'),
    }),
  )
})

test.each`
  rows | bytes | ageMs  | due      | rule
  ${2} | ${1}  | ${0}   | ${false} | ${'below all bounds'}
  ${3} | ${1}  | ${0}   | ${true}  | ${'rows'}
  ${2} | ${50} | ${0}   | ${true}  | ${'bytes'}
  ${1} | ${1}  | ${499} | ${false} | ${'not yet old'}
  ${1} | ${1}  | ${500} | ${true}  | ${'age'}
  ${0} | ${1}  | ${999} | ${false} | ${'nothing waits'}
`('a batch is due by $rule', ({ rows, bytes, ageMs, due }) => {
  const pending = createPendingMessages(0, limits)
  pending.add(messages(0, rows - 1, bytes), 1_000)
  expect(pending.isDue(1_000 + ageMs)).toBe(due)
})

test('a batch keeps within rows and bytes, and a message that is too large goes alone', () => {
  const pending = createPendingMessages(0, limits)
  pending.add([...messages(0, 3), ...messages(4, 4, 99), ...messages(5, 5, 500)], 0)
  expect(offsets(pending.take(0))).toEqual([0, 1, 2])
  expect(offsets(pending.take(0))).toEqual([3, 4])
  expect(offsets(pending.take(0))).toEqual([5])
  expect(pending.take(0)).toEqual([])
})

test('what a batch leaves may be due at once', () => {
  const pending = createPendingMessages(0, limits)
  pending.add(messages(0, 2, 60), 0)
  expect(offsets(pending.take(0))).toEqual([0])
  expect(pending.isDue(0)).toBe(true)
  expect(offsets(pending.take(0))).toEqual([1])
  expect(pending.isDue(0)).toBe(false)
})

test('a batch of the log has at most 32 MB', () => {
  const pending = createPendingMessages(0, BATCH_LIMITS)
  const megabyte = Buffer.alloc(1024 * 1024)
  const large = messages(0, 32).map((message) => ({ ...message, value: megabyte }))
  pending.add(large.slice(0, 31), 0)
  expect(pending.isDue(0)).toBe(false)
  pending.add(large, 0)
  expect(pending.isDue(0)).toBe(true)
  expect(offsets(pending.take(0))).toHaveLength(32)
})

test('a worker that takes over begins with a small batch, and its batches grow to the bound', () => {
  const pending = createPendingMessages(0, { rowsMax: 10_000, bytesMax: 1e9, waitMsMax: 500 })
  pending.add(messages(0, 29_999), 0)
  const sizes = Array.from({ length: 4 }, () => pending.take(0).length)
  expect(sizes).toEqual([1_000, 4_000, 10_000, 10_000])
})
