import { expect, test } from 'vitest'
import {
  creditorIdProblem,
  ibanProblem,
  registrationNumberProblem,
  vatIdProblem,
} from './check-digits.ts'

test.each([
  ['NL123456782B01', undefined], // A company: mod 11.
  ['NL 1234.56.782 B01', undefined],
  ['nl123456782b01', undefined],
  ['NL123456781B01', 'wrong check digit'],
  ['NL000099998B57', undefined], // A sole trader: mod 97 over all of it.
  ['NL000099998B58', 'wrong check digit'],
  ['NL12345678B01', 'not the form of a VAT id of NL'],
  ['BE0123456749', undefined],
  ['BE 0123.456.749', undefined],
  ['BE0123456748', 'wrong check digit'],
  ['BE123456749', 'not the form of a VAT id of BE'],
  ['DE123456789', undefined],
  ['DE12345678', 'not the form of a VAT id of DE'],
  ['FRXX123456789', undefined],
  ['EL123456789', undefined],
  ['GB123456789', undefined],
  ['123456789', 'begins with the country'],
  ['', undefined],
])('VAT id %s: %s', (vatId, problem) => {
  expect(vatIdProblem(vatId)).toEqual(
    problem === undefined ? undefined : expect.stringContaining(problem),
  )
})

test.each([
  ['12345678', 'NL', undefined],
  ['1234567', 'NL', 'no KVK number of 8 digits'],
  ['00000001234567890000', 'NL', undefined],
  ['0888.888.895', 'BE', undefined],
  ['BE 0888.888.895', 'BE', undefined],
  ['0888888896', 'BE', 'wrong check digit'],
  ['888888895', 'BE', 'no KBO number'],
  ['HRB 12345', 'DE', undefined],
  ['', 'NL', undefined],
])('number in a register %s of %s: %s', (number, country, problem) => {
  expect(registrationNumberProblem(number, country)).toEqual(
    problem === undefined ? undefined : expect.stringContaining(problem),
  )
})

test.each([
  ['NL91 ABNA 0417 1643 00', undefined],
  ['BE68539007547034', undefined],
  ['NL91ABNA0417164301', 'wrong check digit'],
  ['NL91ABNA041716430', '17 characters; an IBAN of NL has 18'],
  ['0417164300', 'is no IBAN'],
  ['', undefined],
])('IBAN %s: %s', (iban, problem) => {
  expect(ibanProblem(iban)).toEqual(
    problem === undefined ? undefined : expect.stringContaining(problem),
  )
})

test.each([
  ['NL79ZZZ999999990000', undefined],
  ['nl79 ZZZ 9999 9999 0000', undefined],
  ['NL79ABC999999990000', undefined], // Nothing checks the business.
  ['NL78ZZZ999999990000', 'wrong check digit'],
  ['NL79ZZZ999999990001', 'wrong check digit'],
  ['ZZZ999999990000', 'no creditor identifier'],
  ['', 'no creditor identifier'],
])('creditor identifier %s: %s', (creditorId, problem) => {
  expect(creditorIdProblem(creditorId)).toEqual(
    problem === undefined ? undefined : expect.stringContaining(problem),
  )
})
