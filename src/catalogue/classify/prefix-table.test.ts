/** The trie against the plain definition of "longest valid prefix", over random tables and numbers. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPrefixTable } from './prefix-table.ts'
import type { PrefixEntry } from './prefix-table.ts'

const digits = (maxLength: number) =>
  fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength }).map((list) => list.join(''))

const entries = fc
  .array(
    fc.record({
      prefix: digits(5),
      exact: fc.boolean(),
      kindMask: fc.integer({ min: 1, max: 3 }),
      fromMs: fc.integer({ min: 0, max: 5 }),
      toMs: fc.integer({ min: 3, max: 9 }),
    }),
    { maxLength: 40 },
  )
  .map((list) => list.map((entry, index) => ({ ...entry, value: index })))

test('finds what a search through all entries finds', () => {
  fc.assert(
    fc.property(
      entries,
      digits(8),
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 0, max: 9 }),
      (table, number, kindBit, atMs) => {
        const found = createPrefixTable(table).find(`+${number}`, 1, kindBit, atMs)
        const length = table.find((entry) => entry.value === found)?.prefix.length ?? 0
        const matching = table.filter((entry) => holds(entry, number, kindBit, atMs))
        const longest = Math.max(0, ...matching.map((entry) => entry.prefix.length))
        expect(length).toBe(longest)
        if (found !== undefined) expect(matching.map((entry) => entry.value)).toContain(found)
      },
    ),
    { numRuns: 500 },
  )
})

test('an empty table finds nothing', () => {
  expect(createPrefixTable<string>([]).find('31', 0, 1, 0)).toBeUndefined()
})

test('a letter ends the number', () => {
  const table = createPrefixTable([
    { prefix: '31', exact: false, kindMask: 1, fromMs: 0, toMs: 9, value: 'nl' },
    { prefix: '3120', exact: false, kindMask: 1, fromMs: 0, toMs: 9, value: 'amsterdam' },
  ])
  expect(table.find('312x0', 0, 1, 0)).toBe('nl')
})

function holds(entry: PrefixEntry<number>, number: string, kindBit: number, atMs: number): boolean {
  return (
    (entry.exact ? number === entry.prefix : number.startsWith(entry.prefix)) &&
    (entry.kindMask & kindBit) !== 0 &&
    atMs >= entry.fromMs &&
    atMs < entry.toMs
  )
}
