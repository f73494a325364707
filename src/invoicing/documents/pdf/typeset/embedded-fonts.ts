/**
 * The fonts of a document. Each has the letters of Western Europe under fixed numbers, so that a font that needs no
 * others is made and compressed once in a thread, and what a word looks like in the file too. Further letters
 * come behind these, in the order in which the document meets them.
 */
import { deflateSync } from 'node:zlib'
import { invoiceFont, UNITS_PER_EM, type FontName } from '../invoice-fonts.ts'
import { glyphRuns, type GlyphRun, type ShapedGlyph } from './glyph-runs.ts'
import { COMMON_LETTERS, MONEY_LETTERS } from './common-letters.ts'
import { numeral } from './page-drawing.ts'
import type { PdfFile, PdfObject } from './pdf-file-parts.ts'
import { toUnicodeMap } from './to-unicode.ts'

export interface DocumentFonts {
  /** Its name on the pages. */
  use(name: FontName): string
  /** The operator that shows the runs in a font that is used, from where the text is now. */
  show(name: FontName, runs: readonly GlyphRun[], fontSize: number): string
  /** By name on the pages: those that are used. */
  objects(): Readonly<Record<string, PdfObject>>
  /** Writes them into the file, when all pages are drawn. */
  end(): void
}

const RESOURCE_NAMES: Readonly<Record<FontName, string>> = {
  'tik-font:regular': 'F1',
  'tik-font:semi-bold': 'F2',
  'tik-font:light': 'F3',
}

export function createDocumentFonts(file: PdfFile): DocumentFonts {
  const used = new Map<FontName, UsedFont>()
  const usedFont = (name: FontName): UsedFont => {
    let found = used.get(name)
    if (found === undefined) {
      used.set(name, (found = { ...commonOf(name), further: [], object: file.ref() }))
    }
    return found
  }
  return {
    use(name) {
      usedFont(name)
      return RESOURCE_NAMES[name]
    },
    show: (name, runs, fontSize) => shown(usedFont(name), runs, fontSize),
    objects: () =>
      Object.fromEntries([...used].map(([name, { object }]) => [RESOURCE_NAMES[name], object])),
    end() {
      for (const [name, font] of used) writeFont(file, name, font)
    },
  }
}

interface UsedFont extends CommonGlyphs {
  /** What the document has besides, in order. */
  readonly further: ShapedGlyph[]
  readonly object: PdfObject
}

interface CommonGlyphs {
  readonly glyphs: readonly ShapedGlyph[]
  /** By number in the font file: that in the document. */
  readonly numbers: ReadonlyMap<number, number>
  /** Words of nothing else, as the file has them. */
  readonly words: WeakMap<GlyphRun, string>
}

const common = new Map<FontName, CommonGlyphs>()

function commonOf(name: FontName): CommonGlyphs {
  const found = common.get(name)
  if (found !== undefined) return found
  const byId = new Map<number, ShapedGlyph>()
  for (const letter of name === 'tik-font:light' ? MONEY_LETTERS : COMMON_LETTERS) {
    for (const run of glyphRuns(name, letter)) {
      for (const glyph of run.glyphs) if (!byId.has(glyph.id)) byId.set(glyph.id, glyph)
    }
  }
  byId.delete(0) // What stands for a missing letter is always the first.
  const glyphs = [...byId.values()]
  const numbers = new Map(glyphs.map(({ id }, index) => [id, index + 1]))
  const made: CommonGlyphs = { glyphs, numbers, words: new WeakMap() }
  common.set(name, made)
  return made
}

function shown(font: UsedFont, runs: readonly GlyphRun[], fontSize: number): string {
  if (runs.every(({ isPlain }) => isPlain)) {
    return `[${runs.map((run) => strings(font, run)).join('')}] TJ`
  }
  return runs.flatMap(({ glyphs }) => glyphs.map((glyph) => moved(font, glyph, fontSize))).join(' ')
}

/** Marks that stand above or below others: one by one. */
function moved(font: UsedFont, glyph: ShapedGlyph, fontSize: number): string {
  const { right, up, width, advance } = glyph
  const rise = numeral((up * fontSize) / UNITS_PER_EM)
  const behind = width + right - advance
  return `${rise} Ts [${numeral(-right)} <${hex(numberIn(font, glyph))}> ${numeral(behind)}] TJ 0 Ts`
}

