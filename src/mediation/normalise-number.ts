/**
 * A number as an exchange or operator wrote it → the form in which everybody else compares it:
 * '+' and E.164 digits, or a short code as dialled at home. Nothing is guessed: what fits no rule
 * of the source is `invalid` and keeps its digits.
 */
import type { HomeCountry } from '../core/accounts.ts'
import type { UsageKind } from '../core/usage.ts'
import type { SpecialNumber } from '../catalogue/catalogue.ts'
import type { SourceConfig } from '../ingest/format.ts'
import { callingCodeLength, callingCodeOfNetwork } from './calling-codes.ts'

export type NumberForm =
  'e164' | 'short' | 'extension' | 'alphanumeric' | 'suppressed' | 'feature' | 'none' | 'invalid'

export interface NormalisedNumber {
  readonly form: NumberForm
  /** '+31201234567', '112', '201', 'ING Bank', 'anonymous', '*21#'; as it came when invalid. */
  readonly value: string
}

export interface NumberNormaliser {
  /** `visitedNetwork` ('MCC-MNC' or '') matters to formats whose numbers may be national abroad. */
  normalise(raw: string, kind: UsageKind, visitedNetwork: string): NormalisedNumber
}

const HOME_CALLING_CODES: Readonly<Record<HomeCountry, string>> = { NL: '31', BE: '32' }
/** ITU-T E.164: at most 15 digits; shorter than 7 exists in no plan that we reach. */
const E164_DIGITS = { min: 7, max: 15 }
/** '116117' and '140345' are the longest short codes; longer digits are a number. */
const SHORT_CODE_DIGITS_MAX = 6
/** GSM 03.40: eleven characters in an alphanumeric address. */
const ALPHANUMERIC_MAX = 11
const SEPARATORS = /[\s\-./()]/g
const URI = /^(?:sips?|tel):([^@;]*)/i
const SUPPRESSED = /^(?:anonymous|unknown|<unknown>|restricted|private|withheld|unavailable)$/i
/** Prefixes of the caller that show or hide the number for one call; the digits follow. */
const PRESENTATION = /^[*#]31#(?=.)/
const NO_NUMBER: NormalisedNumber = { form: 'none', value: '' }
const PLUS = 43

/** A normaliser by the rules of one source. Its answers are immutable. */
export function createNumberNormaliser(
  source: SourceConfig,
  specialNumbers: readonly SpecialNumber[],
): NumberNormaliser {
  const rules = compileRules(source, specialNumbers)
  return {
    normalise(raw, kind, visitedNetwork) {
      if (raw === '') return NO_NUMBER
      if (rules.techPrefixes.length === 0) {
        if (raw.charCodeAt(0) === PLUS) {
          if (areDigits(raw, 1) && isE164(raw)) return { form: 'e164', value: raw }
        } else if (areDigits(raw, 0)) {
          return dialled(raw, kind, visitedNetwork, raw, rules)
        }
      }
      return written(raw, kind, visitedNetwork, rules)
    },
  }
}

interface NumberRules {
  readonly homeCode: string
  readonly techPrefixes: readonly string[]
  /** Longest first, without ''. */
  readonly internationalPrefixes: readonly string[]
  readonly bareIsInternational: boolean
  readonly nationalPrefix: string
  readonly nationalIsVisited: boolean
  readonly extensionDigits: SourceConfig['extensionDigits']
  readonly shortCodes: readonly SpecialNumber[]
}

function compileRules(source: SourceConfig, special: readonly SpecialNumber[]): NumberRules {
  return {
    homeCode: HOME_CALLING_CODES[source.homeCountry],
    techPrefixes: source.techPrefixes.toSorted(longerFirst),
    internationalPrefixes: source.internationalPrefixes
      .filter((prefix) => prefix !== '')
      .toSorted(longerFirst),
    bareIsInternational: source.internationalPrefixes.includes(''),
    nationalPrefix: source.nationalPrefix,
    nationalIsVisited: source.format === 'tap3',
    extensionDigits: source.extensionDigits,
    shortCodes: special.filter(
      ({ country, digits }) =>
        country === source.homeCountry && !digits.startsWith(source.nationalPrefix || '0'),
    ),
  }
}

function longerFirst(left: string, right: string): number {
  return right.length - left.length
}

/** Anything that a person or a device may have written around the digits. */
function written(
  raw: string,
  kind: UsageKind,
  visitedNetwork: string,
  rules: NumberRules,
): NormalisedNumber {
  const text = URI.exec(raw)?.[1] ?? raw
  if (SUPPRESSED.test(text)) return { form: 'suppressed', value: 'anonymous' }
  let digits = text.replace(SEPARATORS, '')
  if (digits === '') return NO_NUMBER
  digits = withoutTechPrefix(digits.replace(PRESENTATION, ''), rules.techPrefixes)
  if (digits.startsWith('+')) return international(digits.slice(1), kind, raw, rules)
  if (digits.startsWith('*') || digits.startsWith('#')) return { form: 'feature', value: digits }
  if (!areDigits(digits, 0)) return alphanumeric(text, raw)
  return dialled(digits, kind, visitedNetwork, raw, rules)
}

/** Digits only, as somebody dialled them. */
function dialled(
  digits: string,
  kind: UsageKind,
  visitedNetwork: string,
  raw: string,
  rules: NumberRules,
): NormalisedNumber {
  for (const prefix of rules.internationalPrefixes) {
    if (digits.startsWith(prefix)) {
      return international(digits.slice(prefix.length), kind, raw, rules)
    }
  }
  if (isShortCode(digits, kind, rules)) return { form: 'short', value: digits }
  return national(digits, visitedNetwork, raw, rules)
}

/** After '+' or an international prefix. Carriers also write short codes as '+31112'. */
function international(
  digits: string,
  kind: UsageKind,
  raw: string,
  rules: NumberRules,
): NormalisedNumber {
  const value = `+${digits}`
  if (areDigits(digits, 0) && isE164(value)) return { form: 'e164', value }
  if (digits.startsWith(rules.homeCode)) {
    const short = digits.slice(rules.homeCode.length)
    if (isShortCode(short, kind, rules)) return { form: 'short', value: short }
  }
  return { form: 'invalid', value: raw }
}

/** Digits that are neither international nor a short code. */
function national(
  digits: string,
  visitedNetwork: string,
  raw: string,
  rules: NumberRules,
): NormalisedNumber {
  const { min, max } = rules.extensionDigits
  if (digits.length >= min && digits.length <= max) return { form: 'extension', value: digits }

  const prefix = rules.nationalPrefix
  if (rules.nationalIsVisited) {
    const code = visitedNetwork === '' ? rules.homeCode : callingCodeOfNetwork(visitedNetwork)
    if (code === undefined) return { form: 'invalid', value: raw }
    return e164(`+${code}${withoutTrunkZero(digits, code)}`, raw)
  }
  if (prefix !== '' && digits.startsWith(prefix)) {
    return e164(`+${rules.homeCode}${digits.slice(prefix.length)}`, raw)
  }
  if (rules.bareIsInternational) return e164(`+${digits}`, raw)
  if (prefix === '') return e164(`+${rules.homeCode}${digits}`, raw)
  return { form: 'invalid', value: raw }
}

function e164(value: string, raw: string): NormalisedNumber {
  return isE164(value) ? { form: 'e164', value } : { form: 'invalid', value: raw }
}

/** Italy and San Marino keep the zero; everywhere else in a national number it is a trunk prefix. */
function withoutTrunkZero(digits: string, callingCode: string): string {
  if (callingCode === '39' || callingCode === '378') return digits
  return digits.startsWith('0') ? digits.slice(1) : digits
}

function withoutTechPrefix(digits: string, techPrefixes: readonly string[]): string {
  for (const prefix of techPrefixes) {
    if (digits.startsWith(prefix)) return digits.slice(prefix.length)
  }
  return digits
}

function alphanumeric(text: string, raw: string): NormalisedNumber {
  const value = text.trim()
  if (/\p{L}/u.test(value) && value.length <= ALPHANUMERIC_MAX) {
    return { form: 'alphanumeric', value }
  }
  return { form: 'invalid', value: raw }
}

function isShortCode(digits: string, kind: UsageKind, rules: NumberRules): boolean {
  if (digits.length > SHORT_CODE_DIGITS_MAX) return false
  for (const special of rules.shortCodes) {
    if (special.kinds.length > 0 && !special.kinds.includes(kind)) continue
    if (special.exact ? digits === special.digits : digits.startsWith(special.digits)) return true
  }
  return false
}

/** At least one digit from `from` on, and nothing else. */
function areDigits(text: string, from: number): boolean {
  for (let index = from; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 48 || code > 57) return false
  }
  return text.length > from
}

