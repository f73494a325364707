/** Minimum spends of an account, of which one holds at a time. */
import type { MinimumSpend } from '../../core/accounts/accounts.ts'
import { microsFromDecimal } from '../../core/money/money.ts'
import { overlaps } from '../../core/time/validity.ts'
import { validityOf } from '../local-moment.ts'
import type { DirectoryDocument } from './directory-schema.ts'
import type { DocumentProblem } from './located-document.ts'

type Written = DirectoryDocument['accounts'][number]['minimumSpends'][number]

export function buildMinimums(
  written: readonly Written[],
  {
    timeZone,
    path,
    problems,
  }: {
    readonly timeZone: string
    /** Of the list. */
    readonly path: readonly PropertyKey[]
    readonly problems: DocumentProblem[]
  },
): MinimumSpend[] {
  const minimums = written.map((minimum): MinimumSpend => ({
    on: minimum.on,
    amountMicros: microsFromDecimal(minimum.amount),
    ...(minimum.tax === undefined ? {} : { taxCategory: minimum.tax }),
    ...validityOf(minimum, timeZone, 0),
  }))
  for (const [index, minimum] of minimums.entries()) {
    const place = [...path, index]
    if (minimum.toMs <= minimum.fromMs) {
      problems.push({ path: place, message: 'it ends before it begins' })
    }
    if (minimums.slice(0, index).some((other) => overlaps(other, minimum))) {
      problems.push({ path: place, message: 'there is another minimum spend at that time' })
    }
  }
  return minimums
}
