import { expect, test } from 'vitest'
import { callingCodeLength, callingCodeOfNetwork } from './calling-codes.ts'

test.each([
  ['12125550123', 1],
  ['79161234567', 1],
  ['31201234567', 2],
  ['352621123456', 3],
  ['881612345678', 3],
  ['999123456', 0],
  ['0201234567', 0],
  ['21', 0],
  ['', 0],
])('the calling code of %s has %d digits', (digits, length) => {
  expect(callingCodeLength(digits, 0)).toBe(length)
})

test.each([
  ['204-16', '31'],
  ['206-01', '32'],
  ['262-01', '49'],
  ['310-410', '1'],
  ['424-02', '971'],
  ['901-14', undefined],
  ['TADIG:DEUD1', undefined],
  ['', undefined],
])('numbers dialled in network %s are of country code %s', (network, code) => {
  expect(callingCodeOfNetwork(network)).toBe(code)
})
