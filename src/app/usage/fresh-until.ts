/** How fresh every figure is: usage that was rated after it is in none of them. */
import { lastRecordedMs } from '../../reports/last-recorded.ts'
import { requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'

/** Of the whole installation, which rates in order of arrival; undefined before the first usage. */
export function freshUntil({ clickhouse, caller }: Desk): Promise<number | undefined> {
  requireRight(caller, 'see-usage')
  return lastRecordedMs(clickhouse)
}
