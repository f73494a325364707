import { expect, test } from 'vitest'
import { createHome, createSums, keepText, takeRecord, takeSlots } from './sums.ts'

test('records of one home stand side by side, also when others come in between', () => {
  const [sums, home, other] = [createSums(), createHome(), createHome()]
  const slots = Array.from({ length: 20 }, () => {
    takeSlots(sums, other, 3)
    return takeRecord(sums, home, [1, 2, 3, 4, 5])
  })
  expect(slots.map((slot) => slot - slots[0]!)).toEqual(slots.map((_, index) => index * 5))
  expect(sums.usedCount).toBe(512) // Two blocks.
})

test('a record that is longer than a block gets room of its own', () => {
  const [sums, home] = [createSums(), createHome()]
  const numbers = Array.from({ length: 1000 }, (_, index) => index)
  const first = takeRecord(sums, home, numbers)
  const second = takeRecord(sums, home, numbers)
  expect([...sums.values.subarray(first, first + 1000)]).toEqual(numbers)
  expect([...sums.values.subarray(second, second + 1000)]).toEqual(numbers)
})

test('the array doubles, and what it held stays', () => {
  const [sums, home] = [createSums(), createHome()]
  const lengths = new Set<number>()
  const slots = Array.from({ length: 5000 }, (_, number) => {
    const slot = takeRecord(sums, home, [number])
    lengths.add(sums.values.length)
    return slot
  })
  for (const [number, slot] of slots.entries()) expect(sums.values[slot]).toBe(number)
  expect([...lengths]).toEqual([4096, 8192])
})

test('texts are found by their numbers', () => {
  const sums = createSums()
  const numbers = ['a', 'b', 'a'].map((text) => keepText(sums, text))
  expect(numbers.map((number) => sums.texts[number])).toEqual(['a', 'b', 'a'])
})
