/**
 * Words put together from pairs of letters. Shaping a word by all the rules of its font takes fontkit 30 µs and more,
 * and an invoice has a thousand words that nobody had before: numbers, amounts, names. Of the common letters
 * our fonts' rules look at two neighbours and no further (tested), so what a pair comes to is kept.
 */
import type { FontName } from '../invoice-fonts.ts'
import { COMMON_LETTERS } from './common-letters.ts'
import type { GlyphRun, ShapedGlyph } from './glyph-runs.ts'

type Shape = (name: FontName, word: string) => GlyphRun

/** undefined where a letter is not common or two become another glyph: then all the rules are needed. */
export function fromPairs(name: FontName, word: string, shape: Shape): GlyphRun | undefined {
  const font = lettersOf(name)
  const glyphs: ShapedGlyph[] = []
  let width = 0
  for (let index = 0; index < word.length; index += 1) {
    const letter = word.charAt(index)
    const next = word.charAt(index + 1)
    const glyph = next === '' ? alone(font, letter, shape) : before(font, letter, next, shape)
    if (glyph === undefined) return undefined
    glyphs.push(glyph)
    width += glyph.advance
  }
  return { width, glyphs, isPlain: true }
}

/** Bounded by the common letters. */
interface Letters {
  readonly name: FontName
  readonly alone: Map<string, ShapedGlyph | undefined>
  readonly before: Map<string, ShapedGlyph | undefined>
}

const known = new Map<FontName, Letters>()
const COMMON: ReadonlySet<string> = new Set(COMMON_LETTERS)

function lettersOf(name: FontName): Letters {
  let letters = known.get(name)
  if (letters === undefined) {
    known.set(name, (letters = { name, alone: new Map(), before: new Map() }))
  }
  return letters
}

function alone(font: Letters, letter: string, shape: Shape): ShapedGlyph | undefined {
  if (font.alone.has(letter)) return font.alone.get(letter)
  if (!COMMON.has(letter)) return undefined
  const { glyphs, isPlain } = shape(font.name, letter)
  const glyph = glyphs.length === 1 && isPlain ? glyphs[0] : undefined
  font.alone.set(letter, glyph)
  return glyph
}

/** The first glyph of two: its advance is up to the second. */
function before(
  font: Letters,
  letter: string,
  next: string,
  shape: Shape,
): ShapedGlyph | undefined {
  const pair = letter + next
  if (font.before.has(pair)) return font.before.get(pair)
  const [left, right] = [alone(font, letter, shape), alone(font, next, shape)]
  if (left === undefined || right === undefined) return undefined
  const { glyphs, isPlain } = shape(font.name, pair)
  const [first, second] = glyphs
  const isPair =
    isPlain &&
    glyphs.length === 2 &&
    first?.id === left.id &&
    second?.id === right.id &&
    second.advance === right.advance
  const glyph = isPair ? first : undefined
  font.before.set(pair, glyph)
  return glyph
}
