/** A finding from what is particular to it. */
import { ifExact } from '../../core/money/beyond-exact.ts'
import {
  addMicros,
  microsToDecimal,
  roundToCents,
  ZERO_MICROS,
  type Micros,
} from '../../core/money/money.ts'
import type { Finding } from '../run/billing.ts'

type Particular = Pick<Finding, 'code' | 'severity' | 'subject' | 'text'>
type Rest = Partial<Pick<Finding, 'count' | 'estimateMicros' | 'show'>>

export function findingOf({
  count = 1,
  estimateMicros,
  show = '',
  ...of
}: Particular & Rest): Finding {
  const { code, severity, subject, text } = of
  return { code, severity, subject, text, count, estimateMicros, show }
}

/** To the cent: an estimate claims no more, and who wants it exact looks at the rows. */
export function euros(amount: Micros | undefined): string {
  if (amount === undefined) return 'more euros than can be told exactly'
  return `${microsToDecimal(roundToCents(amount), 2)} euros`
}

/** undefined where one of them or their sum cannot be told exactly. */
export function sumIfExact(amounts: readonly (Micros | undefined)[]): Micros | undefined {
  const exact = amounts.filter((each) => each !== undefined)
  if (exact.length < amounts.length) return undefined
  return ifExact(() => exact.reduce((total, each) => addMicros(total, each), ZERO_MICROS))
}
