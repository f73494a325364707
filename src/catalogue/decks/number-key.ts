/**
 * A number, or the beginning of one, as the decks compare it: its digits as one integer, aligned to the
 * left. A code then is an interval of integers, and the codes of a number are those that contain it.
 */
import type { HomeCountry } from '../../core/accounts/accounts.ts'
import type { Direction } from '../../core/usage/usage.ts'

export interface NumberKey {
  /** The digits, filled up to KEY_DIGITS with zeros. */
  start: number
  length: number
  /** Digits after these are hidden: '+3161234****'. */
  isMasked: boolean
}

/** Those of E.164; what is longer is compared by its first ones. */
export const KEY_DIGITS = 15
/** How many integers a code of this length contains. */
export const WIDTHS: readonly number[] = Array.from(
  { length: KEY_DIGITS + 1 },
  (_, length) => 10 ** (KEY_DIGITS - length),
)

const CALLING_CODES: Readonly<Record<HomeCountry, string>> = { NL: '31', BE: '32' }
/** No number in E.164 form begins with 0, so that what is short at home can begin with it here. */
const SHORT_MARK = '0'
const PLUS = 43
const MASK = 42
const ZERO = 48

export interface NumberParties {
  readonly direction: Direction
  readonly sender: string
  readonly receiver: string
}

/** The number whose price is asked: who is called, or who calls in. */
export function otherParty({ direction, sender, receiver }: NumberParties): string {
  return direction === 'in' ? sender : receiver
}

export function createNumberKey(): NumberKey {
  return { start: 0, length: 0, isMasked: false }
}

/**
 * Fills the key with a number as usage has it: '+' and E.164 digits, or as dialled at home ('1850',
 * '09008844', which is the same as '+319008844'). False for what is no number: 'anonymous', 'ING Bank'.
 */
export function takeNumber(key: NumberKey, number: string, home: HomeCountry): boolean {
  key.start = 0
  key.length = 0
  key.isMasked = false
  let from = 0
  if (number.charCodeAt(0) === PLUS) from = 1
  else if (number.charCodeAt(0) === ZERO) {
    addDigits(key, CALLING_CODES[home], 0)
    from = 1
  } else addDigits(key, SHORT_MARK + CALLING_CODES[home], 0)
  const before = key.length
  const end = addDigits(key, number, from)
  if (key.length === before) return false
  if (end < number.length && key.length < KEY_DIGITS) {
    if (number.charCodeAt(end) !== MASK) return false
    key.isMasked = true
  }
  key.start *= WIDTHS[key.length]!
  return true
}

/** Returns the position after the last digit that was taken. */
function addDigits(key: NumberKey, text: string, from: number): number {
  let { start, length } = key
  let at = from
  for (; at < text.length && length < KEY_DIGITS; at += 1) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) break
    start = start * 10 + digit
    length += 1
  }
  key.start = start
  key.length = length
  return at
}

const HOME_CODE = /^(NL|BE):(\d{1,12})$/

/** A code as a file writes it: '447400', 'NL:1850', 'NL:09008844'. False for what is none. */
export function takeCode(key: NumberKey, code: string): boolean {
  if (isPlainCode(code)) return takeNumber(key, `+${code}`, 'NL')
  const home = HOME_CODE.exec(code)
  if (home === null) return false
  return takeNumber(key, home[2] ?? '', home[1] === 'BE' ? 'BE' : 'NL')
}

function isPlainCode(code: string): boolean {
  if (code.length === 0 || code.length > KEY_DIGITS) return false
  for (let at = 0; at < code.length; at += 1) {
    const digit = code.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9 || (digit === 0 && at === 0)) return false
  }
  return true
}

/** The code that the key of a row stands for, in its one form. */
export function codeText(start: number, length: number): string {
  const digits = String(start).padStart(KEY_DIGITS, '0').slice(0, length)
  if (!digits.startsWith(SHORT_MARK)) return digits
  const country = digits.startsWith(CALLING_CODES.BE, SHORT_MARK.length) ? 'BE' : 'NL'
  return `${country}:${digits.slice(SHORT_MARK.length + CALLING_CODES.NL.length)}`
}
