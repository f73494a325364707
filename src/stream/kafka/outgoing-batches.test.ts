import { expect, test } from 'vitest'
import { partitionOfKey } from './key-partition.ts'
import { outgoingBatches } from './outgoing-batches.ts'
import { readRecordBatches, recordBytesMax } from './record-batch.ts'
import type { OutgoingMessage } from '../stream.ts'

function requests(messages: readonly OutgoingMessage[], bytesMax: number) {
  const options = { partitionsCount: 4, bytesMax, writtenMs: 0 }
  return [...outgoingBatches(messages, options)].map((request) =>
    request.map(({ partition, value }) => ({
      partition,
      values: readRecordBatches(value)?.[0]?.messages.map((one) => one.value.toString()),
      bytes: value.length,
    })),
  )
}

test('messages of a key keep their order over all requests, and none is lost', () => {
  const messages = Array.from({ length: 5_000 }, (_, index) => ({
    key: `account-${index % 17}`,
    value: `${index}`,
  }))
  const sent = requests(messages, 20_000).flat()
  for (let partition = 0; partition < 4; partition += 1) {
    const values = sent.filter((one) => one.partition === partition).flatMap((one) => one.values)
    expect(values).toEqual(
      messages.filter(({ key }) => partitionOfKey(key, 4) === partition).map(({ value }) => value),
    )
  }
  expect(Math.max(...sent.map(({ bytes }) => bytes))).toBeLessThan(20_000)
})

test('a record that is larger than a batch may be goes alone', () => {
  const large = 'x'.repeat(5_000)
  const messages = ['a', large, 'b'].map((value) => ({ key: 'A1', value, partition: 2 }))
  expect(requests(messages, 1_000)).toMatchObject([
    [{ partition: 2, values: ['a'] }],
    [{ partition: 2, values: [large] }],
    [{ partition: 2, values: ['b'] }],
  ])
})

test('a batch is filled to the last byte that it may have', () => {
  const messages = ['a', 'b', 'c'].map((value) => ({ key: 'A1', value, partition: 2 }))
  const two = 2 * recordBytesMax({ key: 'A1', value: 'a' })
  expect(requests(messages, two).map(([batch]) => batch?.values)).toEqual([['a', 'b'], ['c']])
  expect(requests(messages, two - 1).map(([batch]) => batch?.values)).toEqual([['a'], ['b'], ['c']])
})

test('a request has one batch a partition', () => {
  const messages = [3, 1, 3].map((partition) => ({ key: '', value: `${partition}`, partition }))
  expect(requests(messages, 1_000)).toMatchObject([
    [
      { partition: 3, values: ['3', '3'] },
      { partition: 1, values: ['1'] },
    ],
  ])
  expect(requests([], 1_000)).toEqual([])
})
