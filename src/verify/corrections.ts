/** What later entries changed about earlier ones, for whoever rates the log again. */
import { entryId } from '../core/usage/ids.ts'
import { CORRECTION_LOGS, type LedgerRow } from '../core/usage/ledger-row.ts'
import type { RejectReason } from '../core/failures/reasons.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** All corrections, earliest first: they moved the balances of whatever was rated after them. */
export async function correctionsInTime(ledger: Pick<Ledger, 'rows'>): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = []
  for (const source of CORRECTION_LOGS) {
    for await (const chunk of ledger.rows({ source })) rows.push(...chunk)
  }
  return rows.sort((left, right) => left.recordedMs - right.recordedMs)
}

/** By the entry that was recorded first: what counts for it now. `corrections` are in time. */
export function currentCorrections(
  corrections: readonly LedgerRow[],
): ReadonlyMap<string, LedgerRow> {
  const firstOf = new Map<string, string>()
  const current = new Map<string, LedgerRow>()
  for (const row of corrections) {
    if (row.entryKind === 'reversal') continue
    const first = firstOf.get(row.corrects) ?? row.corrects
    firstOf.set(entryId(row), first)
    current.set(first, row)
  }
  return current
}

/**
 * Rejects that depend on accounts and prices, which people add to later: such a record is not rated
 * again, for its row is true; unless it left suspense already, somebody should replay it.
 */
export const MENDABLE_REASONS: ReadonlySet<string> = new Set<RejectReason>([
  'number_invalid',
  'served_unknown',
  'subscription_inactive',
  'network_unknown',
  'destination_unknown',
  'call_type_unknown',
  'plan_missing',
  'rate_missing',
  'reason_lost',
])
