/** What is beyond its time, by whole months of recording in UTC: a month goes when its last day is. */
import { TikError } from '../core/failures/errors.ts'

export interface RetentionTerms {
  /** Days after which numbers of the other party are masked; undefined: never. */
  readonly maskNumbersAfterDays: number | undefined
  /** Days after which the details of a usage are deleted; undefined: never. */
  readonly deleteDetailsAfterDays: number | undefined
}

/** Months as YYYYMM; 0: none. */
export interface MonthsBeyond {
  readonly maskMonth: number
  readonly deleteMonth: number
}

const DAY_MS = 86_400_000

/** Throws `config_invalid` where details go before their numbers do. */
export function monthsBeyond(terms: RetentionTerms, nowMs: number): MonthsBeyond {
  const { maskNumbersAfterDays: maskDays, deleteDetailsAfterDays: deleteDays } = terms
  if (deleteDays !== undefined && (maskDays === undefined || maskDays > deleteDays)) {
    throw new TikError('config_invalid', 'details are deleted before their numbers are masked', {
      hint: 'set TIK_MASK_NUMBERS_AFTER_DAYS to no more than TIK_DELETE_DETAILS_AFTER_DAYS',
    })
  }
  return { maskMonth: lastMonth(maskDays, nowMs), deleteMonth: lastMonth(deleteDays, nowMs) }
}

/** The month before the one that has the first moment that is still kept. */
function lastMonth(days: number | undefined, nowMs: number): number {
  if (days === undefined) return 0
  const kept = new Date(nowMs - days * DAY_MS)
  const before = new Date(Date.UTC(kept.getUTCFullYear(), kept.getUTCMonth() - 1, 1))
  return before.getUTCFullYear() * 100 + before.getUTCMonth() + 1
}

/** When a month has ended. */
export function endOfMonthMs(month: number): number {
  return month === 0 ? 0 : Date.UTC(Math.floor(month / 100), month % 100, 1)
}
