/** A calendar month as people write it, as the instants at which it begins and ends. */
import { TikError } from '../../core/failures/errors.ts'
import { dayFromIso, dayStartMs, monthAfter } from '../../core/time/period.ts'

/** Of a month such as 2026-10. Throws `usage_error`. */
export function monthRange(
  month: string,
  timeZone: string,
): { readonly fromMs: number; readonly toMs: number } {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw new TikError('usage_error', `"${month}" is no month such as 2026-10`)
  }
  const firstDay = dayFromIso(`${month}-01`)
  return {
    fromMs: dayStartMs(firstDay, timeZone),
    toMs: dayStartMs(monthAfter(firstDay), timeZone),
  }
}
