import { expect, test } from 'vitest'
import { matchingIds } from './build/build-context.ts'

test.each([
  ['national-mobile', ['national-mobile']],
  ['mobile', []],
  ['*', ['national-fixed', 'national-mobile', 'to-mobile-to']],
  ['national-*', ['national-fixed', 'national-mobile']],
  ['*-mobile', ['national-mobile']],
  ['*o*i*', ['national-fixed', 'national-mobile', 'to-mobile-to']],
  ['to-*-to', ['to-mobile-to']],
  ['to-mobile-*mobile-to', []],
  ['n*l-*d', ['national-fixed']],
])('%s matches %j', (pattern, expected) => {
  expect(matchingIds(pattern, ['national-fixed', 'national-mobile', 'to-mobile-to'])).toEqual(
    expected,
  )
})

test('many stars over a long id take one pass', () => {
  const startedMs = performance.now()
  expect(matchingIds(`${'*a'.repeat(60)}*b`, ['a'.repeat(100_000)])).toEqual([])
  expect(performance.now() - startedMs).toBeLessThan(1_000)
})
