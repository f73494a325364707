/** A date on the command line. */
import { InvalidArgumentError } from 'commander'
import { dayFromIso } from '../../core/time/period.ts'

const CENTURY = /^20\d{2}-\d{2}-\d{2}$/

export function isoDay(text: string): number {
  try {
    if (CENTURY.test(text)) return dayFromIso(text)
  } catch {
    // Such as a 30th of February.
  }
  throw new InvalidArgumentError('A date such as 2026-10-31.')
}
