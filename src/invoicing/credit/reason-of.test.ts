import { expect, test } from 'vitest'
import { TikError } from '../../core/failures/errors.ts'
import { reasonOf } from './credit-invoice.ts'

test.each([
  ['', undefined],
  ['  ', undefined],
  [' Te veel ', 'Te veel'],
  ['x'.repeat(300), 'x'.repeat(300)],
  ['x'.repeat(301), undefined],
  ['two\nlines', undefined],
])('a reason is one line that the customer reads: "%s"', (text, expected) => {
  if (expected === undefined) expect(() => reasonOf(text)).toThrow(TikError)
  else expect(reasonOf(text)).toBe(expected)
})
