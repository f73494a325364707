import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { termsOn } from './deck-history.ts'
import { createTermsPool, NO_TERMS } from './deck-terms.ts'
import { mergeList, type DeckCodes } from './merge-list.ts'
import { createSaysCollector } from '../says-of-list.ts'
import { deckLines } from './deck-file.ts'

const pool = createTermsPool()

/** A row of a list in a test: no price means that it is deleted. */
interface Row {
  readonly code: string
  readonly fromDay: number
  readonly untilDay: number
  readonly price: string
}

interface List {
  readonly listDay: number
  readonly isFull: boolean
  readonly rows: readonly Row[]
}

function taken(lists: readonly List[]): DeckCodes {
  let codes: DeckCodes = new Map()
  const fullDays: number[] = []
  for (const { listDay, isFull, rows } of lists) {
    const collector = createSaysCollector(listDay)
    for (const [index, { code, fromDay, untilDay, price }] of rows.entries()) {
      collector.take(
        {
          codes: [code],
          fromDay,
          untilDay,
          state: price === '' ? ('deleted' as const) : ('priced' as const),
          claim: '' as const,
          terms: pool.one({ ...NO_TERMS, price }),
        },
        index + 1,
      )
    }
    const says = collector.end()
    codes = mergeList(codes, says.byCode, { listDay, isFull, spared: new Set(), fullDays })
    if (isFull) fullDays.push(listDay)
    fullDays.sort((left, right) => left - right)
  }
  return codes
}

const DAYS = Array.from({ length: 60 }, (_, day) => day)
const CODES = ['44', '447', '4474']

function prices(codes: DeckCodes): string[][] {
  return CODES.map((code) => DAYS.map((day) => termsOn(codes.get(code) ?? [], day)?.price ?? '-'))
}

/** By the sentence of docs/price-lists.md: the latest date that says something of the code holds. */
function plainPrices(lists: readonly List[]): string[][] {
  return CODES.map((code) =>
    DAYS.map((day) => {
      let [latest, price] = [-1, '-']
      const say = (fromDay: number, said: string) => {
        if (fromDay <= day && fromDay > latest) [latest, price] = [fromDay, said]
      }
      for (const { listDay, isFull, rows } of lists) {
        const own = rows.filter((row) => row.code === code && row.untilDay > listDay)
        if (isFull && own.length === 0) say(listDay, '-')
        const told = own.map((row) => ({ ...row, fromDay: Math.max(row.fromDay, listDay) }))
        for (const [index, row] of told.entries()) {
          say(row.fromDay, row.price === '' ? '-' : row.price)
          const next = told[index + 1]?.fromDay ?? Infinity
          if (row.untilDay < next) say(row.untilDay, '-')
        }
      }
      return price
    }),
  )
}

/** Lists of `count` suppliers' days that never share one: at one day the list taken in last holds. */
const LISTS = 4
const listOf = (index: number): fc.Arbitrary<List> =>
  fc
    .record({
      start: fc.nat(8),
      isFull: fc.boolean(),
      codes: fc.uniqueArray(
        fc.record({
          code: fc.constantFrom(...CODES),
          price: fc.constantFrom('', '0.1', '0.2', '0.3'),
          later: fc.option(
            fc.record({
              after: fc.integer({ min: 1, max: 5 }),
              price: fc.constantFrom('', '0.1', '0.4'),
            }),
          ),
          ends: fc.option(fc.integer({ min: 1, max: 5 })),
        }),
        { selector: ({ code }) => code },
      ),
    })
    .map(({ start, isFull, codes }) => {
      const listDay = start * LISTS + index
      const rows = codes.flatMap(({ code, price, later, ends }): Row[] => {
        const laterDay = later === null ? Infinity : listDay + later.after * LISTS
        const untilDay = ends === null || price === '' ? Infinity : listDay + ends * LISTS
        const first = { code, fromDay: listDay, untilDay, price }
        return later === null
          ? [first]
          : [first, { code, fromDay: laterDay, untilDay: Infinity, price: later.price }]
      })
      return { listDay, isFull, rows }
    })

describe('lists taken into a deck', () => {
  test('full lists and changes give the same prices of every day in any order of their dates', () => {
    const lists = fc.tuple(listOf(0), listOf(1), listOf(2), listOf(3))
    fc.assert(
      fc.property(
        lists.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: LISTS })),
        ),
        ([all, shuffled]) => {
          expect(prices(taken(shuffled))).toEqual(plainPrices(all))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('a list in pieces equals the list whole, to the letter', () => {
    fc.assert(
      fc.property(listOf(0), listOf(1), fc.array(fc.nat(2)), (before, whole, cuts) => {
        const pieces = [0, 1, 2].map((piece) => ({
          ...whole,
          // Only the first can be full: the others would end it.
          isFull: whole.isFull && piece === 0,
          rows: whole.rows.filter(({ code }) => (cuts[CODES.indexOf(code)] ?? 0) === piece),
        }))
        expect([...deckLines(taken([before, ...pieces]))]).toEqual([
          ...deckLines(taken([before, whole])),
        ])
      }),
      { numRuns: 1_000 },
    )
  })
})
