/** What an account's usage would cost by today's catalogue and accounts, and its correction on request. */
import { loadCatalogue } from '../../catalogue/load-catalogue.ts'
import { systemClock } from '../../core/clock.ts'
import type { LedgerRow } from '../../core/ledger-row.ts'
import { dayFromIso, dayStartMs } from '../../core/period.ts'
import { linkedAccounts } from '../../corrections/rerating/linked-accounts.ts'
import { recordCorrections } from '../../corrections/rerating/record-corrections.ts'
import { rerateAccount, type Rerating } from '../../corrections/rerating/rerate-account.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { accountWithin, requireOperator } from '../caller.ts'
import { archiveCatalogue } from '../catalogue-archive.ts'
import type { Desk } from '../desk.ts'
import { catalogueKey, openReference } from '../rating-parts.ts'
import { takeRatingRights, underLease } from '../rating-rights.ts'

export interface RerateRequest {
  readonly account: string
  /** Days of usage, local to the account, both inclusive: `2026-10-01`. */
  readonly from: string
  readonly to: string
  /** Another catalogue than the one that rates. */
  readonly catalogue?: string | undefined
  readonly order: 'recorded' | 'happened'
  /** Appends reversals and new rows; else nothing is changed. */
  readonly confirm: boolean
}

/**
 * What can be rated is corrected; the rest stays as it is and is told with its amounts (`failures`).
 * `run` is the partition of the log `rerate`; 0 when nothing was recorded. Throws `rating_busy`.
 */
export async function rerate(
  desk: Desk,
  request: RerateRequest,
): Promise<Rerating & { run: number }> {
  requireOperator(desk.caller)
  // Before anything is read: what is rated meanwhile would be missing in what is corrected.
  await using lease = request.confirm
    ? await takeRatingRights(desk, 'files', 'tik rerate')
    : undefined
  const reference = await openReference(desk)
  const account = accountWithin(desk.caller, reference.directory, request.account)
  const catalogueFolder = request.catalogue ?? reference.catalogueFolder
  const catalogue =
    request.catalogue === undefined ? reference.catalogue : await loadCatalogue(catalogueFolder)
  const store = createClickHouseLedger(desk.clickhouse)
  const ledger = lease === undefined ? store : underLease(store, lease)
  const linked = linkedAccounts(reference.directory).find((some) => some.includes(request.account))
  const rerating = rerateAccount({
    rows: await rowsOf(ledger, linked ?? [request.account]),
    accountId: request.account,
    catalogue,
    directory: reference.directory,
    fromMs: dayStartMs(dayFromIso(request.from), account.timeZone),
    toMs: dayStartMs(dayFromIso(request.to) + 1, account.timeZone),
    order: request.order,
  })
  if (!request.confirm) return { ...rerating, run: 0 }
  await archiveCatalogue(catalogue, catalogueFolder, desk.folder)
  const run = await recordCorrections(ledger, rerating.corrections, {
    recordedMs: systemClock.nowMs(),
    catalogueHash: catalogueKey(catalogue),
    batchRowsMax: desk.config.batchRowsMax,
  })
  return { ...rerating, run }
}

async function rowsOf(ledger: Ledger, accountIds: readonly string[]): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = []
  for (const accountId of accountIds) {
    for await (const chunk of ledger.rows({ accountId })) rows.push(...chunk)
  }
  return rows
}
