/** The deck of the sample catalogue is made, not written: the files are what the script gives. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { countriesCsv, deckCsv, makeDeck } from './make-deck.ts'

test('the sample is up to date: node scripts/make-deck.ts', () => {
  expect(readFileSync('fixtures/catalogue/deck.csv', 'utf8')).toBe(deckCsv(makeDeck()))
  expect(readFileSync('fixtures/catalogue/countries.csv', 'utf8')).toBe(countriesCsv())
})

test.each([12_000, 20_000])('%i rows are made, the same each time, no prefix twice', (rowsMin) => {
  const rows = makeDeck({ rowsMin })
  expect(rows).toHaveLength(rowsMin)
  expect(new Set(rows.map(({ prefix }) => prefix)).size).toBe(rowsMin)
  expect(deckCsv(makeDeck({ rowsMin }))).toBe(deckCsv(rows))
})

test('a range that is made up is of the class and zone of the range around it', () => {
  const rows = new Map(makeDeck({ rowsMin: 12_000 }).map((row) => [row.prefix, row]))
  expect(rows.get('31612')).toMatchObject({ country: 'NL', class: 'mobile', zone: 'eu' })
  expect(rows.get('8812')).toMatchObject({ class: 'satellite', zone: 'satellite' })
})
