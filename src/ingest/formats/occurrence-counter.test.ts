import { expect, test } from 'vitest'
import { createOccurrenceCounter } from './occurrence-counter.ts'

test('the first is the key itself, the others are numbered', () => {
  const counter = createOccurrenceCounter()
  const keys = ['a', 'b', 'a', 'a', 'b'].map((key) => counter.numbered(key))
  expect(keys).toEqual(['a', 'b', 'a#1', 'a#2', 'b#1'])
})

test('a hundred thousand different keys do not disturb each other', () => {
  const counter = createOccurrenceCounter()
  for (let n = 0; n < 100_000; n += 1) expect(counter.numbered(`key-${n}`)).toBe(`key-${n}`)
  for (let n = 0; n < 100_000; n += 997) expect(counter.numbered(`key-${n}`)).toBe(`key-${n}#1`)
})

test('a key that goes on through the generations keeps its count', () => {
  const counter = createOccurrenceCounter(1_024)
  for (let n = 0; n < 5_000; n += 1) {
    counter.numbered(`other-${n}`)
    expect(counter.numbered('a')).toBe(n === 0 ? 'a' : `a#${n}`)
  }
})

test('memory is bounded: a key that two generations of others pushed out starts anew', () => {
  const counter = createOccurrenceCounter(1_024)
  counter.numbered('a')
  for (let n = 0; n < 1_500; n += 1) counter.numbered(`other-${n}`)
  expect(counter.numbered('a')).toBe('a#1')
  for (let n = 0; n < 5_000; n += 1) counter.numbered(`more-${n}`)
  expect(counter.numbered('a')).toBe('a')
})
