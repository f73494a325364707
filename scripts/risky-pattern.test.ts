import { expect, test } from 'vitest'
import { expressionsOf } from './expressions-of.ts'
import { riskOf } from './risky-pattern.ts'

test.each([
  [String.raw`^\s*([A-Za-z0-9][\w.-]*)\s*=\s*(.*?)\s*$`, ''],
  [String.raw`^[0-9a-f]{14,}\d+\.`, ''],
  ['^.*a.*a.*b$', ''],
  [String.raw`\s+x`, ''],
  [String.raw`^\s*Acct`, 'm'],
  ['^(a+)+$', ''],
  [String.raw`^(\w+\s?)*$`, ''],
  [String.raw`\s*;?\s*$`, ''],
  ['^a{10,}[a-z]{1,1000}!', ''],
  ['^A+a+!', 'i'],
])('/%s/%s is risky', (source, flags) => {
  expect(riskOf(source, flags)).toContain('can share the same letters')
})

test.each([
  [String.raw`\s+`, 'g'],
  [String.raw`^\s*Acct`, ''],
  [String.raw`^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$`, ''],
  ['^(.+)/([0-9]+)/([0-9]+)$', ''],
  [`'((?:[^'\\\\]|\\\\.)*)'`, 'gs'],
  [String.raw`\/\*[^]*?(?:\*\/|$)|[^]`, 'g'],
  [String.raw`,"[A-Z]+(?:_[A-Z]+)+",`, ''],
  [String.raw`^[ \t]{0,80}=[ \t]{0,80}\S`, 'm'],
])('/%s/%s is not', (source, flags) => {
  expect(riskOf(source, flags)).toBe('')
})

// The canary of the judge: what it calls risky takes four times as long for twice the text.
test('a risky expression is slow indeed, and its bounded form is not', () => {
  expect(tookMs(/^[0-9a-f]{14,}\d+\./, 16_000)).toBeGreaterThan(
    50 * tookMs(/^[0-9a-f]{14,80}\d\./, 16_000),
  )
})

test('expressions are told from divisions, strings, templates and comments', () => {
  const text = [
    "const path = 'a/b/c' // not /this/",
    '/* nor /that/ */ const half = total / 2 / parts',
    'const found = /[/]"a\\/b/gi.exec(`${/no/}`)',
    'return /x/',
  ].join('\n')
  expect(expressionsOf(text)).toEqual([
    { line: 3, source: '[/]"a\\/b', flags: 'gi' },
    { line: 4, source: 'x', flags: '' },
  ])
})

/** The least of a few: what else the machine does only adds to it. */
function tookMs(expression: RegExp, length: number): number {
  const text = `${'7'.repeat(length)}x`
  const runs = Array.from({ length: 5 }, () => {
    const startedMs = performance.now()
    expect(expression.test(text)).toBe(false)
    return performance.now() - startedMs
  })
  return Math.min(...runs)
}
