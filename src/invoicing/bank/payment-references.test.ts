import { expect, test } from 'vitest'
import { structuredReference, writtenReference } from '../../core/text/structured-reference.ts'
import { readReference, referencesIn } from './payment-references.ts'

// Some are examples of the two norms, not ours.
test.each([
  ['+++090/9337/55493+++', { kind: 'last-digits', text: '0909337554' }],
  ['090933755493', { kind: 'last-digits', text: '0909337554' }],
  ['RF18 5390 0754 7034', { kind: 'number', text: '539007547034' }],
  ['rf18539007547034', { kind: 'number', text: '539007547034' }],
  ['RF75202600050150', { kind: 'number', text: '202600050150' }],
  ['+++090/9337/55494+++', undefined],
  ['RF19539007547034', undefined],
  ['2026-00050150', undefined],
  ['', undefined],
])('the field "%s" is read as %o', (text, expected) => {
  expect(readReference(text)).toEqual(expected)
})

test.each([
  ['betaling +++260/0050/15070+++ dank', ['2600050150']],
  ['***260/0050/15070***', ['2600050150']],
  ['+++ 260 0050 15070 +++', ['2600050150']],
  ['RF75 2026 0005 0150 FACTUUR', ['202600050150']],
  ['ref: RF75202600050150, en +++260/0000/00170+++', ['2600000001', '202600050150']],
  ['260/0050/15070 zonder tekens', []],
  ['+++260/0050/15071+++', []],
])('"%s" names %o', (text, numbers) => {
  expect(referencesIn(text).map((each) => each.text)).toEqual(numbers)
})

test('what is printed on an invoice is read back, and no other digit in its place', () => {
  for (let sequence = 1; sequence < 20_000; sequence += 97) {
    const number = `2026-${String(sequence).padStart(8, '0')}`
    const printed = writtenReference(structuredReference(number))
    expect(referencesIn(`FACT ${printed}`)).toEqual([
      { kind: 'last-digits', text: number.replace('-', '').slice(2) },
    ])
    const digits = structuredReference(number)
    const at = sequence % 12
    const other = String((Number.parseInt(digits[at] ?? '', 10) + 1 + (sequence % 9)) % 10)
    expect(readReference(digits.slice(0, at) + other + digits.slice(at + 1))).toBeUndefined()
  }
})