function strings(font: UsedFont, run: GlyphRun): string {
  const known = font.words.get(run)
  if (known !== undefined) return known
  const furtherBefore = font.further.length
  let text = '<'
  let isCommon = true
  for (const glyph of run.glyphs) {
    const number = numberIn(font, glyph)
    isCommon &&= number <= font.glyphs.length
    text += hex(number)
    if (glyph.advance !== glyph.width) text += `> ${numeral(glyph.width - glyph.advance)} <`
  }
  text = `${text}>`
  if (isCommon && font.further.length === furtherBefore) font.words.set(run, text)
  return text
}

function numberIn({ numbers, further, glyphs }: UsedFont, glyph: ShapedGlyph): number {
  if (glyph.id === 0) return 0
  const number = numbers.get(glyph.id)
  if (number !== undefined) return number
  const index = further.findIndex(({ id }) => id === glyph.id)
  return glyphs.length + (index >= 0 ? index + 1 : further.push(glyph))
}

function hex(number: number): string {
  return number.toString(16).padStart(4, '0')
}

interface FontProgram {
  readonly program: Uint8Array
  readonly programBytes: number
  readonly toUnicode: Uint8Array
  readonly widths: readonly number[]
}

/** Sets of letters that a thread remembers; a set of its own is made for one document alone. */
const PROGRAMS_MAX = 64
const programs = new Map<string, FontProgram>()

function programOf(name: FontName, { glyphs, further }: UsedFont): FontProgram {
  const key = `${name} ${further.map(({ id }) => id).join(' ')}`
  const found = programs.get(key)
  if (found !== undefined) return found
  const font = invoiceFont(name)
  const subset = font.createSubset()
  const all = [...glyphs, ...further]
  for (const { id } of all) subset.includeGlyph(id)
  const program = subset.encode()
  const made: FontProgram = {
    program: deflateSync(program),
    programBytes: program.length,
    toUnicode: deflateSync(toUnicodeMap(all.map(({ codePoints }) => codePoints))),
    widths: [font.getGlyph(0).advanceWidth, ...all.map(({ width }) => width)],
  }
  if (programs.size >= PROGRAMS_MAX) programs.clear()
  programs.set(key, made)
  return made
}

/** Bit 3 of a descriptor: it has letters beyond the plain Latin ones. */
const SYMBOLIC = 4

function writeFont(file: PdfFile, name: FontName, used: UsedFont): void {
  const { program, programBytes, toUnicode, widths } = programOf(name, used)
  const font = invoiceFont(name)
  const { minX, minY, maxX, maxY } = font.bbox
  const baseFont = `TIKAA${String.fromCharCode(64 + Number(RESOURCE_NAMES[name].slice(1)))}+${font.postscriptName}`
  const descriptor = written(file, {
    Type: 'FontDescriptor',
    FontName: baseFont,
    Flags: SYMBOLIC,
    FontBBox: [minX, minY, maxX, maxY],
    ItalicAngle: font.italicAngle,
    Ascent: font.ascent,
    Descent: font.descent,
    CapHeight: font.capHeight,
    XHeight: font.xHeight,
    StemV: 0,
    FontFile2: stream(file, program, { Length1: programBytes }),
  })
  const descendant = written(file, {
    Type: 'Font',
    Subtype: 'CIDFontType2',
    BaseFont: baseFont,
    CIDSystemInfo: { Registry: literal('Adobe'), Ordering: literal('Identity'), Supplement: 0 },
    FontDescriptor: descriptor,
    W: [0, widths],
    CIDToGIDMap: 'Identity',
  })
  used.object.data = {
    Type: 'Font',
    Subtype: 'Type0',
    BaseFont: baseFont,
    Encoding: 'Identity-H',
    DescendantFonts: [descendant],
    ToUnicode: stream(file, toUnicode),
  }
  used.object.end()
}

function written(file: PdfFile, data: Record<string, unknown>): PdfObject {
  const object = file.ref(data)
  object.end()
  return object
}

/** Bytes that are compressed already. */
function stream(
  file: PdfFile,
  deflated: Uint8Array,
  data: Record<string, unknown> = {},
): PdfObject {
  const object = file.ref({ ...data, Filter: 'FlateDecode' })
  object.write(deflated)
  object.end()
  return object
}

/** pdfkit takes a plain string for a name. */
function literal(value: string): unknown {
  return new String(value)
}
