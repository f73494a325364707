/**
 * What a row says from which retention took something: its `detail`. What it cost, and all that sums are made
 * of, stays; it cannot be rated again, and nobody compares it.
 */
import type { LedgerRow } from './ledger-row.ts'

const MARK = 'beyond retention'
export const MASKED_DETAIL = `${MARK}: numbers masked`
export const DELETED_DETAIL = `${MARK}: details deleted`

export function isBeyondRetention({ detail }: Pick<LedgerRow, 'detail'>): boolean {
  return detail === MASKED_DETAIL || detail === DELETED_DETAIL
}
