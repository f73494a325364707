import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FONT_NAMES } from '../invoice-fonts.ts'
import { COMMON_LETTERS } from './common-letters.ts'
import { shape } from './glyph-runs.ts'
import { fromPairs } from './letter-pairs.ts'

test('a word put together from pairs is the word that all rules of the font shape', () => {
  const word = fc.array(fc.constantFrom(...COMMON_LETTERS), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(fc.constantFrom(...FONT_NAMES), word, (name, letters) => {
      const text = letters.join('')
      const built = fromPairs(name, text, shape)
      if (built === undefined) return // All the rules are asked.
      const shaped = shape(name, text)
      expect({ ...built, glyphs: built.glyphs.map(placed) }).toEqual({
        ...shaped,
        glyphs: shaped.glyphs.map(placed),
      })
    }),
    { numRuns: 3_000 },
  )
})

function placed({ id, width, advance }: { id: number; width: number; advance: number }) {
  return { id, width, advance }
}

test('pairs come closer to each other as the font wants, and other letters ask all its rules', () => {
  const kerned = fromPairs('tik-font:regular', 'AV', shape)
  expect(kerned?.glyphs[0]?.advance).toBeLessThan(kerned?.glyphs[0]?.width ?? 0)
  expect(fromPairs('tik-font:regular', 'Ковальчук', shape)).toBeUndefined()
  expect(fromPairs('tik-font:regular', 'e\u0301', shape)).toBeUndefined()
})
