/**
 * What people and devices write around the digits of a number: addresses, names, brackets, blanks,
 * codes that hide the caller for one call, the key that ends dialling, stars for digits that are kept
 * secret. The same number must come out whatever stands around it, so every decoder hands over the
 * field as it came and only this place takes things off.
 */
import { callingCodeAt } from './calling-codes.ts'
import { trunkPrefixOf } from './national-lengths.ts'

const SUPPRESSED = /^(?:anonymous|unknown|<unknown>|restricted|private|withheld|unavailable)$/i
/** 'sip:+31…@host', 'tel:+31…;ext=3', '0612345678@host'. */
const ADDRESS = /^(?:(?:sips?|tel):([^@;]*)|([^@;\s]+)@)/i
/** '"Jan" <201>', 'Jan<sip:+31…@host>': what stands in the last brackets, when it may be a number. */
const AFTER_NAME = /<((?:sips?:|tel:)?[+*#\d(][^<>]*)>\s*$/i
/** Characters that an address may not hold as they are. */
const ESCAPED = /%(23|2a|2b|28|29|20)/gi
/** Blanks, dashes of all kinds, dots, slashes, and marks of direction that word processors add. */
const SEPARATORS = /[\s\-./\u00AD\u200B-\u200F\u2010-\u2015\u202A-\u202E\u2060\uFEFF]/g
const BRACKETS = /[()]/g
/** Shows or hides the caller's number for one call; the number follows. '*31*' is KPN's. */
const PRESENTATION = /^[*#]31[#*](?=[+\d(])/
/** The same in North America, with nothing between the code and the number. */
const PRESENTATION_BARE = /^\*(?:67|82)(?=[+\d(])/
/** Digits and then two stars (or x) at least: the rest of the number is kept secret. */
const MASKED = /^(\+?[\d()]{3,})([*x]{2,})$/i
const TRUNK_IN_BRACKETS = /^(\d+)\((\d+)\)(\d*)$/

export interface WrittenNumber {
  /** As it came, without the address or name around it. */
  readonly text: string
  /** Digits with what may mean something: a leading '+', '*', '#', brackets. */
  readonly digits: string
  readonly isSuppressed: boolean
}

/** The field without what carries no meaning. */
export function readWritten(raw: string): WrittenNumber {
  const named = AFTER_NAME.exec(raw)?.[1] ?? raw
  const address = ADDRESS.exec(named)
  const bare = address === null ? named : (address[1] ?? address[2] ?? '')
  const text = bare.includes('%') ? bare.replace(ESCAPED, (code) => decodeURIComponent(code)) : bare
  const isSuppressed = SUPPRESSED.test(text)
  return { text, digits: text.replace(SEPARATORS, ''), isSuppressed }
}

/** Without a code that shows or hides the caller; undefined when there is none before a number. */
export function withoutPresentation(digits: string): string | undefined {
  const rest = digits.replace(PRESENTATION, '')
  return rest === digits ? undefined : rest
}

/** The same for codes that could as well begin a feature code: the rest must prove to be a number. */
export function withoutBarePresentation(digits: string): string | undefined {
  const rest = digits.replace(PRESENTATION_BARE, '')
  return rest === digits ? undefined : rest
}

/** The number with zeros for what is hidden, and how many digits that are; undefined if none are. */
export function readMasked(digits: string): { shown: string; hiddenDigits: number } | undefined {
  const found = MASKED.exec(digits)
  if (found === null) return undefined
  const [, shown = '', hidden = ''] = found
  return { shown, hiddenDigits: hidden.length }
}

/**
 * International digits, '44(0)7700900123': a trunk prefix in brackets after the calling code is not
 * dialled from abroad, and is dropped; where numbers keep their zero it stays.
 */
export function withoutTrunkInBrackets(digits: string): string {
  const [, code = '', inside = '', rest = ''] = TRUNK_IN_BRACKETS.exec(digits) ?? []
  const callingCode = callingCodeAt(code, 0)
  if (callingCode === 0 || `${callingCode}` !== code) return withoutBrackets(digits)
  const trunk = trunkPrefixOf(code)
  if (inside === trunk) return code + rest
  if (trunk === '0' && inside.startsWith('0')) return code + inside.slice(1) + rest
  return code + inside + rest
}

export function withoutBrackets(digits: string): string {
  return digits.replace(BRACKETS, '')
}

/** '(020)1234567' and '(+44)7700900123' and '+(44)…' are brackets around what comes first. */
export function withoutFirstBrackets(digits: string): string {
  return digits.replace(/^(\+?)\((\+?\d+)\)/, '$1$2')
}
