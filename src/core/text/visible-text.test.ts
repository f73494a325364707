import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleText } from './visible-text.ts'

test.each([
  ['\u001b[2Jgone', '\\u001b[2Jgone'],
  ['\u009b31mred', '\\u009b31mred'],
  ['over\rwritten', 'over\\u000dwritten'],
  ['bell\u0007, back\b', 'bell\\u0007, back\\u0008'],
  ['invoice\u202efdp.exe', 'invoice\\u202efdp.exe'],
  ['line\u2028more', 'line\\u2028more'],
  ['zero\u200bwidth', 'zero\\u200bwidth'],
  ['half \ud800 pair', 'half \\ud800 pair'],
  ['ordinary: ç, Ω, Ж, €, 👩‍🔧\ttab\nline', 'ordinary: ç, Ω, Ж, €, 👩‍🔧\ttab\nline'],
])('%j shows as %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown)
})

test('JSON stays the same JSON', () => {
  const values = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(values, (text) => {
      const shown = visibleText(JSON.stringify({ text }))
      expect(JSON.parse(shown)).toEqual({ text })
    }),
  )
})

test('nothing is left that a terminal acts on', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const character of visibleText(text, ' ')) {
        const code = character.codePointAt(0) ?? 0
        expect(code === 9 || code === 10 || (code >= 32 && (code < 127 || code > 159))).toBe(true)
      }
    }),
  )
})
