/**
 * The rows of a deck's files → the table that is searched. Of several files the later `from` wins; within
 * one file two rows of a code may not hold at once.
 */
import type { CatalogueProblem } from '../read/catalogue-problem.ts'
import { LEAD_DIGITS } from './find-row.ts'
import { codeText, WIDTHS } from './number-key.ts'
import type { DeckTable } from './price-deck.ts'
import type { TextTable } from './text-table.ts'

/** One number a row in each list. */
export interface DeckRowLists {
  readonly start: number[]
  readonly length: number[]
  readonly fromMs: number[]
  readonly toMs: number[]
  readonly cover: number[]
  readonly terms: number[]
  readonly destination: number[]
  readonly file: number[]
  readonly line: number[]
}

export function createRowLists(): DeckRowLists {
  return {
    start: [],
    length: [],
    fromMs: [],
    toMs: [],
    cover: [],
    terms: [],
    destination: [],
    file: [],
    line: [],
  }
}

export function compileTable(
  rows: DeckRowLists,
  texts: { readonly termsTexts: TextTable; readonly destinations: TextTable },
  files: readonly string[],
): { readonly table: DeckTable; readonly problems: readonly CatalogueProblem[] } {
  const order = sortedRows(rows)
  const count = order.length
  const firsts = firstRows(rows, order)
  const codesCount = firsts.length
  const problems = endOverlaps(rows, order, firsts, files)
  const codeStart = new Float64Array(codesCount)
  const codeLength = new Uint8Array(codesCount)
  const firstRow = new Uint32Array(codesCount + 1)
  for (const [code, first] of firsts.entries()) {
    codeStart[code] = rows.start[order[first]!]!
    codeLength[code] = rows.length[order[first]!]!
    firstRow[code] = first
  }
  firstRow[codesCount] = count
  const table: DeckTable = {
    codeStart,
    codeLength,
    parent: parentsOf(codeStart, codeLength),
    firstRow,
    lead: leadOf(codeStart),
    fromMs: Float64Array.from(order, (row) => rows.fromMs[row]!),
    toMs: Float64Array.from(order, (row) => rows.toMs[row]!),
    cover: Uint8Array.from(order, (row) => rows.cover[row]!),
    terms: Uint32Array.from(order, (row) => rows.terms[row]!),
    destination: Uint32Array.from(order, (row) => rows.destination[row]!),
    file: Uint16Array.from(order, (row) => rows.file[row]!),
    line: Uint32Array.from(order, (row) => rows.line[row]!),
    ...texts,
  }
  return { table, problems }
}

/** By code, the shorter of two that begin alike first, then by date, then by file. */
function sortedRows(rows: DeckRowLists): Uint32Array {
  const order = Uint32Array.from(rows.start, (_, row) => row)
  const { start, length, fromMs, file } = rows
  const compare = (left: number, right: number): number =>
    start[left]! - start[right]! ||
    length[left]! - length[right]! ||
    compareInstants(fromMs[left]!, fromMs[right]!) ||
    file[left]! - file[right]! ||
    left - right
  for (let at = 1; at < order.length; at += 1) {
    if (compare(order[at - 1]!, order[at]!) > 0) return order.sort(compare)
  }
  return order
}

/** Minus infinity less itself is no number. */
function compareInstants(left: number, right: number): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

/** Where in the order the rows of each code begin. */
function firstRows({ start, length }: DeckRowLists, order: Uint32Array): number[] {
  const firsts: number[] = []
  for (let at = 0; at < order.length; at += 1) {
    const row = order[at]!
    const before = order[at - 1]
    const isSame =
      before !== undefined && start[before] === start[row] && length[before] === length[row]
    if (!isSame) firsts.push(at)
  }
  return firsts
}

const OVERLAPS_SHOWN_MAX = 1000

/** Ends each row where the next of its code begins, and says so. */
function endOverlaps(
  rows: DeckRowLists,
  order: Uint32Array,
  firsts: readonly number[],
  files: readonly string[],
): CatalogueProblem[] {
  const errors: CatalogueProblem[] = []
  const endedBetween = new Map<string, { count: number; row: number; by: number }>()
  for (const [code, first] of firsts.entries()) {
    const end = firsts[code + 1] ?? order.length
    for (let at = first; at + 1 < end; at += 1) {
      const earlier = order[at]!
      const later = order[at + 1]!
      if (rows.fromMs[later]! >= rows.toMs[earlier]!) continue
      const isOneFile = rows.file[earlier] === rows.file[later]
      if (isOneFile || rows.fromMs[earlier] === rows.fromMs[later]) {
        if (errors.length < OVERLAPS_SHOWN_MAX) errors.push(clash(rows, { earlier, later }, files))
        continue
      }
      if (rows.toMs[earlier] !== Infinity) {
        const key = `${rows.file[earlier]} ${rows.file[later]}`
        const known = endedBetween.get(key)
        if (known === undefined) endedBetween.set(key, { count: 1, row: earlier, by: later })
        else known.count += 1
      }
      rows.toMs[earlier] = rows.fromMs[later]!
    }
  }
  const warnings = [...endedBetween.values()].map(({ count, row, by }): CatalogueProblem => {
    const others = count === 1 ? '' : `, and so ${count - 1} more of its codes`
    const message =
      `the code ${codeOf(rows, row)} overlaps in time with ${placeOf(rows, by, files)}, ` +
      `whose later "from" wins${others}`
    const file = files[rows.file[row]!] ?? ''
    return { severity: 'warning', file, line: rows.line[row]!, message }
  })
  return [...errors, ...warnings]
}

function clash(
  rows: DeckRowLists,
  { earlier, later }: { readonly earlier: number; readonly later: number },
  files: readonly string[],
): CatalogueProblem {
  const isSameStart = rows.fromMs[earlier] === rows.fromMs[later]
  const place = placeOf(rows, earlier, files)
  const code = codeOf(rows, later)
  const message = isSameStart
    ? `the code ${code} is already in ${place} from the same date`
    : `the code ${code} overlaps in time with ${place}: end that row where this one begins`
  const file = files[rows.file[later]!] ?? ''
  return { severity: 'error', file, line: rows.line[later]!, message }
}

function placeOf(rows: DeckRowLists, row: number, files: readonly string[]): string {
  return `${files[rows.file[row]!]}:${rows.line[row]}`
}

function codeOf(rows: DeckRowLists, row: number): string {
  return codeText(rows.start[row]!, rows.length[row]!)
}

/** The codes that contain the one before are a stack; what does not contain this one is taken off. */
function parentsOf(codeStart: Float64Array, codeLength: Uint8Array): Int32Array {
  const parents = new Int32Array(codeStart.length)
  const around: number[] = []
  for (let code = 0; code < codeStart.length; code += 1) {
    while (around.length > 0) {
      const top = around.at(-1)!
      if (codeStart[code]! < codeStart[top]! + WIDTHS[codeLength[top]!]!) break
      around.pop()
    }
    parents[code] = around.at(-1) ?? -1
    around.push(code)
  }
  return parents
}

function leadOf(codeStart: Float64Array): Uint32Array {
  const count = 10 ** LEAD_DIGITS
  const width = WIDTHS[LEAD_DIGITS]!
  const lead = new Uint32Array(count + 1)
  let code = 0
  for (let leading = 0; leading <= count; leading += 1) {
    while (code < codeStart.length && codeStart[code]! < leading * width) code += 1
    lead[leading] = code
  }
  return lead
}
