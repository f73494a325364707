/** Text broken into lines of a width, as Unicode allows it to break (UAX 14). */
import { createRequire } from 'node:module'
import { invoiceFont, UNITS_PER_EM } from '../invoice-fonts.ts'
import { glyphRuns, runsWidth, type GlyphRun } from './glyph-runs.ts'
import { fontNameOf, type TextStyle } from './text-style.ts'

export interface TextLine {
  readonly runs: readonly GlyphRun[]
  /** In points. */
  readonly width: number
}

interface LineBreaker {
  nextBreak(): { readonly position: number; readonly required: boolean } | null
}

const require = createRequire(import.meta.url)
/** The one that pdfmake uses, so that its lines are ours. */
const Breaker: new (text: string) => LineBreaker = createRequire(require.resolve('pdfmake'))(
  'linebreak',
)

/** At least one line, which is empty where the text is. */
export function textLines(text: string, style: TextStyle, width: number): TextLine[] {
  const whole = lineOf(text.trim(), style)
  if (style.noWrap || (whole.width <= width && !LINE_END.test(text))) return [whole]
  const lines: TextLine[] = []
  let begun = ''
  const end = (): void => {
    lines.push(lineOf(begun.trim(), style))
    begun = ''
  }
  for (const { word, isLast } of wordsOf(text)) {
    if (begun !== '' && lineOf((begun + word).trim(), style).width > width) end()
    begun = begun === '' ? cut(word, style, { width, lines }) : begun + word
    if (isLast) end()
  }
  if (begun !== '' || lines.length === 0) end()
  return lines
}

export function lineHeightOf(style: TextStyle): number {
  const { ascent, descent } = invoiceFont(fontNameOf(style))
  return (((ascent - descent) * style.fontSize) / UNITS_PER_EM) * style.lineHeight
}

/** From the top of a line to where its letters stand. */
export function ascentOf(style: TextStyle): number {
  return (invoiceFont(fontNameOf(style)).ascent * style.fontSize) / UNITS_PER_EM
}

const LINE_END = /[\n\r\u2028\u2029]/
const LINE_ENDS = /[\n\r\u2028\u2029]/g

function lineOf(text: string, style: TextStyle): TextLine {
  const runs = glyphRuns(fontNameOf(style), text)
  return { runs, width: (runsWidth(runs) * style.fontSize) / UNITS_PER_EM }
}

/** What may not be parted, with the spaces behind it; whether its line ends there. */
function* wordsOf(text: string): Generator<{ word: string; isLast: boolean }> {
  const breaker = new Breaker(text)
  let from = 0
  for (let at = breaker.nextBreak(); at !== null; at = breaker.nextBreak()) {
    const word = text.slice(from, at.position)
    const isLast = at.position < text.length && (at.required || LINE_END.test(word))
    yield { word: word.replaceAll(LINE_ENDS, ''), isLast }
    from = at.position
  }
}

/** A word that is wider than its place is cut where it must be; returns what is left of it. */
function cut(
  word: string,
  style: TextStyle,
  { width, lines }: { width: number; lines: TextLine[] },
): string {
  let rest = word
  while (rest.length > 1 && lineOf(rest.trim(), style).width > width) {
    const count = fittingCount(rest, style, width)
    lines.push(lineOf(rest.slice(0, count), style))
    rest = rest.slice(count)
  }
  return rest
}

/** How many letters fit, at least one: halving, as somebody can write thousands without a space. */
function fittingCount(word: string, style: TextStyle, width: number): number {
  let [least, most] = [1, word.length - 1]
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (lineOf(word.slice(0, middle), style).width <= width) least = middle
    else most = middle - 1
  }
  return least
}
