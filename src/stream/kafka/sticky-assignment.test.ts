import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assignSticky } from './sticky-assignment.ts'
import type { ShareOfMember } from './sticky-assignment.ts'
import { placeKey } from '../stream.ts'
import type { TopicPartition } from '../stream.ts'

function places(count: number): TopicPartition[] {
  return Array.from({ length: count }, (_, partition) => ({ topic: 'usage', partition }))
}

function shown(shares: Map<string, TopicPartition[]>): Record<string, number[]> {
  const entries = [...shares].map(([id, share]) => [id, share.map((one) => one.partition)] as const)
  return Object.fromEntries(entries)
}

function member(memberId: string, ...numbers: number[]): ShareOfMember {
  return { memberId, owned: numbers.map((partition) => ({ topic: 'usage', partition })) }
}

/** The members after everybody got a share. */
function settled(shares: Map<string, TopicPartition[]>): ShareOfMember[] {
  return [...shares].map(([memberId, owned]) => ({ memberId, owned }))
}

test('a member that joins takes only what it is due, and one that leaves gives only what it had', () => {
  const alone = assignSticky([{ memberId: 'a', owned: [] }], places(6))
  expect(shown(alone)).toEqual({ a: [0, 1, 2, 3, 4, 5] })
  const two = assignSticky([...settled(alone), { memberId: 'b', owned: [] }], places(6))
  expect(shown(two)).toEqual({ a: [0, 1, 2], b: [3, 4, 5] })
  const three = assignSticky([...settled(two), { memberId: 'c', owned: [] }], places(6))
  expect(shown(three)).toEqual({ a: [0, 1], b: [3, 4], c: [2, 5] })
  const left = assignSticky(
    settled(three).filter(({ memberId }) => memberId !== 'b'),
    places(6),
  )
  expect(shown(left)).toEqual({ a: [0, 1, 3], c: [2, 5, 4] })
})

test('who claims more is heard first, then who comes first by name, whoever lists them', () => {
  const more = [member('a', 0), member('b', 0, 1, 2)]
  const same = [member('a', 0, 1), member('b', 0, 1)]
  for (const list of [more, more.toReversed()]) {
    expect(shown(assignSticky(list, places(3)))).toEqual({ b: [0, 1], a: [2] })
  }
  for (const list of [same, same.toReversed()]) {
    expect(shown(assignSticky(list, places(3)))).toEqual({ a: [0, 1], b: [2] })
  }
})

test('only who keeps more than its even share takes the place of a larger one', () => {
  const shares = assignSticky([member('a', 1, 2), member('b', 0, 7, 8)], places(3))
  expect(shown(shares)).toEqual({ b: [0], a: [1, 2] })
})

const worlds = fc.record({
  count: fc.integer({ min: 0, max: 40 }),
  wishes: fc.array(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 50 }), {
    minLength: 1,
    maxLength: 9,
  }),
})

test('each partition has one owner and the shares are even, whatever the members claim', () => {
  fc.assert(
    fc.property(worlds, ({ count, wishes }) => {
      const members = wishes.map((numbers, index) => ({
        memberId: `m${index}`,
        owned: [...new Set(numbers)].map((partition) => ({ topic: 'usage', partition })),
      }))
      const shares = assignSticky(members, places(count))
      const given = [...shares.values()].flat().map(placeKey).sort()
      expect(given).toEqual(places(count).map(placeKey).sort())
      const sizes = [...shares.values()].map((share) => share.length)
      expect(shares.size).toBe(members.length)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      // Computed again after everybody has it, nothing moves.
      expect(shown(assignSticky(settled(shares), places(count)))).toEqual(shown(shares))
    }),
  )
})
