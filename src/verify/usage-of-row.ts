/** A ledger row as the usage that it records, with the indices of a directory and a catalogue. */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import type { LedgerRow } from '../core/usage/ledger-row.ts'
import { subscriptionPlaces } from '../core/accounts/subscription-places.ts'
import type { Usage } from '../core/usage/usage.ts'

export type UsageOfRow = (row: LedgerRow, catalogue: Catalogue) => Usage

/** Of whom the row says; who has it by now, says usage-today.ts of the corrections. */
export function createUsageOfRow(directory: Directory): UsageOfRow {
  const places = subscriptionPlaces(directory)
  return (row, catalogue) => ({
    ...row,
    rejectReason: '',
    unbillableReason: '',
    subscriptionIndex: places.indexOf(row.subscriptionId, row.accountId, row.startMs),
    callTypeIndex: catalogue.callTypeIndexById.get(row.callType) ?? -1,
  })
}
