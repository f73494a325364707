/**
 * The codes of a row: `+44`, `0044`, `44 7400, 7401`, `447400-447499`, a country's code and the area in
 * two columns. What could be read in two ways is refused: a code read wrongly prices other people's calls.
 */
import { codesOfRange } from './codes-of-range.ts'
import { spreadsheetDamage } from './spreadsheet-damage.ts'

/** Digits without + or 00, each once; or why the cells hold none, one sentence. */
export function readCodes(cells: readonly string[]): string[] | string {
  const [first = '', second = ''] = cells.map(plain)
  const damage = spreadsheetDamage(first, 'code') || spreadsheetDamage(second, 'area')
  if (damage !== '') return damage
  if (first === '') return 'it has no code'
  const codes = cells.length === 1 ? codesOfCell(first) : codesOfArea(first, second)
  if (typeof codes === 'string') return codes
  for (const code of codes) {
    const problem = codeProblem(code)
    if (problem !== '') return problem
  }
  return [...new Set(codes)]
}

function plain(cell: string): string {
  return cell.replaceAll('\u00A0', ' ').replace(/^'/, '').trim()
}

/** Between the codes of one cell. */
const SEPARATOR = /[,;/|\n]/

function codesOfArea(country: string, area: string): string[] | string {
  const head = digitsOf(country)
  if (head === undefined) return `the country's code "${country}" is no number`
  if (area === '') return [head]
  const codes: string[] = []
  for (const item of itemsOf(area)) {
    if (/^(?:\+|00)/.test(item) && digitsOf(item.split('-')[0] ?? '')?.startsWith(head) === false) {
      return `the area "${item}" is a whole code, and not of the country ${head}`
    }
    const lone = item.startsWith('00') ? '' : (/^\d{1,20}/.exec(item)?.[0] ?? '')
    if (lone.startsWith('0') && !ZERO_IS_KEPT.has(head)) {
      return `the area "${item}" begins with 0, which is not dialled after ${head}`
    }
    const more = codesOfItem(item, { head, example: '', isFirst: false })
    if (typeof more === 'string') return more
    codes.push(...more)
  }
  return codes
}

function codesOfCell(cell: string): string[] | string {
  const items = itemsOf(cell)
  const [first = ''] = items
  const words = first.split(/\s+/)
  const head = words.length > 1 ? (digitsOf(words[0] ?? '') ?? '') : ''
  const example = digitsOf(first.split('-')[0] ?? '') ?? ''
  const codes: string[] = []
  for (const [index, item] of items.entries()) {
    const more = codesOfItem(item, { head, example, isFirst: index === 0 })
    if (typeof more === 'string') return more
    codes.push(...more)
  }
  return codes
}

function itemsOf(cell: string): string[] {
  return cell
    .replaceAll('–', '-')
    .replaceAll(/ ?- ?/g, '-')
    .split(SEPARATOR)
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

interface Around {
  /** The country's code that items without one take from the first. */
  readonly head: string
  /** The first code of the cell, to tell by its length whether another is whole. */
  readonly example: string
  readonly isFirst: boolean
}

function codesOfItem(item: string, around: Around): string[] | string {
  const [from = '', to, ...rest] = item.split('-')
  const start = wholeCode(from, item, around)
  if (start.problem !== '') return start.problem
  if (to === undefined) return [start.code]
  const end = digitsOf(to)
  if (end === undefined || rest.length > 0) return `"${item}" is neither a code nor a range`
  const own = digitsOf(from) ?? ''
  if (end.length > own.length && around.head === '') return [`${own}${end}`] // 1-242: country and area.
  if (end.length > own.length) return `"${item}" is neither a code nor a range`
  if (start.code.length <= 2)
    return `"${item}" may be a range or a country and an area: write it out`
  const last = end.length > start.code.length ? end : start.code.slice(0, -end.length) + end
  const codes = codesOfRange(start.code, last)
  return codes.length === 0 ? `the range "${item}" ends before it begins` : codes
}

function wholeCode(
  text: string,
  item: string,
  { head, example, isFirst }: Around,
): { code: string; problem: string } {
  const digits = digitsOf(text)
  if (digits === undefined) return { code: '', problem: codeText(text) }
  const saysCountry = isFirst || /^(?:\+|00)/.test(text.trim()) || /\d\s+\d/.test(text.trim())
  if (saysCountry) return { code: digits, problem: '' }
  if (head === '') {
    const isUnlike = digits.length < example.length && digits[0] !== example[0]
    const problem = isUnlike
      ? `"${item}" may be whole, or the end of ${example}: write codes whole`
      : ''
    return { code: digits, problem }
  }
  if (!digits.startsWith(head)) return { code: head + digits, problem: '' }
  if (digits.length === example.length) return { code: digits, problem: '' }
  if (example === '') return { code: head + digits, problem: '' } // The country has a column of its own.
  return { code: '', problem: `"${item}" may be whole, or stand after ${head}: write codes whole` }
}

/** Without +, 00 and blanks; undefined where anything else is in it. */
function digitsOf(text: string): string | undefined {
  const compact = text.replaceAll(/[\s()]/g, '')
  const digits = compact.startsWith('+') ? compact.slice(1) : compact.replace(/^00/, '')
  return /^\d+$/.test(digits) ? digits : undefined
}

function codeText(text: string): string {
  if (/^\d+[.,]0+$/.test(text)) return `the code "${text}" has decimals, which a spreadsheet added`
  if (/^\d+[.,]\d+$/.test(text)) {
    return `the code "${text}" is a decimal that a spreadsheet made: zeros at its end may be lost`
  }
  return `"${text}" is no code`
}

const CODE_DIGITS_MAX = 15

function codeProblem(code: string): string {
  if (code.length > CODE_DIGITS_MAX)
    return `the code ${code} has more than ${CODE_DIGITS_MAX} digits`
  if (code.startsWith('0')) return `the code ${code} begins with 0: the country's code is missing`
  const lost = LOST_ZERO.find(
    ([head, areas]) => code.startsWith(head) && areas.includes(code[head.length] ?? '-'),
  )
  if (lost === undefined) return ''
  const [head] = lost
  return `the code ${code} lost the 0 after ${head}, as spreadsheets do: it is ${head}0${code.slice(head.length)}`
}

/** Countries whose areas are dialled with their 0. */
const ZERO_IS_KEPT: ReadonlySet<string> = new Set(['39', '225', '241', '242', '378', '379'])

/** What no number there begins with, but an area does that lost its 0. */
const LOST_ZERO: readonly (readonly [head: string, digits: string])[] = [
  ['39', '269'],
  ['378', '5'],
]
