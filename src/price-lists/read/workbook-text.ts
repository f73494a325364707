/**
 * A sheet of a workbook (.xlsx) as tab-separated text, a line a row, so that the number of a line is that
 * of its row. A workbook is XML in a zip: both are read as streams, bounded by what a price list can be.
 */
import { createWriteStream, type WriteStream } from 'node:fs'
import { once } from 'node:events'
import sax from 'sax'
import yauzl from 'yauzl'
import { TikError } from '../../core/failures/errors.ts'
import { cellText, isDateFormat, type SheetCell } from './sheet-cell.ts'

/** Throws `file_unreadable` for what is no sound workbook, `mapping_invalid` for a sheet that it lacks. */
export async function writeSheetText(
  { file, sheet }: { readonly file: string; readonly sheet: string | undefined },
  target: string,
): Promise<void> {
  try {
    const zip = await yauzl.openPromise(file, { lazyEntries: true, autoClose: false })
    try {
      await writeSheet(await partsOf(zip), sheet, target)
    } finally {
      zip.close()
    }
  } catch (cause) {
    if (cause instanceof TikError) throw cause
    throw new TikError('file_unreadable', `${file} cannot be read as a workbook`, { cause })
  }
}

/** The first letters of every zip. */
export function isWorkbook(head: Buffer): boolean {
  return head.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'))
}

const PARTS_MAX = 10_000
/** Of one part, unpacked: ten times the largest list. */
const PART_BYTES_MAX = 2_000_000_000
const STRINGS_MAX = 5_000_000

interface Parts {
  /** Calls back for each element of the part in its order; nothing where there is no such part. */
  read(name: string, sink: ElementSink): Promise<void>
}

interface ElementSink {
  open?(name: string, attributes: Readonly<Record<string, string>>): void
  text?(text: string): void
  close?(name: string): void
  /** Awaited between pieces of the part: whoever writes may be slower than who reads. */
  settled?(): Promise<void>
}

async function partsOf(zip: yauzl.ZipFile): Promise<Parts> {
  const entries = new Map<string, yauzl.Entry>()
  for await (const entry of zip.eachEntry()) {
    entries.set(entry.fileName.toLowerCase(), entry)
    if (entries.size > PARTS_MAX)
      throw new TikError('file_unreadable', 'the workbook has too many parts')
  }
  return {
    async read(name, sink) {
      const entry = entries.get(name.toLowerCase())
      if (entry === undefined) return
      if (entry.uncompressedSize > PART_BYTES_MAX) {
        throw new TikError(
          'file_unreadable',
          `${name} of the workbook is larger than any price list`,
        )
      }
      await parse(await zip.openReadStreamPromise(entry), sink)
    },
  }
}

/** yauzl holds the stream to the size that the zip says, so a part never unfolds to more. */
async function parse(stream: AsyncIterable<Buffer>, sink: ElementSink): Promise<void> {
  const parser = sax.parser(true)
  const decoder = new TextDecoder()
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a parser is no event target
  parser.onerror = (error) => {
    throw error
  }
  parser.ondoctype = () => {
    throw new TikError('file_unreadable', 'the workbook declares a document type, which none needs')
  }
  parser.onopentag = ({ name, attributes }) => {
    const texts = Object.entries(attributes).map(([key, value]) => [key, String(value)] as const)
    sink.open?.(plainName(name), Object.fromEntries(texts))
  }
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a parser is no event target
  parser.ontext = (text) => sink.text?.(text)
  parser.oncdata = (text) => sink.text?.(text)
  parser.onclosetag = (name) => sink.close?.(plainName(name))
  for await (const bytes of stream) {
    parser.write(decoder.decode(bytes, { stream: true }))
    await sink.settled?.()
  }
  parser.write(decoder.decode()).close()
}

function plainName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

async function writeSheet(parts: Parts, sheet: string | undefined, target: string): Promise<void> {
  const book = await readBook(parts)
  const chosen =
    sheet === undefined ? book.sheets[0] : book.sheets.find(({ name }) => name === sheet)
  if (chosen === undefined) {
    const names = book.sheets.map(({ name }) => `"${name}"`).join(', ')
    throw new TikError(
      'mapping_invalid',
      `the workbook has no sheet "${sheet ?? ''}"; it has ${names}`,
    )
  }
  const strings = await readStrings(parts)
  const dates = await readDateStyles(parts)
  const out = createWriteStream(target, 'utf8')
  const lines = createSheetLines((cell) =>
    cellText(cell, { strings, isDate: (style) => dates.has(style), is1904: book.is1904 }),
  )
  await parts.read(chosen.part, lines.sink(out))
  out.end(lines.rest())
  await once(out, 'finish')
}

