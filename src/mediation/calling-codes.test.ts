import { describe, expect, test } from 'vitest'
import { callingCodeAt, callingCodeOfNetwork } from './calling-codes.ts'

test.each([
  ['12125550123', 1],
  ['79161234567', 7],
  ['31201234567', 31],
  ['352621123456', 352],
  ['596696123456', 596],
  ['881612345678', 881],
  ['999123456', 0],
  ['0201234567', 0],
  ['21', 0],
  ['', 0],
])('the calling code of %s is %d', (digits, code) => {
  expect(callingCodeAt(digits, 0)).toBe(code)
})

test.each([
  ['204-16', '31'],
  ['206-01', '32'],
  ['262-01', '49'],
  ['310-410', '1'],
  ['424-02', '971'],
  ['647-10', '262'],
  ['995-01', '246'],
  ['901-14', undefined],
  ['TADIG:DEUD1', undefined],
  ['', undefined],
])('numbers dialled in network %s are of country code %s', (network, code) => {
  expect(callingCodeOfNetwork(network, '1234567')).toBe(code)
})

describe('a network that several plans share', () => {
  test.each([
    ['340-01', '0590123456', '590'],
    ['340-01', '690123456', '590'],
    ['340-20', '0696123456', '596'],
    ['340-20', '594123456', '594'],
    ['340-20', '612345678', undefined],
    ['362-51', '7215551234', '1'],
    ['362-69', '95551234', '599'],
    ['362-99', '95551234', undefined],
    ['425-01', '541234567', '972'],
    ['425-05', '591234567', '970'],
    ['505-01', '412345678', '61'],
    ['505-10', '322123', '672'],
  ])('%s, %s was dialled in %s', (network, national, code) => {
    expect(callingCodeOfNetwork(network, national)).toBe(code)
  })
})
