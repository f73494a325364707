/**
 * Decimals of a text times a whole factor, to whole numbers, without a floating-point step. Programs
 * print small numbers with an exponent (`1.2589E-4`) and Java also large ones (`9.2160428E7`): these
 * are exact. `9.22E+07` is how a spreadsheet shows a number whose digits it has lost, so it is none.
 */
import type { RoundingMode } from '../../core/money/money.ts'
import { unreachable } from '../../core/failures/outcome.ts'
import { wholeNumber } from './digits.ts'

/** Longer numbers are misread fields, and would make the arithmetic slow. */
const DIGITS_MAX = 40

/**
 * `text × factor / divisor`, rounded; NaN when the text is no such number or the result is not safe.
 * Factor and divisor are positive safe integers.
 */
export function scaledDecimal(
  text: string,
  decimalMark: string,
  scale: { readonly factor: number; readonly divisor: number; readonly rounding: RoundingMode },
): number {
  const whole = wholeNumber(text)
  if (!Number.isNaN(whole)) {
    const product = whole * scale.factor
    if (Number.isSafeInteger(product)) return divided(product, scale.divisor, scale.rounding)
  }
  return scaledSum([text], decimalMark, scale)
}

/** The same of the sum of several texts, rounded once. */
export function scaledSum(
  texts: readonly string[],
  decimalMark: string,
  scale: { readonly factor: number; readonly divisor: number; readonly rounding: RoundingMode },
): number {
  const decimals: Decimal[] = []
  for (const text of texts) {
    const decimal = decimalOf(text, decimalMark)
    if (decimal === undefined) return Number.NaN
    decimals.push(decimal)
  }
  const smallest = Math.min(0, ...decimals.map(({ exponent }) => exponent))
  let sum = 0n
  for (const { digits, exponent } of decimals) {
    sum += BigInt(digits) * 10n ** BigInt(exponent - smallest)
  }
  const divisor = BigInt(scale.divisor) * 10n ** BigInt(-smallest)
  const quotient = Number(dividedBig(sum * BigInt(scale.factor), divisor, scale.rounding))
  return Number.isSafeInteger(quotient) ? quotient : Number.NaN
}

/** A number that a spreadsheet has shortened: what its digits were cannot be told. */
export function hasLostDigits(text: string): boolean {
  return /^\d(?:[.,]\d+)?[eE]\+\d+$/.test(text)
}

interface Decimal {
  readonly digits: string
  readonly exponent: number
}

function decimalOf(text: string, decimalMark: string): Decimal | undefined {
  if (text.length > DIGITS_MAX) return undefined
  const parts = (decimalMark === ',' ? WITH_COMMA : WITH_POINT).exec(text)
  if (parts === null) return undefined
  const [, whole = '', decimals = '', mantissaExponent = '0'] = parts
  const digits = whole + decimals
  const exponent = Number(mantissaExponent)
  const isWholeMantissa = decimals === ''
  if (digits === '' || Math.abs(exponent) > DIGITS_MAX) return undefined
  if (exponent > 0 && isWholeMantissa) return undefined
  return { digits, exponent: exponent - decimals.length }
}

/** No '+' before the exponent: see hasLostDigits. */
const WITH_POINT = /^(\d*)(?:\.(\d+))?(?:[eE](-?\d{1,2}))?$/
const WITH_COMMA = /^(\d*)(?:,(\d+))?(?:[eE](-?\d{1,2}))?$/

function divided(product: number, divisor: number, rounding: RoundingMode): number {
  if (divisor === 1) return product
  const remainder = product % divisor
  const quotient = (product - remainder) / divisor
  return quotient + (isRoundedUp(remainder * 2 >= divisor, remainder > 0, rounding) ? 1 : 0)
}

function dividedBig(product: bigint, divisor: bigint, rounding: RoundingMode): bigint {
  const remainder = product % divisor
  const quotient = product / divisor
  return quotient + (isRoundedUp(remainder * 2n >= divisor, remainder > 0n, rounding) ? 1n : 0n)
}

function isRoundedUp(isHalfOrMore: boolean, hasRest: boolean, rounding: RoundingMode): boolean {
  switch (rounding) {
    case 'up':
      return hasRest
    case 'down':
      return false
    case 'half-up':
      return isHalfOrMore && hasRest
    default:
      return unreachable(rounding)
  }
}
