import { expect, test } from 'vitest'
import { formatLimitLevels, parseLimitLevels } from './limit-level-text.ts'

const MONEY = { amount: 100_000_000, unit: 'money' } as const
const DATA = { amount: 1_048_576_000, unit: 'byte' } as const

test.each`
  text                  | limit    | kept                 | shown
  ${'50%, 80%, +10.00'} | ${MONEY} | ${'50,80,+10000000'} | ${'50%, 80%, +10.00'}
  ${'80 %,50%,50%'}     | ${MONEY} | ${'50,80'}           | ${'50%, 80%'}
  ${'100%'}             | ${MONEY} | ${''}                | ${''}
  ${'+50 MB'}           | ${DATA}  | ${'+52428800'}       | ${'+50 MB'}
  ${''}                 | ${MONEY} | ${''}                | ${''}
  ${'none'}             | ${MONEY} | ${''}                | ${''}
`('"$text" is kept as "$kept"', ({ text, limit, kept, shown }) => {
  expect(parseLimitLevels(text, limit)).toBe(kept)
  expect(formatLimitLevels(kept, limit.unit)).toBe(shown)
  expect(parseLimitLevels(shown, limit)).toBe(kept)
})

test.each`
  text                                    | limit    | problem
  ${'50'}                                 | ${MONEY} | ${'"50" is no level'}
  ${'0%'}                                 | ${MONEY} | ${'"0%" is no level'}
  ${'120%'}                               | ${MONEY} | ${'"120%" is no level'}
  ${'+10 MB'}                             | ${MONEY} | ${'in the unit of the limit'}
  ${'+10.00'}                             | ${DATA}  | ${'in the unit of the limit'}
  ${'+0'}                                 | ${MONEY} | ${'in the unit of the limit'}
  ${'+0.99'}                              | ${MONEY} | ${'less than 1% of the limit'}
  ${'+10.00, +5.00'}                      | ${MONEY} | ${'one step'}
  ${'1%,2%,3%,4%,5%,6%,7%,8%,9%,10%,11%'} | ${MONEY} | ${'at most 10 levels'}
`('"$text" is refused: $problem', ({ text, limit, problem }) => {
  expect(() => parseLimitLevels(text, limit)).toThrow(problem)
})
