/** `tik finance margin`: what usage of a month was charged, and what it cost us. For those who may see all. */
import { readMargin, type MarginRow } from '../../finance/margin/margin.ts'
import { requireFinanceOfAll } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { monthRange } from './month-range.ts'

/** A calendar month such as 2026-10, in the time zone of billing (TIK_BILL_TIME_ZONE). Throws `usage_error`. */
export function marginOf(desk: Desk, month: string): Promise<MarginRow[]> {
  requireFinanceOfAll(desk.caller)
  return readMargin(desk.clickhouse, monthRange(month, desk.config.billTimeZone))
}
