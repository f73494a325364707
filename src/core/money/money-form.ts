/** How an amount looks to programs: exact, as a decimal text with its currency beside it. */
import { z } from 'zod'
import { microsToDecimal, type Micros } from './money.ts'

/** Exact, as a decimal text: two decimals at least, six at most. */
export const money = z
  .object({ amount: z.string().regex(/^-?\d+\.\d{2,6}$/), currency: z.literal('EUR') })
  .meta({ id: 'Money', description: 'An exact amount; charges of usage have up to six decimals.' })

/** Of six decimals two stay. */
const DROPPED_ZEROS_MAX = 4

export function moneyOf(amount: Micros): z.input<typeof money> {
  const text = microsToDecimal(amount)
  let end = text.length
  while (text[end - 1] === '0' && end > text.length - DROPPED_ZEROS_MAX) end -= 1
  return { amount: text.slice(0, end), currency: 'EUR' }
}
