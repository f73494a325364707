import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileTable, createRowLists, type DeckRowLists } from './compile-table.ts'
import { createDeckHit, findDeckRow } from './find-row.ts'
import { createNumberKey, takeNumber } from './number-key.ts'
import { deckRowAt, deckRows, type DeckRow, type PriceDeck } from './price-deck.ts'
import { readDeckFile } from './read-deck-file.ts'
import { createTextCollection } from './text-table.ts'

const DAY_MS = 86_400_000

function dayStartMs(date: string): number {
  return Date.parse(`${date}T00:00:00Z`)
}

/** A deck of one file in which dates are days since 1970. */
function deckOf(deckId: string, csv: string, over?: PriceDeck): PriceDeck {
  const rows: DeckRowLists = createRowLists()
  const [terms, destinations] = [createTextCollection(), createTextCollection()]
  const into = { rows, terms, destinations, dayStartMs }
  const file = `${deckId}.prices.csv`
  expect(readDeckFile({ file, number: 0, text: csv }, into)).toEqual([])
  const texts = { termsTexts: terms.table(), destinations: destinations.table() }
  const { table, problems } = compileTable(rows, texts, [file])
  expect(problems).toEqual([])
  return {
    deckId,
    timeZone: 'UTC',
    currency: 'EUR',
    purpose: 'retail',
    over,
    files: [file],
    names: new Map(),
    table,
    termsBase: 0,
  }
}

function found(deck: PriceDeck, number: string, atMs = 0): DeckRow | undefined {
  const [key, hit] = [createNumberKey(), createDeckHit()]
  if (!takeNumber(key, number, 'NL')) return undefined
  if (!findDeckRow(deck, key, atMs, hit)) return undefined
  return deckRowAt(hit.deck!, hit.row)
}

const az = deckOf(
  'az',
  'code,price,from,until\n44,0.02,,\n440,0.05,,\n447,0.15,,1970-02-01\n447,0.17,1970-02-01,\n447400,0.01,,\n' +
    '4475,0.11,1970-03-01,1970-04-01\n319008844,0.80,,\nNL:1850,0.90,,\nBE:1207,1,,\n1850,0.03,,\n',
)

test.each`
  number             | day    | code           | rule
  ${'+447400123456'} | ${0}   | ${'447400'}    | ${'the longest code, not the dearest'}
  ${'+447500123456'} | ${0}   | ${'447'}       | ${'a code that is not valid yet is none'}
  ${'+447500123456'} | ${60}  | ${'4475'}      | ${'the longer one while it is valid'}
  ${'+447500123456'} | ${100} | ${'447'}       | ${'and the shorter one after it'}
  ${'+441234567890'} | ${0}   | ${'44'}        | ${'what no longer code has'}
  ${'+440234567890'} | ${0}   | ${'440'}       | ${'a code that ends in zero is another than the one without'}
  ${'+44'}           | ${0}   | ${'44'}        | ${'a number as short as the code'}
  ${'+4'}            | ${0}   | ${undefined}   | ${'a number shorter than every code'}
  ${'+31900884412'}  | ${0}   | ${'319008844'} | ${'a service number in its international form'}
  ${'0900884412'}    | ${0}   | ${'319008844'} | ${'and as dialled at home'}
  ${'1850'}          | ${0}   | ${'NL:1850'}   | ${'a short code of the country of the account'}
  ${'+18505551234'}  | ${0}   | ${'1850'}      | ${'is another than the country code with the same digits'}
  ${'1207'}          | ${0}   | ${undefined}   | ${'a short code of another country'}
  ${'anonymous'}     | ${0}   | ${undefined}   | ${'no number'}
  ${'+4474****'}     | ${0}   | ${undefined}   | ${'what is hidden must not decide'}
  ${'+44740012****'} | ${0}   | ${'447400'}    | ${'what is shown decides'}
`('$rule: $number', ({ number, day, code }) => {
  expect(found(az, number, day * DAY_MS)?.code).toBe(code)
})

