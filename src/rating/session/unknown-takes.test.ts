import { expect, test } from 'vitest'
import { splitUnknown } from './unknown-takes.ts'

test.each`
  unknown | uncovered | charged | price       | units  | money  | rule
  ${900}  | ${0}      | ${100}  | ${1000}     | ${0}   | ${900} | ${'what the price is more than the charge was money'}
  ${60}   | ${45}     | ${0}    | ${0}        | ${60}  | ${0}   | ${'where nothing was to be paid all were units, some ahead'}
  ${950}  | ${50}     | ${100}  | ${1000}     | ${50}  | ${900} | ${'units first, as many as were covered'}
  ${960}  | ${50}     | ${100}  | ${1000}     | ${50}  | ${900} | ${'what may be ahead is nothing where there was something to pay'}
  ${40}   | ${50}     | ${0}    | ${1000}     | ${40}  | ${0}   | ${'no more units than were taken'}
  ${900}  | ${-20}    | ${100}  | ${1000}     | ${0}   | ${900} | ${'known allowances that counted ahead need none'}
  ${900}  | ${0}      | ${100}  | ${500}      | ${0}   | ${400} | ${'no more money than the price of today'}
  ${900}  | ${0}      | ${700}  | ${500}      | ${0}   | ${0}   | ${'nor any where more was charged'}
  ${900}  | ${100}    | ${0}    | ${Infinity} | ${100} | ${800} | ${'of a cumulative price the rest is money'}
  ${-5}   | ${-5}     | ${0}    | ${1000}     | ${0}   | ${0}   | ${'nothing of what was given back'}
`('$rule', ({ unknown, uncovered, charged, price, units, money }) => {
  const of = { unknown, uncovered, chargedMicros: charged, priceMicros: price }
  expect(splitUnknown(of)).toEqual({ units, moneyMicros: money })
})
