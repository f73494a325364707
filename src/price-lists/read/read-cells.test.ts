import { describe, expect, test } from 'vitest'
import { dayToIso } from '../../core/time/period.ts'
import { createDateReader, datePatternProblem } from './read-date.ts'
import { incrementsOfPair, incrementsOfTwo } from './read-increments.ts'
import { createPriceReader } from './read-price.ts'
import { stateOf } from './read-state.ts'

const EUROS = {
  decimalMark: '.',
  per: 'minute',
  currency: 'EUR',
  keepCurrency: false,
  exchange: [],
  decimals: undefined,
} as const
const DAY = 20_000

describe('dates in local forms', () => {
  test.each`
    cell                     | pattern          | read
    ${'2026-10-01'}          | ${'DD/MM/YYYY'}  | ${'2026-10-01'}
    ${'2026-10-01 00:00:00'} | ${'DD/MM/YYYY'}  | ${'2026-10-01'}
    ${'01/10/2026'}          | ${'DD/MM/YYYY'}  | ${'2026-10-01'}
    ${'1/10/2026 0:00'}      | ${'D/M/YYYY'}    | ${'2026-10-01'}
    ${'10/1/26'}             | ${'M/D/YY'}      | ${'2026-10-01'}
    ${'01.10.2026'}          | ${'DD.MM.YYYY'}  | ${'2026-10-01'}
    ${'1 oct 2026'}          | ${'D MMM YYYY'}  | ${'2026-10-01'}
    ${'1 okt. 2026'}         | ${'D MMM YYYY'}  | ${'2026-10-01'}
    ${'1-Oktober-2026'}      | ${'D-MMM-YYYY'}  | ${'2026-10-01'}
    ${'1 août 2026'}         | ${'D MMM YYYY'}  | ${'2026-08-01'}
    ${'März 1, 2026'}        | ${'MMM D, YYYY'} | ${'2026-03-01'}
    ${'20261001'}            | ${'YYYYMMDD'}    | ${'2026-10-01'}
    ${'2026-02-30'}          | ${'DD/MM/YYYY'}  | ${'the date "2026-02-30" does not exist'}
    ${'13/25/2026'}          | ${'DD/MM/YYYY'}  | ${'the date "13/25/2026" does not exist'}
    ${'46296'}               | ${'DD/MM/YYYY'}  | ${'"46296" is how a spreadsheet counts days: make the column a date and export it again'}
    ${'2026-10-01 13:00'}    | ${'DD/MM/YYYY'}  | ${'the date "2026-10-01 13:00" has a time of day; prices change at midnight'}
    ${'soon'}                | ${'DD/MM/YYYY'}  | ${'the date "soon" is not written as YYYY-MM-DD, DD/MM/YYYY'}
  `('$cell as $pattern is $read', ({ cell, pattern, read }) => {
    const day = createDateReader([pattern])(cell)
    expect(typeof day === 'number' ? dayToIso(day) : day).toBe(read)
  })

  test('a pattern says year, month and day once', () => {
    expect(datePatternProblem('DD-MMM-YY')).toBe('')
    expect(datePatternProblem('DD/DD/YYYY')).toContain('write a date')
  })
})

