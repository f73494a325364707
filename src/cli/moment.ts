/** A moment as people write it on the command line. */
import { TikError } from '../core/failures/errors.ts'

/** A date, or an instant in ISO 8601. Throws `usage_error`. */
export function momentOf(text: string): number {
  const parsed = Date.parse(text)
  if (Number.isNaN(parsed)) {
    throw new TikError('usage_error', `"${text}" is no moment`, {
      hint: 'write a date such as 2026-10-05 or a moment such as 2026-10-05T09:00Z',
    })
  }
  return parsed
}
