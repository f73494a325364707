/** An amount of money that changes hands, as a person writes it. */
import { TikError } from '../../core/failures/errors.ts'
import { microsFromDecimal, type Micros } from '../../core/money/money.ts'

const CENT_MICROS = 10_000

/** '45.98' → micros. Throws `usage_error` for what is not above 0 and in whole cents, `money_invalid` for what is none. */
export function euroAmount(text: string): Micros {
  const amountMicros = microsFromDecimal(text)
  if (amountMicros > 0 && amountMicros % CENT_MICROS === 0) return amountMicros
  throw new TikError('usage_error', `${text} is not above 0 and in whole cents`, {
    hint: 'write it as 45.98',
  })
}
