/** A ledger row as the usage that it records, with the indices of a directory and a catalogue. */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts.ts'
import type { LedgerRow } from '../core/ledger-row.ts'
import type { Usage } from '../core/usage.ts'

export type UsageOfRow = (row: LedgerRow, catalogue: Catalogue) => Usage

export function createUsageOfRow(directory: Directory): UsageOfRow {
  const indexById = new Map(
    directory.subscriptions.map(({ subscriptionId, index }) => [subscriptionId, index]),
  )
  return (row, catalogue) => ({
    ...row,
    rejectReason: '',
    unbillableReason: '',
    subscriptionIndex: indexById.get(row.subscriptionId) ?? -1,
    callTypeIndex: catalogue.callTypeIndexById.get(row.callType) ?? -1,
  })
}
