import { expect, test } from 'vitest'
import { micros } from '../../core/money/money.ts'
import { euros, findingOf, sumIfExact } from './finding-of.ts'
import { outOfRange } from './out-of-range.ts'

test('an amount is told to the cent, and one that nobody can tell is said to be so', () => {
  expect(euros(micros(1_235_000))).toBe('1.24 euros')
  expect(euros(undefined)).toBe('more euros than can be told exactly')
})

test('a sum is told where each of its parts and all of them together are exact', () => {
  expect(sumIfExact([])).toBe(0)
  expect(sumIfExact([micros(1), micros(2)])).toBe(3)
  expect(sumIfExact([micros(1), undefined])).toBeUndefined()
  expect(sumIfExact([micros(Number.MAX_SAFE_INTEGER), micros(1)])).toBeUndefined()
})

test('a finding is one of something, with no amount and no command, where nothing else is said', () => {
  const plain = { code: 'no_usage', severity: 'warning', subject: 'a', text: 'b' } as const
  expect(findingOf(plain)).toEqual({ ...plain, count: 1, estimateMicros: undefined, show: '' })
  const told = { ...plain, count: 2, estimateMicros: micros(3), show: 'tik' }
  expect(findingOf(told)).toEqual(told)
})

test('an account whose amounts are beyond exact keeps the others going, and says how to mend it', () => {
  expect(outOfRange('a', 'too much')).toEqual({
    code: 'amount_out_of_range',
    severity: 'error',
    subject: 'a',
    text: 'too much: mend what prices its usage, then `tik rerate` it; until then it is not billed',
    count: 1,
    estimateMicros: undefined,
    show: 'tik details --account a',
  })
})
