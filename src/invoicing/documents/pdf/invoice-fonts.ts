/**
 * IBM Plex Sans (SIL Open Font License 1.1): Latin with all accents, Greek and Cyrillic, and digits
 * of one width. Only the glyphs that an invoice uses are embedded.
 *
 * pdfkit parses its fonts anew for every document, which is half the time of a small invoice. So
 * each is parsed once in a thread, and pdfkit is given a few bytes that only name it: a format that
 * fontkit knows from here answers with the parsed font (docs/decisions/0161).
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { TFontDictionary } from 'pdfmake/interfaces.js'

const require = createRequire(import.meta.url)
/** The very fontkit that pdfmake's pdfkit loads: a second copy would know nothing of our format. */
const pdfkit = createRequire(createRequire(require.resolve('pdfmake')).resolve('pdfkit'))
const fontkit: Fontkit = pdfkit('fontkit')

/** The part of fontkit that is used here; it has no types of its own. */
interface Fontkit {
  create(bytes: Uint8Array): Font
  /** Formats are asked in the order in which they were registered; the built-in ones come first. */
  registerFormat(format: FontFormat): void
}

interface FontFormat {
  new (stream: { readonly buffer: Uint8Array }): object
  probe(bytes: Uint8Array): boolean
}

export interface Font {
  readonly unitsPerEm: number
  readonly ascent: number
  readonly descent: number
  readonly capHeight: number
  readonly xHeight: number
  readonly italicAngle: number
  readonly postscriptName: string
  readonly bbox: Readonly<Record<'minX' | 'minY' | 'maxX' | 'maxY', number>>
  hasGlyphForCodePoint(codePoint: number): boolean
  getGlyph(id: number): FontGlyph
  layout(text: string, features?: unknown): LaidOutText
  createSubset(): FontSubset
}

interface FontGlyph {
  readonly id: number
  readonly advanceWidth: number
  readonly codePoints: readonly number[]
}

/** A font with some of the glyphs, numbered in the order in which they were included. */
interface FontSubset {
  includeGlyph(id: number): number
  encode(): Uint8Array
}

/** Glyphs and their places; pdfkit scales these to a thousandth of the size. */
interface LaidOutText {
  readonly advanceWidth: number
  readonly glyphs: readonly FontGlyph[]
  readonly positions: readonly Readonly<Record<'xAdvance' | 'xOffset' | 'yOffset', number>>[]
}

export const INVOICE_FONT = 'Plex'
/** Large figures and titles. */
export const TITLE_FONT = 'PlexLight'

/** Name in a document's font dictionary → file. */
const FONT_FILES = {
  'tik-font:regular':
    require.resolve('@expo-google-fonts/ibm-plex-sans/400Regular/IBMPlexSans_400Regular.ttf'),
  'tik-font:semi-bold':
    require.resolve('@expo-google-fonts/ibm-plex-sans/600SemiBold/IBMPlexSans_600SemiBold.ttf'),
  'tik-font:light':
    require.resolve('@expo-google-fonts/ibm-plex-sans/300Light/IBMPlexSans_300Light.ttf'),
} as const

export const FONT_NAMES = ['tik-font:regular', 'tik-font:semi-bold', 'tik-font:light'] as const
export type FontName = (typeof FONT_NAMES)[number]

export const INVOICE_FONTS: TFontDictionary = {
  [INVOICE_FONT]: { normal: 'tik-font:regular', bold: 'tik-font:semi-bold' },
  [TITLE_FONT]: { normal: 'tik-font:light' },
}

/** Where pdfmake looks for files before the disk. */
interface VirtualFiles {
  writeFileSync(name: string, content: Uint8Array): void
}

/** One font of the invoice, parsed. */
export function readInvoiceFont(name: FontName): Font {
  return fontkit.create(readFileSync(FONT_FILES[name]))
}

const parsed = new Map<string, Font>()

/** Parsed when it is asked for first in a thread. */
export function invoiceFont(name: FontName): Font {
  const known = parsed.get(name)
  if (known !== undefined) return known
  const font = rememberingLayouts(readInvoiceFont(name))
  parsed.set(name, font)
  return font
}

/** Makes the fonts known to fontkit and pdfmake: once in a thread. */
export function registerInvoiceFonts(files: VirtualFiles): void {
  for (const name of FONT_NAMES) {
    invoiceFont(name)
    files.writeFileSync(name, Buffer.from(name))
  }
  fontkit.registerFormat(namedFormat(parsed))
}

/** Words that a thread remembers of each font: names, amounts and numbers come again on the next invoice. */
const WORDS_MAX = 20_000
/** With so many units pdfkit's scaling of a layout changes nothing, so that one can serve many documents. */
export const UNITS_PER_EM = 1_000

/** The same font, which lays out a word once for all documents (docs/decisions/0420). */
function rememberingLayouts(font: Font): Font {
  assert.equal(font.unitsPerEm, UNITS_PER_EM)
  const layouts = new Map<string, LaidOutText>()
  const layOut = font.layout.bind(font)
  font.layout = (text, features) => {
    if (features !== undefined) return layOut(text, features)
    const known = layouts.get(text)
    if (known !== undefined) return known
    if (layouts.size >= WORDS_MAX) layouts.clear()
    const laidOut = layOut(text)
    layouts.set(text, laidOut)
    return laidOut
  }
  return font
}

/** Whether each of the fonts can print the letter. */
export function hasGlyph(letter: string): boolean {
  const codePoint = letter.codePointAt(0) ?? 0
  return FONT_NAMES.every((name) => invoiceFont(name).hasGlyphForCodePoint(codePoint))
}

/** A constructor that returns another object is what `new` gives: here the parsed font. */
function namedFormat(fonts: ReadonlyMap<string, Font>): FontFormat {
  return class NamedFont {
    constructor(stream: { readonly buffer: Uint8Array }) {
      const font = fonts.get(nameIn(stream.buffer))
      if (font === undefined) throw new Error('the font was probed before it was made')
      return font
    }

    static probe(bytes: Uint8Array): boolean {
      return fonts.has(nameIn(bytes))
    }
  }
}

const NAME_BYTES_MAX = 32

function nameIn(bytes: Uint8Array): string {
  return bytes.length > NAME_BYTES_MAX ? '' : Buffer.from(bytes).toString('latin1')
}
