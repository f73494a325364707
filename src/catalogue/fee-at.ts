/** What a plan or module costs at a moment: one fee for ever, or versions by date, as rates have. */
import type { Validity } from '../core/accounts/accounts.ts'
import { microsFromDecimal, ZERO_MICROS, type Micros } from '../core/money/money.ts'
import { validAt } from '../core/time/validity.ts'

interface FeeVersion extends Validity {
  /** EUR without VAT, a decimal. */
  readonly fee: string
}

/** A decimal for ever, or versions, ascending: outside of them nothing is charged. */
export type DatedFee = string | readonly FeeVersion[]

export function feeAt(dated: DatedFee, instantMs: number): Micros {
  const version = validAt(feeVersions(dated), instantMs)
  return version === undefined ? ZERO_MICROS : microsFromDecimal(version.fee)
}

export function feeVersions(dated: DatedFee): readonly FeeVersion[] {
  return typeof dated === 'string' ? [{ fee: dated, fromMs: -Infinity, toMs: Infinity }] : dated
}
