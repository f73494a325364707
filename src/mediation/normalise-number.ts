/**
 * A number as an exchange or operator wrote it → the form in which everybody else compares it:
 * '+' and E.164 digits, or a short code as dialled at home. Nothing is guessed: what fits no rule
 * of the source is `invalid` and keeps its digits.
 */
import type { HomeCountry } from '../core/accounts/accounts.ts'
import type { UsageKind } from '../core/usage/usage.ts'
import type { SpecialNumber } from '../catalogue/catalogue.ts'
import type { SourceConfig } from '../ingest/format.ts'
import { formatAdapter } from '../ingest/formats/format-registry.ts'
import { callingCodeAt, callingCodeOfNetwork } from './calling-codes.ts'
import { isPossibleNational, trunkPrefixOf } from './national-lengths.ts'
import {
  readMasked,
  readWritten,
  withoutBarePresentation,
  withoutBrackets,
  withoutFirstBrackets,
  withoutPresentation,
  withoutTrunkInBrackets,
} from './written-number.ts'

export type NumberForm =
  | 'e164'
  | 'masked'
  | 'short'
  | 'extension'
  | 'alphanumeric'
  | 'suppressed'
  | 'feature'
  | 'none'
  | 'invalid'

export interface NormalisedNumber {
  readonly form: NumberForm
  /**
   * '+31201234567', '+3161234****' (masked), '112', '201', 'ING Bank', 'anonymous', '*21#'; as it came
   * when invalid.
   */
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
const NO_NUMBER: NormalisedNumber = { form: 'none', value: '' }
const PLUS = 43
const STAR = 42
const HASH = 35
/** '****5678': the beginning is hidden, so nothing can be said; two stars are a feature code. */
const HIDDEN_START = '***'

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
    nationalIsVisited: formatAdapter(source.format).nationalIsVisited === true,
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
  const { text, digits, isSuppressed } = readWritten(raw)
  if (isSuppressed) return { form: 'suppressed', value: 'anonymous' }
  if (digits === '') return NO_NUMBER
  const call: Dialling = { raw, text, kind, visitedNetwork, rules }
  const first = withoutPresentation(digits) ?? digits
  const rest = withoutTechPrefix(first, rules.techPrefixes)
  const number = rest === first ? first : (withoutPresentation(rest) ?? rest)
  const code = number.charCodeAt(0)
  if (code !== STAR && code !== HASH) return unadorned(number, call)
  const afterCode = withoutBarePresentation(number)
  const called = afterCode === undefined ? NO_NUMBER : unadorned(afterCode, call)
  if (called.form === 'e164' || called.form === 'short') return called
  if (number.startsWith(HIDDEN_START)) return { form: 'invalid', value: raw }
  return { form: 'feature', value: withoutBrackets(digits) }
}

interface Dialling {
  readonly raw: string
  readonly text: string
  readonly kind: UsageKind
  readonly visitedNetwork: string
  readonly rules: NumberRules
}

/** Digits, perhaps with a plus, brackets, hidden digits or the key that ends dialling. */
function unadorned(number: string, call: Dialling): NormalisedNumber {
  const { raw, text, kind, visitedNetwork, rules } = call
  const masked = readMasked(number)
  if (masked !== undefined) return maskedNumber(masked, call)
  const digits = withoutFirstBrackets(number.endsWith('#') ? number.slice(0, -1) : number)
  if (digits.startsWith('+')) return international(digits.slice(1), kind, raw, rules)
  const plain = withoutBrackets(digits)
  if (!areDigits(plain, 0)) return alphanumeric(text, raw)
  if (plain !== digits && isWrittenFromAbroad(digits, rules)) {
    return international(withoutInternationalPrefix(digits, rules), kind, raw, rules)
  }
  return dialled(plain, kind, visitedNetwork, raw, rules)
}

/** Zeros stand for what is hidden: the length must be possible, and what is shown decides the rest. */
function maskedNumber(
  { shown, hiddenDigits }: { shown: string; hiddenDigits: number },
  call: Dialling,
): NormalisedNumber {
  const whole = unadorned(shown + '0'.repeat(hiddenDigits), call)
  if (whole.form !== 'e164') return { form: 'invalid', value: call.raw }
  const value = whole.value.slice(0, -hiddenDigits) + '*'.repeat(hiddenDigits)
  return { form: 'masked', value }
}

function isWrittenFromAbroad(digits: string, rules: NumberRules): boolean {
  if (withoutInternationalPrefix(digits, rules) !== digits) return true
  return rules.bareIsInternational && !digits.startsWith(rules.nationalPrefix || '0')
}

function withoutInternationalPrefix(digits: string, rules: NumberRules): string {
  const prefix = rules.internationalPrefixes.find((one) => digits.startsWith(one))
  return prefix === undefined ? digits : digits.slice(prefix.length)
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
  given: string,
  kind: UsageKind,
  raw: string,
  rules: NumberRules,
): NormalisedNumber {
  const digits = given.includes('(') ? withoutTrunkInBrackets(given) : given
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
    const code =
      visitedNetwork === '' ? rules.homeCode : callingCodeOfNetwork(visitedNetwork, digits)
    if (code === undefined) return { form: 'invalid', value: raw }
    return e164(`+${code}${withoutTrunk(digits, code)}`, raw)
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

/** A trunk prefix that is no zero could be a part of the number: only where that fits better. */
function withoutTrunk(digits: string, callingCode: string): string {
  const trunk = trunkPrefixOf(callingCode)
  if (trunk === '' || !digits.startsWith(trunk)) return digits
  const code = Number.parseInt(callingCode, 10)
  if (trunk !== '0' && isPossibleNational(code, digits, 0)) return digits
  return digits.slice(trunk.length)
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
  const code = callingCodeAt(value, 1)
  if (code === 0) return false
  return isPossibleNational(code, value, code < 10 ? 2 : code < 100 ? 3 : 4)
}