test.each`
  own                                | number             | deck     | code         | rule
  ${'44,0.03,'}                      | ${'+447500123456'} | ${'az'}  | ${'447'}     | ${'the longer code of the plan'}
  ${'44,0.03,all-below'}             | ${'+447500123456'} | ${'own'} | ${'44'}      | ${'unless the row covers all below it'}
  ${'44,0.03,all-below\n4474,0.04,'} | ${'+447400123456'} | ${'own'} | ${'4474'}    | ${'its own longer code wins all the same'}
  ${'447,0.03,'}                     | ${'+447500123456'} | ${'own'} | ${'447'}     | ${'at one length the own row'}
  ${'4475001,0.03,'}                 | ${'+447500123456'} | ${'own'} | ${'4475001'} | ${'the longer own code'}
  ${'32,0.03,'}                      | ${'+447500123456'} | ${'az'}  | ${'447'}     | ${'what the own rows do not have'}
  ${'447,,ended'}                    | ${'+447500123456'} | ${'az'}  | ${'447'}     | ${'an ended own row is none'}
`('an overlay: $rule', ({ own, number, deck, code }) => {
  const overlay = deckOf('own', `code,price,cover\n${own}\n`, az)
  expect(found(overlay, number)).toMatchObject({ deckId: deck, code })
})

/** Few digits, among them zeros, so that codes contain one another. */
const digitsOf = (maxLength: number) =>
  fc
    .tuple(fc.constantFrom('1', '2'), fc.array(fc.constantFrom('0', '1', '2'), { maxLength }))
    .map(([first, rest]) => first + rest.join(''))
const day = fc.integer({ min: 0, max: 9 })
const row = fc.record({
  code: digitsOf(4),
  from: day,
  days: fc.integer({ min: 1, max: 5 }),
  cover: fc.constantFrom('', '', '', 'all-below', 'ended'),
})
type Row = typeof row extends fc.Arbitrary<infer Of> ? Of : never

/** Rows of one code that overlap in time are no deck: the first of them stays. */
function apart(rows: readonly Row[]): Row[] {
  const kept: Row[] = []
  for (const each of rows) {
    const clashes = kept.some(
      (other) =>
        other.code === each.code &&
        each.from < other.from + other.days &&
        other.from < each.from + each.days,
    )
    if (!clashes) kept.push(each)
  }
  return kept
}

const dateOf = (number: number) => new Date(number * DAY_MS).toISOString().slice(0, 10)

function randomDeck(deckId: string, rows: readonly Row[], over?: PriceDeck): PriceDeck {
  const lines = rows.map(
    ({ code, from, days, cover }) => `${code},0.01,${cover},${dateOf(from)},${dateOf(from + days)}`,
  )
  return deckOf(deckId, `code,price,cover,from,until\n${lines.join('\n')}\n`, over)
}

test('the row is that of a plain search over all rows, over dates and layers', () => {
  const rows = fc.array(row, { maxLength: 25 }).map(apart)
  fc.assert(
    fc.property(
      fc.array(rows, { minLength: 1, maxLength: 3 }),
      fc.array(fc.tuple(digitsOf(6), day), { maxLength: 30 }),
      (layers, numbers) => {
        let deck: PriceDeck | undefined
        for (const [index, ofLayer] of [...layers.entries()].toReversed()) {
          deck = randomDeck(`d${index}`, ofLayer, deck)
        }
        for (const [number, at] of numbers) {
          const hit = found(deck!, `+${number}`, at * DAY_MS)
          const text = hit === undefined ? 'none' : `${hit.deckId.slice(1)} ${hit.code}`
          expect(text).toBe(search(layers, number, at))
        }
      },
    ),
  )
})

/** From the deck at the bottom upwards: each layer takes the number, or leaves it to those below. */
function search(layers: readonly (readonly Row[])[], number: string, at: number): string {
  let winner: { layer: number; code: string } | undefined
  for (const [layer, rows] of [...layers.entries()].toReversed()) {
    const priced = rows.filter(
      ({ code, from, days, cover }) =>
        number.startsWith(code) && at >= from && at < from + days && cover !== 'ended',
    )
    if (priced.length === 0) continue
    const longest = Math.max(...priced.map(({ code }) => code.length))
    const isOwn =
      winner === undefined ||
      longest >= winner.code.length ||
      priced.some(({ cover }) => cover === 'all-below')
    if (isOwn) winner = { layer, code: number.slice(0, longest) }
  }
  return winner === undefined ? 'none' : `${winner.layer} ${winner.code}`
}

test('rows come back in order, as the file has them', () => {
  expect([...deckRows(az)].slice(0, 4).map(({ code, terms }) => `${code} ${terms.price}`)).toEqual([
    'NL:1850 0.90',
    'BE:1207 1',
    '1850 0.03',
    '319008844 0.80',
  ])
})
