/** Discounts of an account, with what would be added up or ignored without anybody having meant it. */
import type { Discount } from '../../core/accounts/accounts.ts'
import { microsFromDecimal, ZERO_MICROS } from '../../core/money/money.ts'
import { overlaps } from '../../core/time/validity.ts'
import type { DirectoryDocument } from './directory-schema.ts'
import type { DocumentProblem } from './located-document.ts'
import { validityOf } from '../local-moment.ts'

type Written = DirectoryDocument['accounts'][number]['discounts'][number]

export function buildDiscounts(
  written: readonly Written[],
  {
    timeZone,
    path,
    problems,
    callTypes,
  }: {
    readonly timeZone: string
    /** Of the list. */
    readonly path: readonly PropertyKey[]
    readonly problems: DocumentProblem[]
    /** Of the catalogue; undefined where none is at hand. */
    readonly callTypes: ReadonlySet<string> | undefined
  },
): Discount[] {
  const discounts = written.map((discount): Discount => ({
    on: discount.on,
    callType: discount.callType,
    percentHundredths: hundredths(discount.percent ?? '0'),
    amountMicros: discount.amount === undefined ? ZERO_MICROS : microsFromDecimal(discount.amount),
    description: discount.description,
    ...validityOf(discount, timeZone, 0),
  }))
  for (const [index, discount] of discounts.entries()) {
    const earlier = discounts
      .slice(0, index)
      .findIndex((other) => isDoubleDiscount(other, discount))
    if (earlier !== -1) {
      const what = discount.amountMicros > 0 ? 'an amount' : 'a percentage'
      const on = discount.on === 'call-type' ? `call type ${discount.callType}` : discount.on
      const message = `discount ${earlier + 1} of the account is ${what} on ${on} at that time too: there is one at a time`
      problems.push({ path: [...path, index], message })
    }
    if (discount.on === 'call-type' && callTypes?.has(discount.callType) === false) {
      const message = `the catalogue has no call type "${discount.callType}"`
      problems.push({ path: [...path, index, 'callType'], message })
    }
  }
  return discounts
}

/** Two of one kind on the same thing at one time: which would hold? */
export function isDoubleDiscount(left: Discount, right: Discount): boolean {
  return (
    left.on === right.on &&
    left.callType === right.callType &&
    left.amountMicros > 0 === right.amountMicros > 0 &&
    overlaps(left, right)
  )
}

/** "12.5" → 1250. */
function hundredths(percent: string): number {
  const [whole = '', fraction = ''] = percent.split('.')
  return Number.parseInt(whole + fraction.padEnd(2, '0'), 10)
}
