import { expect, test } from 'vitest'
import {
  isStructuredReference,
  structuredReference,
  writtenReference,
} from './structured-reference.ts'

test.each`
  number              | reference                 | why
  ${'2026-00050150'}  | ${'+++260/0050/15070+++'} | ${'the year without its century'}
  ${'C2026-00000007'} | ${'+++260/0000/00776+++'} | ${'a series of its own'}
  ${'97'}             | ${'+++000/0000/09797+++'} | ${'no remainder is written 97'}
  ${'ACME 12'}        | ${'+++000/0000/01212+++'} | ${'letters say nothing to a bank'}
`('$number → $reference: $why', ({ number, reference }) => {
  const digits = structuredReference(String(number))
  expect(writtenReference(digits)).toBe(reference)
  expect(isStructuredReference(digits)).toBe(true)
  expect(BigInt(digits.slice(0, 10)) % 97n).toBe(BigInt(digits.slice(10)) % 97n)
})

test('a digit that is wrong or two that changed places are noticed', () => {
  expect(isStructuredReference('+++260/0050/15070+++')).toBe(true)
  expect(isStructuredReference('+++260/0050/15170+++')).toBe(false)
  expect(isStructuredReference('+++620/0050/15070+++')).toBe(false)
  expect(isStructuredReference('260005015')).toBe(false)
  expect(structuredReference('ABC')).toBe('')
})
