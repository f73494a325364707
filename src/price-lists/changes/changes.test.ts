import { describe, expect, test } from 'vitest'
import { createTermsPool, ENDED, NO_TERMS } from '../deck/deck-terms.ts'
import { codeFor } from '../deck/terms-for-code.ts'
import { trialDeck } from '../deck/trial-deck.ts'
import { belowCost } from './below-cost.ts'
import { changeReport } from './change-report.ts'
import { coveredCountries } from './covered-countries.ts'
import { foreignCodes } from './foreign-codes.ts'
import { deckChanges, jumpOf } from './list-changes.ts'

const pool = createTermsPool()

/** `44: 0.02 from 10; 447: 0.15 until 20`: a deck in words; days are numbers, `-` says that it ended. */
function deckOf(words: string) {
  return new Map(
    words.split('; ').map((entry) => {
      const [code = '', ...rest] = entry.split(/: |, /)
      const versions = rest.map((text) => {
        const [, price = '', from, until] =
          /^(\S+)(?: from (\d+))?(?: until (\d+))?$/.exec(text) ?? []
        const terms =
          price === '-'
            ? ENDED
            : pool.one({ ...NO_TERMS, price, destination: `D${code.slice(0, 2)}` })
        return { fromDay: Number(from ?? -Infinity), untilDay: Number(until ?? Infinity), terms }
      })
      return [code, versions] as const
    }),
  )
}

function changes(before: string, after: string, fromDay = 10): string[] {
  return [...deckChanges(deckOf(before), deckOf(after), fromDay)].map(
    ({ code, kind, fromDay: day, before: old, after: now, percent }) =>
      `${code} ${kind} ${day} ${old || '-'} ${now || '-'} ${percent ?? '-'}`,
  )
}

describe('what differs between two decks', () => {
  test.each([
    ['44: 0.02', '44: 0.02', []],
    ['44: 0.02', '44: 0.03', ['44 dearer 10 0.02 0.03 50']],
    ['44: 0.02', '44: 0.02 until 15, 0.01 from 15', ['44 cheaper 15 0.02 0.01 -50']],
    ['44: 0.02 until 15', '44: 0.02', ['44 added 15 - 0.02 -']],
    ['44: 0.02', '44: 0.02 until 15, - from 15', ['44 ended 15 0.02 - -']],
    ['44: 0.02; 447: 0.15', '44: 0.02', ['447 ended 10 0.15 0.02 -86.7']],
    ['44: 0.02', '44: 0.02; 447: 0.15', ['447 added 10 0.02 0.15 650']],
    ['44: 0', '44: 0.01', ['44 dearer 10 0 0.01 -']],
    // What lies before the list's date is not compared.
    ['44: 0.01 until 5, 0.02 from 5', '44: 0.02', []],
    // Twice, where it changes twice.
    [
      '44: 0.02',
      '44: 0.03 until 20, 0.04 from 20',
      ['44 dearer 10 0.02 0.03 50', '44 dearer 20 0.02 0.04 100'],
    ],
  ])('%s → %s', (before, after, expected) => {
    expect(changes(before, after)).toEqual(expected)
  })

  test('by destination: how many codes, from least to most', () => {
    const list = deckChanges(
      deckOf('441: 0.1; 442: 0.2; 49: 0.1'),
      deckOf('441: 0.2; 442: 0.3; 49: 0.05'),
      0,
    )
    const report = changeReport(list, {
      jumpFactor: 1.9,
      claimOf: (code) => (code === '49' ? 'dearer' : ''),
    })
    expect(report.counts).toEqual({ dearer: 2, cheaper: 1, added: 0, ended: 0, other: 0 })
    expect(report.destinations[0]).toEqual({
      destination: 'D44',
      kind: 'dearer',
      fromDay: 0,
      codesCount: 2,
      before: ['0.1', '0.2'],
      after: ['0.2', '0.3'],
      percent: [50, 100],
    })
    expect(report.jumps.map(({ code }) => code)).toEqual(['441', '49'])
    expect(report.contradictions.map(({ code, claim }) => `${code} ${claim}`)).toEqual([
      '49 dearer',
    ])
  })

  test('a jump is as large up as down, and without end from or to nothing', () => {
    expect(jumpOf({ before: '0.1', after: '0.3' })).toBe(3)
    expect(jumpOf({ before: '0.3', after: '0.1' })).toBe(3)
    expect(jumpOf({ before: '0', after: '0.1' })).toBe(Infinity)
    expect(jumpOf({ before: '', after: '0.1' })).toBe(1)
  })
})

test('prices below cost, by the longest code of either deck', () => {
  const below = belowCost(
    deckOf('44: 0.05; 447: 0.15; 49: 0.01'),
    deckOf('44: 0.02; 4474: 0.20; 46: 1'),
    { day: 0, euros: '0.9' },
  )
  expect(below).toEqual([{ code: '4474', destination: 'D44', price: '0.15', cost: '0.18' }])
})

const countryOf = (code: string) =>
  code.startsWith('44') ? 'GB' : code.startsWith('46') ? 'SE' : ''

test('codes in another country than most of their destination', () => {
  const named = ['441', '442', '443', '447', '467', '999'].map((code) => [code, 'UK'] as const)
  expect(foreignCodes(named, countryOf)).toEqual([
    { code: '467', destination: 'UK', country: 'SE', usualCountry: 'GB' },
  ])
  // A zone of many countries has none that is usual.
  expect(
    foreignCodes(
      [
        ['44', 'Zone 1'],
        ['46', 'Zone 1'],
      ],
      countryOf,
    ),
  ).toEqual([])
})

test('a list is tried on usage of before: its prices from an earlier day on, and nothing of what comes after it', () => {
  const deck = deckOf(
    '44: 0.02 until 30, 0.03 from 30 until 40, 0.04 from 40; 46: 1 until 30; 47: 1 from 50',
  )
  expect(trialDeck(deck, { fromDay: 10, pricesOfDay: 30 })).toEqual(
    deckOf('44: 0.02 until 10, 0.03 from 10; 46: 1 until 10; 47: ').set('47', []),
  )
  expect(trialDeck(deck, { fromDay: 30, pricesOfDay: 30 })).toBe(deck)
})

test('a code that prices another country too is told, until that country has a code of its own', () => {
  const prefixes = [
    ['1', 'US'],
    ['1242', 'BS'],
    ['1441', 'BM'],
    ['1204', 'CA'],
    ['1226', 'CA'],
    ['44', 'GB'],
  ].map(([prefix = '', country = '']) => ({ prefix, country }))
  prefixes.sort((left, right) => (left.prefix < right.prefix ? -1 : 1))
  const countries = new Map([
    ['1', 'US'],
    ['1242', 'BS'],
  ])
  const deck = deckOf('1: 0.01; 1242: 0.2; 14: 0.3')
  const covered = coveredCountries(
    [
      ['1', 'USA'],
      ['1242', 'Bahamas'],
    ],
    prefixes,
    {
      countryOf: (code) => countries.get(code) ?? '',
      pricedBy: (prefix) => codeFor(deck, prefix, 0),
    },
  )
  const other = { code: '1', destination: 'USA', country: 'US', otherCountry: 'CA' }
  expect(covered).toEqual([{ ...other, prefixesCount: 2, example: '1204' }])
})
