import { expect, test } from 'vitest'
import { byTopic, fromUserData, toUserData } from './sticky-protocol.ts'

const owned = [
  { topic: 'cdr-a', partition: 3 },
  { topic: 'cdr-b', partition: 0 },
  { topic: 'cdr-a', partition: 1 },
]

test('a member reads what another one has', () => {
  expect(fromUserData(toUserData(owned))).toEqual(owned)
  expect(fromUserData(toUserData([]))).toEqual([])
})

test.each([
  undefined,
  Buffer.alloc(0),
  Buffer.from('[1'),
  Buffer.from('{"topic":"cdr-a"}'),
  '[{}]',
])('a member that says something else claims nothing: %s', (userData) => {
  expect(fromUserData(userData)).toEqual([])
})

test('a share is given topic by topic', () => {
  expect([...byTopic(owned)]).toEqual([
    ['cdr-a', [3, 1]],
    ['cdr-b', [0]],
  ])
})
