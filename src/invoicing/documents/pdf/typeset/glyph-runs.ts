/**
 * Words as glyphs of a font, shaped once in a thread: names, amounts and numbers come again on the next invoice.
 * Glyphs have the numbers of the font file here; embedded-fonts.ts gives them those of a document.
 */
import { invoiceFont, UNITS_PER_EM, type FontName } from '../invoice-fonts.ts'
import { fromPairs } from './letter-pairs.ts'

/** A word with the spaces behind it. Lengths are thousandths of the size of the letter. */
export interface GlyphRun {
  readonly width: number
  readonly glyphs: readonly ShapedGlyph[]
  /** Where no glyph is moved against its place, which nearly always holds. */
  readonly isPlain: boolean
}

export interface ShapedGlyph {
  readonly id: number
  readonly codePoints: readonly number[]
  /** Of the glyph as the font has it. */
  readonly width: number
  /** To the next glyph: its width, but where a pair is kerned. */
  readonly advance: number
  readonly right: number
  readonly up: number
}

/** Words that a thread remembers of each font. */
const WORDS_MAX = 20_000

const known = new Map<FontName, Map<string, GlyphRun>>()

/** pdfkit shapes words with the space behind them, and so does `textWidth`. */
const BEHIND_SPACES = /(?<=[ \t])/

export function glyphRuns(name: FontName, text: string): readonly GlyphRun[] {
  if (text === '') return []
  if (!text.includes(' ') && !text.includes('\t')) return [runOf(name, text)]
  return text.split(BEHIND_SPACES).map((word) => runOf(name, word))
}

/** Width in points of text on one line. */
export function textWidth(
  text: string,
  { bold, fontSize }: { bold: boolean; fontSize: number },
): number {
  const runs = glyphRuns(bold ? 'tik-font:semi-bold' : 'tik-font:regular', text)
  return (runsWidth(runs) * fontSize) / UNITS_PER_EM
}

export function runsWidth(runs: readonly GlyphRun[]): number {
  let width = 0
  for (const run of runs) width += run.width
  return width
}

function runOf(name: FontName, word: string): GlyphRun {
  let words = known.get(name)
  if (words === undefined) known.set(name, (words = new Map()))
  const found = words.get(word)
  if (found !== undefined) return found
  if (words.size >= WORDS_MAX) words.clear()
  const run = fromPairs(name, word, shape) ?? shape(name, word)
  words.set(word, run)
  return run
}

/** By all the rules of the font. */
export function shape(name: FontName, word: string): GlyphRun {
  const { glyphs, positions, advanceWidth } = invoiceFont(name).layout(word)
  const shaped = glyphs.map(({ id, codePoints, advanceWidth: width }, index): ShapedGlyph => {
    const { xAdvance = width, xOffset = 0, yOffset = 0 } = positions[index] ?? {}
    return { id, codePoints, width, advance: xAdvance, right: xOffset, up: yOffset }
  })
  const isPlain = shaped.every(({ right, up }) => right === 0 && up === 0)
  return { width: advanceWidth, glyphs: shaped, isPlain }
}
