/**
 * Compiled decks kept in a folder by the content that they were made from, so that the next command reads
 * arrays instead of millions of rows. It is a cache only: what is damaged, of another build or cannot be
 * written is made anew.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import type { CatalogueProblem } from '../read/catalogue-problem.ts'
import type { DeckTable } from './price-deck.ts'

export interface DeckContent {
  readonly table: DeckTable
  readonly problems: readonly CatalogueProblem[]
}

/** Another number for another form of the table: what builds before kept is then not read. */
const FORM = `tik deck 1 ${endianness()}`
/** Of the file: the checksum of what follows, and how long the header is. */
const PREAMBLE_BYTES = 8
const ALIGNMENT = 8
/** The last ones written are kept: some versions of a few dozen decks. */
const KEPT_MAX = 200
const SUFFIX = '.deck'

const ARRAYS = {
  codeStart: Float64Array,
  codeLength: Uint8Array,
  parent: Int32Array,
  firstRow: Uint32Array,
  lead: Uint32Array,
  fromMs: Float64Array,
  toMs: Float64Array,
  cover: Uint8Array,
  terms: Uint32Array,
  destination: Uint32Array,
  file: Uint16Array,
  line: Uint32Array,
} as const
const TEXTS = ['termsTexts', 'destinations'] as const

const headerSchema = z.object({
  form: z.literal(FORM),
  key: z.string(),
  lengths: z.record(z.string(), z.int().min(0)),
  problems: z.array(
    z.object({
      severity: z.enum(['error', 'warning']),
      file: z.string(),
      line: z.int(),
      message: z.string(),
    }),
  ),
})

/** `key` names the content; undefined when there is nothing for it that can be used. */
export function readCompiledDeck(folder: string, key: string): DeckContent | undefined {
  const path = join(folder, `${key}${SUFFIX}`)
  const buffer = bytesOf(path)
  if (buffer === undefined || buffer.byteLength < PREAMBLE_BYTES) return undefined
  const [checksum, headerBytes] = new Uint32Array(buffer, 0, 2)
  if (crc32(new Uint8Array(buffer, PREAMBLE_BYTES)) !== checksum) return undefined
  if (headerBytes === undefined || PREAMBLE_BYTES + headerBytes > buffer.byteLength)
    return undefined
  const header = headerOf(new Uint8Array(buffer, PREAMBLE_BYTES, headerBytes))
  if (header === undefined || header.key !== key) return undefined
  const table = tableOf(buffer, aligned(PREAMBLE_BYTES + headerBytes), header.lengths)
  if (table === undefined) return undefined
  return { table, problems: header.problems }
}

/** Written whole or not at all. */
export function keepCompiledDeck(folder: string, key: string, compiled: DeckContent): void {
  const { table, problems } = compiled
  const parts = partsOf(table)
  const lengths = Object.fromEntries(parts.map(([name, array]) => [name, array.length]))
  const header = Buffer.from(JSON.stringify({ form: FORM, key, lengths, problems }))
  const body = [header, padding(PREAMBLE_BYTES + header.length)]
  for (const [, array] of parts) {
    body.push(Buffer.from(array.buffer, array.byteOffset, array.byteLength))
    body.push(padding(array.byteLength))
  }
  // Written as they lie, not copied together: twenty decks at once would be as much again.
  const checksum = body.reduce((sum, piece) => crc32(piece, sum), 0)
  const preamble = Buffer.from(new Uint32Array([checksum, header.length]).buffer)
  const part = join(folder, `${key}.${process.pid}.part`)
  try {
    mkdirSync(folder, { recursive: true })
    writePieces(part, [preamble, ...body])
    renameSync(part, join(folder, `${key}${SUFFIX}`))
    forgetOld(folder)
  } catch {
    // A full or read-only disk: the next command compiles again.
    forget(part)
  }
}

function writePieces(path: string, pieces: readonly Buffer[]): void {
  const file = openSync(path, 'w', 0o600)
  try {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length;) at += writeSync(file, piece, at)
    }
  } finally {
    closeSync(file)
  }
}

function forget(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // There is no folder either.
  }
}

function partsOf(table: DeckTable) {
  const arrays = Object.keys(ARRAYS).map((name) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of ARRAYS
    return [name, table[name as keyof typeof ARRAYS]] as const
  })
  const texts = TEXTS.flatMap((name) => [
    [`${name}.bytes`, table[name].bytes] as const,
    [`${name}.ends`, table[name].ends] as const,
  ])
  return [...arrays, ...texts]
}

type Lengths = z.infer<typeof headerSchema>['lengths']

function tableOf(buffer: ArrayBuffer, from: number, lengths: Lengths): DeckTable | undefined {
  let at = from
  let isWhole = true
  function take<View>(
    name: string,
    View: { new (of: ArrayBuffer, from: number, length: number): View; BYTES_PER_ELEMENT: number },
  ): View {
    const length = lengths[name] ?? 0
    const bytes = length * View.BYTES_PER_ELEMENT
    const fits = at + bytes <= buffer.byteLength
    isWhole &&= fits && lengths[name] !== undefined
    const view = new View(buffer, fits ? at : 0, fits ? length : 0)
    at += aligned(bytes)
    return view
  }
  const table: DeckTable = {
    codeStart: take('codeStart', ARRAYS.codeStart),
    codeLength: take('codeLength', ARRAYS.codeLength),
    parent: take('parent', ARRAYS.parent),
    firstRow: take('firstRow', ARRAYS.firstRow),
    lead: take('lead', ARRAYS.lead),
    fromMs: take('fromMs', ARRAYS.fromMs),
    toMs: take('toMs', ARRAYS.toMs),
    cover: take('cover', ARRAYS.cover),
    terms: take('terms', ARRAYS.terms),
    destination: take('destination', ARRAYS.destination),
    file: take('file', ARRAYS.file),
    line: take('line', ARRAYS.line),
    termsTexts: {
      bytes: take('termsTexts.bytes', Uint8Array),
      ends: take('termsTexts.ends', Uint32Array),
    },
    destinations: {
      bytes: take('destinations.bytes', Uint8Array),
      ends: take('destinations.ends', Uint32Array),
    },
  }
  return isWhole ? table : undefined
}

function headerOf(bytes: Uint8Array): z.infer<typeof headerSchema> | undefined {
  try {
    return headerSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data
  } catch {
    return undefined
  }
}

/** In one buffer of its own, so that the arrays are views of it. */
function bytesOf(path: string): ArrayBuffer | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    const buffer = new ArrayBuffer(fstatSync(file).size)
    const bytes = new Uint8Array(buffer)
    let at = 0
    while (at < bytes.length) {
      const count = readSync(file, bytes, at, bytes.length - at, null)
      if (count === 0) return undefined
      at += count
    }
    return buffer
  } catch {
    return undefined
  } finally {
    closeSync(file)
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}

function padding(bytes: number): Buffer {
  return Buffer.alloc(aligned(bytes) - bytes)
}

function forgetOld(folder: string): void {
  const kept = readdirSync(folder).filter((name) => name.endsWith(SUFFIX))
  if (kept.length <= KEPT_MAX) return
  const byAge = kept
    .map((name) => ({ name, usedMs: statSync(join(folder, name)).mtimeMs }))
    .toSorted((left, right) => right.usedMs - left.usedMs)
  for (const { name } of byAge.slice(KEPT_MAX)) rmSync(join(folder, name), { force: true })
}