describe('prices', () => {
  test.each`
    cell            | rules                                                                      | text          | problem
    ${'0.015'}      | ${{}}                                                                      | ${'0.015'}    | ${''}
    ${'0.0150'}     | ${{}}                                                                      | ${'0.015'}    | ${''}
    ${'€ 0.015'}    | ${{}}                                                                      | ${'0.015'}    | ${''}
    ${'0,015 €'}    | ${{ decimalMark: ',' }}                                                    | ${'0.015'}    | ${''}
    ${'EUR 1'}      | ${{}}                                                                      | ${'1'}        | ${''}
    ${'0.0003'}     | ${{ per: 'second' }}                                                       | ${'0.018'}    | ${''}
    ${'3.10'}       | ${{ currency: 'USD', exchange: [{ from: '2020-01-01', rate: '0.9031' }] }} | ${'2.79961'}  | ${''}
    ${'$0.012345'}  | ${{ currency: 'USD', exchange: [{ from: '2020-01-01', rate: '0.9031' }] }} | ${'0.011149'} | ${''}
    ${'3.10'}       | ${{ currency: 'USD', keepCurrency: true }}                                 | ${'3.1'}      | ${''}
    ${'0.01234567'} | ${{ decimals: 4 }}                                                         | ${'0.0123'}   | ${''}
    ${'0.01234567'} | ${{}}                                                                      | ${''}         | ${'the price "0.01234567" has more than 6 decimals by the minute; say how many with decimals'}
    ${'0,015'}      | ${{}}                                                                      | ${''}         | ${'the price "0,015" has a ",", and the mapping says that decimals follow "."'}
    ${'-0.01'}      | ${{}}                                                                      | ${''}         | ${'the price "-0.01" is below zero'}
    ${'$ 0.01'}     | ${{}}                                                                      | ${''}         | ${'the price "$ 0.01" is in USD, not EUR'}
    ${'free'}       | ${{}}                                                                      | ${''}         | ${'the price "free" is no amount'}
    ${'1.5E-03'}    | ${{}}                                                                      | ${''}         | ${'the price "1.5E-03" is what a spreadsheet left of a long number: its last digits are lost'}
    ${'1'}          | ${{ currency: 'USD', exchange: [{ from: '2030-01-01', rate: '0.9' }] }}    | ${''}         | ${'there is no rate of USD for its date'}
    ${''}           | ${{}}                                                                      | ${''}         | ${''}
  `('$cell by $rules is $text$problem', ({ cell, rules, text, problem }) => {
    expect(createPriceReader({ ...EUROS, ...rules }).price(cell, DAY, 'price')).toEqual({
      text,
      problem,
    })
  })

  test('the rate of exchange is that of the day on which the price begins', () => {
    const exchange = [
      { from: '2026-10-01', rate: '0.90' },
      { from: '2026-11-01', rate: '0.95' },
    ]
    const reader = createPriceReader({ ...EUROS, currency: 'USD', exchange })
    expect(reader.price('1', 20_757, 'price').text).toBe('0.9') // 2026-10-31
    expect(reader.price('1', 20_758, 'price').text).toBe('0.95')
  })
})

test.each`
  cell            | read
  ${'60/1'}       | ${'60/1'}
  ${'60-60'}      | ${'60/60'}
  ${'30+6'}       | ${'30/6'}
  ${'1'}          | ${'1/1'}
  ${'60s / 1s'}   | ${'60/1'}
  ${''}           | ${'/'}
  ${'06-Jun'}     | ${'the increments "06-Jun" is a date that a spreadsheet made of something else'}
  ${'2026-01-01'} | ${'the increments "2026-01-01" is a date that a spreadsheet made of something else'}
  ${'60/0'}       | ${'the increments "60/0" are not written as 60/1'}
  ${'per minute'} | ${'the increments "per minute" are not written as 60/1'}
`('increments $cell are $read', ({ cell, read }) => {
  const { first, next, problem } = incrementsOfPair(cell)
  expect(problem || `${first}/${next}`).toBe(read)
})

test('increments in two columns; an empty one is left to the rate', () => {
  expect(incrementsOfTwo('60', '1')).toEqual({ first: '60', next: '1', problem: '' })
  expect(incrementsOfTwo('', '1')).toEqual({ first: '', next: '1', problem: '' })
  expect(incrementsOfTwo('0', '1').problem).toBe('the increment "0" is no whole number of seconds')
})

test('states are the usual words and those of the mapping, which go first', () => {
  const own = { priced: ['gewijzigd'], deleted: ['X'], blocked: ['Current'] }
  expect(stateOf('Increase', own)).toEqual({ state: 'priced', claim: 'dearer' })
  expect(stateOf('x', own)?.state).toBe('deleted')
  expect(stateOf('current', own)?.state).toBe('blocked')
  expect(stateOf('whatever', own)).toBe(undefined)
})
