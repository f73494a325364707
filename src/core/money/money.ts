/**
 * Money: an integer count of millionths of the currency (10⁻⁶), never a fraction.
 *
 * The count is a JavaScript number that is checked to be a safe integer, so every value up to
 * 9,007,199,254.740991 EUR is exact (docs/decisions/0002 compares this with bigint). This is the
 * only module that divides money; each function says how it rounds. Overflow throws.
 */
import { Decimal } from 'decimal.js'
import { TikError } from '../failures/errors.ts'

declare const unit: unique symbol
/** Millionths of the currency unit: 1 EUR = 1_000_000. Always a safe integer. */
export type Micros = number & { readonly [unit]: 'micros' }

export const MICROS_PER_UNIT = 1_000_000
export const MICROS_PER_CENT = 10_000

export type RoundingMode = 'half-up' | 'up' | 'down'

/** Brands an integer count of micros. Throws `money_overflow` outside the exact range. */
export function micros(count: number): Micros {
  if (!Number.isSafeInteger(count)) {
    throw new TikError('money_overflow', `${count} is not an exact count of micros`)
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place that brands money
  return count as Micros
}

export const ZERO_MICROS = micros(0)

export function addMicros(left: Micros, right: Micros): Micros {
  return micros(left + right)
}

export function negateMicros(amount: Micros): Micros {
  return amount === 0 ? amount : micros(0 - amount)
}

/**
 * Reads a decimal string such as "0.0725". Throws `money_invalid` when it is not a plain decimal or
 * has more than six decimals: a price is never rounded on the way in.
 */
export function microsFromDecimal(text: string): Micros {
  const plain = PLAIN_DECIMAL.exec(text)
  if (plain !== null) return fromDigits(plain)
  if (!/^-?\d+(\.\d+)?$/.test(text)) {
    throw new TikError('money_invalid', `"${text}" is not a decimal amount such as "0.0725"`)
  }
  const count = new Decimal(text).times(MICROS_PER_UNIT)
  if (!count.isInteger()) {
    throw new TikError('money_invalid', `"${text}" has more than six decimals`)
  }
  return micros(count.toNumber())
}

/** Small enough for exact arithmetic of numbers: nearly all there are. */
const PLAIN_DECIMAL = /^(-?)(\d{1,9})(?:\.(\d{1,6}))?$/

function fromDigits([, sign, whole, fraction = '']: RegExpExecArray): Micros {
  const count = Number(whole) * MICROS_PER_UNIT + Number(fraction.padEnd(6, '0'))
  return micros(sign === '-' ? 0 - count : count)
}

/**
 * The same of a sum that may be beyond the exact range: as near as a number comes then, which tells no
 * more than that nothing can be added to it.
 */
export function nearestMicros(text: string): number {
  return new Decimal(text).times(MICROS_PER_UNIT).toNumber()
}

/** Writes micros as a decimal string with `decimals` digits (6 shows all of it; fewer must be exact). */
export function microsToDecimal(amount: Micros, decimals = 6): string {
  const unitOfLast = 10 ** (6 - decimals)
  if (amount % unitOfLast !== 0) {
    throw new TikError('money_inexact', `${amount} micros does not fit ${decimals} decimals`)
  }
  const digits = String(Math.abs(amount) / unitOfLast).padStart(decimals + 1, '0')
  const sign = amount < 0 ? '-' : ''
  if (decimals === 0) return sign + digits
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** Rounds to whole cents, half away from zero (the commercial "half up", also for credits). */
export function roundToCents(amount: Micros): Micros {
  return roundQuotient({
    numerator: amount,
    denominator: MICROS_PER_CENT,
    mode: 'half-up',
    times: MICROS_PER_CENT,
  })
}

/** `amount × numerator / denominator`, rounded to whole cents half away from zero. For VAT and proration. */
export function shareInCents(
  amount: Micros,
  share: { numerator: number; denominator: number },
): Micros {
  const quotient = divideBig(
    BigInt(amount) * BigInt(share.numerator),
    BigInt(share.denominator) * BigInt(MICROS_PER_CENT),
    'half-up',
  )
  return micros(Number(quotient) * MICROS_PER_CENT)
}

/**
 * `amount × numerator / denominator` of each part in whole cents: the parts add up to their exact sum,
 * rounded once, half away from zero.
 */
export function sharesInCents(
  parts: readonly { readonly amount: Micros; readonly numerator: number }[],
  denominator: number,
): Micros[] {
  const ofCent = BigInt(denominator) * BigInt(MICROS_PER_CENT)
  let exact = 0n
  let roundedBefore = 0n
  return parts.map(({ amount, numerator }) => {
    exact += BigInt(amount) * BigInt(numerator)
    const rounded = divideBig(exact, ofCent, 'half-up')
    const share = micros(Number(rounded - roundedBefore) * MICROS_PER_CENT)
    roundedBefore = rounded
    return share
  })
}

/** `amount × numerator / denominator`, rounded to whole micros half away from zero. For proration. */
export function shareInMicros(
  amount: Micros,
  share: { numerator: number | bigint; denominator: number | bigint },
): Micros {
  const numerator = BigInt(amount) * BigInt(share.numerator)
  return micros(Number(divideBig(numerator, BigInt(share.denominator), 'half-up')))
}

/**
 * Divides an exact fraction of micros and rounds once: `round(numerator / denominator) × times`.
 * `up` is away from zero, `down` towards zero, `half-up` to the nearest with halves away from zero.
 */
export function roundQuotient(fraction: {
  numerator: number
  denominator: number
  mode: RoundingMode
  times: number
}): Micros {
  const { numerator, denominator, mode, times } = fraction
  const magnitude = Math.abs(numerator)
  if (!Number.isSafeInteger(magnitude) || !Number.isSafeInteger(denominator * 2)) {
    throw new TikError(
      'money_overflow',
      `${numerator}/${denominator} is too large to divide exactly`,
    )
  }
  const remainder = magnitude % denominator
  let quotient = (magnitude - remainder) / denominator
  if (remainder !== 0) {
    if (mode === 'up' || (mode === 'half-up' && remainder * 2 >= denominator)) quotient += 1
  }
  return micros((numerator < 0 && quotient !== 0 ? -quotient : quotient) * times)
}

/** The same division for numerators beyond the safe range. */
export function divideBig(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator
  const remainder = magnitude % denominator
  let quotient = magnitude / denominator
  if (
    remainder !== 0n &&
    (mode === 'up' || (mode === 'half-up' && remainder * 2n >= denominator))
  ) {
    quotient += 1n
  }
  return numerator < 0n ? -quotient : quotient
}
