/** A cell of a workbook as text: what it holds, not how a narrow column shows it. */
import { Decimal } from 'decimal.js'

export interface SheetCell {
  /** s: a shared text, str and inlineStr: a text, b: a truth, e: an error; else a number. */
  readonly type: string
  readonly style: string
  readonly value: string
}

export interface SheetRules {
  readonly strings: readonly string[]
  isDate(style: string): boolean
  /** Days are counted from 1904, as old Macintoshes did. */
  readonly is1904: boolean
}

export function cellText({ type, style, value }: SheetCell, rules: SheetRules): string {
  if (type === 's') return rules.strings[Number(value)] ?? ''
  if (type === 'str' || type === 'inlineStr' || type === 'e' || value === '') return value
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE'
  if (type === 'd' || !/^-?\d{1,400}(?:\.\d{1,400})?(?:E[+-]?\d{1,3})?$/i.test(value)) return value
  return rules.isDate(style) ? dateText(value, rules.is1904) : numberText(value)
}

/** Is a number with this format shown as a date? `code` is the format's own, of those that a file defines. */
export function isDateFormat(id: string, code: string | undefined): boolean {
  const number = Number(id)
  if (code === undefined) return (number >= 14 && number <= 22) || (number >= 45 && number <= 47)
  const plain = code.replaceAll(/"[^"]{0,80}"|\\.|\[[^\]]{0,40}\]/g, '')
  return /[dmyh]/i.test(plain) && !/[0#?]/.test(plain)
}

/** A spreadsheet keeps 15 digits; what a binary fraction has beyond them was never written. */
const DIGITS = 15
const Written = Decimal.clone({ precision: DIGITS, toExpPos: 9_000, toExpNeg: -9_000 })

function numberText(value: string): string {
  return new Written(value).toSignificantDigits(DIGITS).toFixed()
}

/** Days from 1899-12-30, or from 1904-01-01, to 1970-01-01. */
const EPOCH_1900 = 25_569
const EPOCH_1904 = 24_107
const DAY_MS = 86_400_000

function dateText(value: string, is1904: boolean): string {
  const days = Number(value) - (is1904 ? EPOCH_1904 : EPOCH_1900)
  const atMs = Math.round(days * 86_400) * 1_000
  if (!Number.isFinite(atMs) || Math.abs(atMs) > YEARS_MS) return value
  const iso = new Date(atMs).toISOString()
  return atMs % DAY_MS === 0 ? iso.slice(0, 10) : iso.slice(0, 16).replace('T', ' ')
}

const YEARS_MS = 8_000 * 366 * DAY_MS
