import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codesOfRange } from './codes-of-range.ts'
import { readCodes } from './read-codes.ts'

const CASES = readFileSync('fixtures/price-lists/codes.txt', 'utf8')
  .split('\n')
  .filter((line) => line.includes(' | ') && !line.startsWith('#'))
  .slice(1)
  .map((line) => line.split(' | ').map((part) => part.trim()))

describe('codes as suppliers write them', () => {
  test('the table has its cases', () => expect(CASES.length).toBe(45))

  test.each(CASES)('%s → %s', (cell = '', expected = '') => {
    const read = readCodes(cell.split('&').map((each) => each.trim()))
    expect(typeof read === 'string' ? read : read.join(' ')).toBe(expected)
  })

  test('a range holds exactly the numbers between its ends, however it is written', () => {
    const ends = fc.tuple(
      fc.integer({ min: 100_000, max: 999_999 }),
      fc.nat(5_000),
      fc.integer({ min: 90_000, max: 999_999 }),
    )
    fc.assert(
      fc.property(ends, ([first, more, number]) => {
        const last = Math.min(first + more, 999_999)
        const codes = codesOfRange(String(first), String(last))
        for (const each of [number, first, last, first - 1, last + 1]) {
          const holders = codes.filter((code) => String(each).startsWith(code)).length
          expect(holders).toBe(each >= first && each <= last && String(each).length === 6 ? 1 : 0)
        }
      }),
    )
  })
})