interface Book {
  readonly is1904: boolean
  readonly sheets: readonly { readonly name: string; readonly part: string }[]
}

async function readBook(parts: Parts): Promise<Book> {
  const targets = new Map<string, string>()
  await parts.read('xl/_rels/workbook.xml.rels', {
    open(name, { Id = '', Target = '' }) {
      if (name === 'Relationship') targets.set(Id, Target)
    },
  })
  let is1904 = false
  const sheets: { name: string; part: string }[] = []
  await parts.read('xl/workbook.xml', {
    open(element, attributes) {
      if (element === 'workbookPr') is1904 = ['1', 'true'].includes(attributes['date1904'] ?? '')
      if (element !== 'sheet') return
      const target = targets.get(attributes['r:id'] ?? '') ?? ''
      const part = target.startsWith('/') ? target.slice(1) : `xl/${target}`
      sheets.push({ name: attributes['name'] ?? '', part })
    },
  })
  if (sheets.length === 0) throw new TikError('file_unreadable', 'the workbook has no sheets')
  return { is1904, sheets }
}

async function readStrings(parts: Parts): Promise<string[]> {
  const strings: string[] = []
  let [text, isText, isPhonetic] = ['', false, false]
  await parts.read('xl/sharedStrings.xml', {
    open(name) {
      if (name === 'si') text = ''
      if (name === 'rPh') isPhonetic = true
      isText = name === 't' && !isPhonetic
    },
    text(piece) {
      if (isText) text += piece
    },
    close(name) {
      isText = false
      if (name === 'rPh') isPhonetic = false
      if (name === 'si') strings.push(text)
      if (strings.length > STRINGS_MAX)
        throw new TikError('file_unreadable', 'the workbook has too many texts')
    },
  })
  return strings
}

/** Numbers of the styles that show a number as a date. */
async function readDateStyles(parts: Parts): Promise<ReadonlySet<string>> {
  const formats = new Map<string, string>()
  const dates = new Set<string>()
  let [isOfCells, style] = [false, 0]
  await parts.read('xl/styles.xml', {
    open(name, { numFmtId = '', formatCode = '' }) {
      if (name === 'numFmt') formats.set(numFmtId, formatCode)
      if (name === 'cellXfs') isOfCells = true
      if (name !== 'xf' || !isOfCells) return
      if (isDateFormat(numFmtId, formats.get(numFmtId))) dates.add(String(style))
      style += 1
    },
    close(name) {
      if (name === 'cellXfs') isOfCells = false
    },
  })
  return dates
}

const PIECE_CHARS = 500_000

/** Rows as lines: a row that the sheet leaves out is an empty one. */
function createSheetLines(textOf: (cell: SheetCell) => string) {
  let open = ''
  let line = 1
  let cells: string[] = []
  let cell = { type: '', style: '', value: '' }
  let [column, isValue] = [0, false]

  return {
    sink: (out: WriteStream): ElementSink => ({
      open(name, attributes) {
        if (name === 'row') {
          const row = Number(attributes['r'] ?? line)
          for (; line < row && line < ROWS_MAX; line += 1) open += '\n'
          cells = []
          column = 0
        } else if (name === 'c') {
          column = attributes['r'] === undefined ? column : columnOf(attributes['r'])
          cell = { type: attributes['t'] ?? '', style: attributes['s'] ?? '', value: '' }
        }
        isValue = name === 'v' || name === 't'
      },
      text(piece) {
        if (isValue) cell.value += piece
      },
      close(name) {
        isValue = false
        if (name === 'c') {
          if (column < COLUMNS_MAX) cells[column] = textOf(cell)
          column += 1
        } else if (name === 'row') {
          open += `${Array.from(cells, (text: string | undefined) => quoted(text ?? '')).join('\t')}\n`
          line += 1
          if (open.length > PIECE_CHARS) {
            out.write(open)
            open = ''
          }
        }
      },
      async settled() {
        if (out.writableNeedDrain) await once(out, 'drain')
      },
    }),
    rest: () => open,
  }
}

/** Of every workbook. */
const ROWS_MAX = 1_048_576
const COLUMNS_MAX = 1_000

/** 'C12' → 2. */
function columnOf(reference: string): number {
  let column = 0
  for (const letter of /^[A-Z]{1,3}/.exec(reference)?.[0] ?? '') {
    column = column * 26 + letter.charCodeAt(0) - 64
  }
  return column - 1
}

function quoted(text: string): string {
  const plain = text.replaceAll(/[\t\r\n]+/g, ' ')
  return plain.includes('"') ? `"${plain.replaceAll('"', '""')}"` : plain
}