/** `value` is '+' and digits only. */
function isE164(value: string): boolean {
  const digits = value.length - 1
  if (digits < E164_DIGITS.min || digits > E164_DIGITS.max) return false
  if (value.startsWith('+31')) return isDutch(value)
  if (value.startsWith('+32')) return isBelgian(value)
  return callingCodeLength(value, 1) > 0
}

/**
 * Lengths of the Dutch plan, national digits without the zero: 9, but 10-11 for machine numbers
 * (097) and 7-10 for service numbers (0800, 0900, 0906, 0909) and 0676 (dial-in).
 */
function isDutch(value: string): boolean {
  const digits = value.length - 3
  if (value.charCodeAt(3) === 48) return false
  if (value.startsWith('97', 3)) return digits === 9 || digits === 11
  if (value.startsWith('800', 3) || value.startsWith('90', 3)) return digits >= 7 && digits <= 10
  if (value.startsWith('676', 3)) return digits >= 6 && digits <= 9
  return digits === 9
}

/** Lengths of the Belgian plan: 8, but 9 for mobile numbers (045-049) and 8-11 for 077 (machines). */
function isBelgian(value: string): boolean {
  const digits = value.length - 3
  const first = value.charCodeAt(3)
  if (first === 48) return false
  const second = value.charCodeAt(4)
  if (first === 52 && second >= 53 && second <= 57) return digits === 9
  if (value.startsWith('77', 3)) return digits >= 8 && digits <= 11
  return digits === 8
}
