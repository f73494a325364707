import { expect, test } from 'vitest'
import { operator, type Caller } from '../caller.ts'
import { stepsFor } from './steps-for.ts'

const STEPS = [
  { rule: 'row', text: '+447 is code 44 of deck az', place: 'az.prices.csv:3' },
  { rule: 'charge', text: '0.15' },
]

test('where a price is written is told to operations, and to nobody else', () => {
  const customer: Caller = {
    name: 'ann',
    reach: { kind: 'accounts', accountIds: ['A1'] },
    rights: new Set(['see-usage']),
  }
  expect(stepsFor(operator('test'), STEPS)[0]).toEqual({
    rule: 'row',
    text: '+447 is code 44 of deck az: az.prices.csv:3',
  })
  expect(stepsFor(customer, STEPS)).toEqual([
    { rule: 'row', text: '+447 is code 44 of deck az' },
    { rule: 'charge', text: '0.15' },
  ])
})
