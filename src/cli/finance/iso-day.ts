/** A date on the command line. */
import { InvalidArgumentError } from 'commander'
import { dayFromIso } from '../../core/time/period.ts'

export function isoDay(text: string): number {
  try {
    return dayFromIso(text)
  } catch {
    throw new InvalidArgumentError('A date such as 2026-10-31.')
  }
}
