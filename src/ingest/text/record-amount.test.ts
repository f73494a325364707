import { expect, test } from 'vitest'
import { recordAmount, scaledAmount } from './record-amount.ts'

test.each`
  amount     | currency | mark   | expected       | rule
  ${'2.00'}  | ${'eur'} | ${'.'} | ${'2.00 EUR'}  | ${'a currency in capitals'}
  ${' 3,1 '} | ${'USD'} | ${','} | ${'3.1 USD'}   | ${'a decimal comma'}
  ${''}      | ${'USD'} | ${'.'} | ${''}          | ${'nothing said'}
  ${'n/a'}   | ${'USD'} | ${'.'} | ${'n/a USD'}   | ${'what is no amount stays to be seen'}
  ${'-1.00'} | ${'EUR'} | ${'.'} | ${'-1.00 EUR'} | ${'nor is a credit an amount to charge'}
  ${'2.00'}  | ${''}    | ${'.'} | ${'2.00'}      | ${'an amount of no currency'}
`('$rule', ({ amount, currency, mark, expected }) => {
  expect(recordAmount(amount, currency, mark)).toBe(expected)
})

test.each`
  count  | decimals | expected
  ${310} | ${2}     | ${'3.10'}
  ${5}   | ${3}     | ${'0.005'}
  ${0}   | ${2}     | ${'0.00'}
  ${12}  | ${0}     | ${'12'}
  ${NaN} | ${2}     | ${'NaN'}
`('$count with $decimals decimals is $expected', ({ count, decimals, expected }) => {
  expect(scaledAmount(count, decimals)).toBe(expected)
})
