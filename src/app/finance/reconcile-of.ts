/** `tik finance reconcile`: what came in of a month, what became of it, and what it was charged. */
import { TikError } from '../../core/failures/errors.ts'
import { dayFromIso, dayStartMs, monthAfter } from '../../core/time/period.ts'
import { reconcile, type Reconciliation } from '../../finance/reconcile/reconcile.ts'
import { requireFinanceOfAll } from '../caller.ts'
import type { Desk } from '../desk.ts'

/** A calendar month such as 2026-10, in the time zone of billing (TIK_BILL_TIME_ZONE). Throws `usage_error`. */
export function reconciliationOf(desk: Desk, month: string): Promise<Reconciliation> {
  requireFinanceOfAll(desk.caller)
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw new TikError('usage_error', `"${month}" is no month such as 2026-10`)
  }
  const firstDay = dayFromIso(`${month}-01`)
  const { billTimeZone } = desk.config
  const [fromMs, toMs] = [firstDay, monthAfter(firstDay)].map((day) =>
    dayStartMs(day, billTimeZone),
  )
  return reconcile(desk.clickhouse, { fromMs: fromMs ?? 0, toMs: toMs ?? 0 })
}
