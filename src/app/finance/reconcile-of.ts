/** `tik finance reconcile`: what came in of a month, what became of it, and what it was charged. */
import { reconcile, type Reconciliation } from '../../finance/reconcile/reconcile.ts'
import { requireFinanceOfAll } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { monthRange } from './month-range.ts'

/** A calendar month such as 2026-10, in the time zone of billing (TIK_BILL_TIME_ZONE). Throws `usage_error`. */
export function reconciliationOf(desk: Desk, month: string): Promise<Reconciliation> {
  requireFinanceOfAll(desk.caller)
  return reconcile(desk.clickhouse, monthRange(month, desk.config.billTimeZone))
}
