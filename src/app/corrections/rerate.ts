/**
 * What usage would cost by today's catalogue and accounts, and its correction on request: of one account, of
 * several, or of all, one after the other, so that memory holds one account and those it is linked with.
 */
import assert from 'node:assert/strict'
import { accountCalendar, periodsBeginningIn } from '../../core/time/account-calendar.ts'
import type { Account, Directory } from '../../core/accounts/accounts.ts'
import { loadCatalogue } from '../../catalogue/load-catalogue.ts'
import { withPriceChanged, type PriceTrial } from '../../catalogue/price-trial.ts'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { LedgerRow } from '../../core/usage/ledger-row.ts'
import { dayFromIso, dayStartMs } from '../../core/time/period.ts'
import type { Validity } from '../../core/time/validity.ts'
import { linkedAccounts } from '../../corrections/rerating/linked-accounts.ts'
import { openCorrectionLog } from '../../corrections/rerating/record-corrections.ts'
import {
  rerateAccount,
  type RatedTariff,
  type Rerating,
} from '../../corrections/rerating/rerate-account.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { accountsWithin, accountWithin, requireOperator } from '../caller.ts'
import { archiveCatalogue } from '../catalogue-archive.ts'
import type { Desk } from '../desk.ts'
import { catalogueKey, deckCache, openReference } from '../rating-parts.ts'
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

export interface RerateAllRequest extends Omit<RerateRequest, 'account' | 'from' | 'to'> {
  /** Of everybody when left out. */
  readonly accounts?: readonly string[] | undefined
  /** Days, as above, or a month: of each account its periods that begin in it. */
  readonly range: { readonly from: string; readonly to: string } | { readonly period: string }
  readonly tariff?: RatedTariff | undefined
  /** One price changed, to see what it would do; never with `confirm`. */
  readonly trial?: PriceTrial | undefined
  /** Stops after the account under way; running it again goes on, since what is corrected differs no more. */
  readonly signal?: AbortSignal | undefined
}

export interface AccountRerating extends Rerating {
  readonly accountId: string
  /** The partition of the log `rerate`; 0 when nothing was recorded up to here. */
  readonly run: number
}

/**
 * What can be rated is corrected; what has no price stays as it is and is told with its amounts (`failures`).
 * Throws `rating_busy`, and `not_found` for an unknown account.
 */
export async function rerate(desk: Desk, request: RerateRequest): Promise<AccountRerating> {
  const { account, from, to, ...rest } = request
  const wish = { ...rest, accounts: [account], range: { from, to } }
  const [only] = await Array.fromAsync(rerateAccounts(desk, wish))
  if (only === undefined) throw new TikError('not_found', `there is no account ${account}`)
  return only
}

/** One result for each account with usage, in the order of the directory. */
export async function* rerateAccounts(
  desk: Desk,
  request: RerateAllRequest,
): AsyncGenerator<AccountRerating> {
  requireOperator(desk.caller)
  // Before anything is read: what is rated meanwhile would be missing in what is corrected.
  await using lease = request.confirm
    ? await takeRatingRights(desk, 'files', 'tik rerate')
    : undefined
  const { directory, ...reference } = await openReference(desk)
  const accounts =
    request.accounts?.map((id) => accountWithin(desk.caller, directory, id)) ??
    accountsWithin(desk.caller, directory)
  const catalogueFolder = request.catalogue ?? reference.catalogueFolder
  const written =
    request.catalogue === undefined
      ? reference.catalogue
      : await loadCatalogue(catalogueFolder, deckCache(desk.folder))
  assert(request.trial === undefined || !request.confirm)
  const catalogue = request.trial === undefined ? written : withPriceChanged(written, request.trial)
  const store = createClickHouseLedger(desk.clickhouse)
  const ledger = lease === undefined ? store : underLease(store, lease)
  if (request.confirm) await archiveCatalogue(catalogue, catalogueFolder, desk.folder)
  const log = openCorrectionLog(ledger, {
    recordedMs: systemClock.nowMs(),
    catalogueHash: catalogueKey(catalogue),
    batchRowsMax: desk.config.batchRowsMax,
  })
  const partOf = partsOfDirectory(directory)
  for (const account of accounts) {
    if (request.signal?.aborted === true) return
    const { accountId } = account
    const { linked, own } = partOf(accountId)
    const rerating = rerateAccount({
      rows: await rowsOf(ledger, linked),
      accountId,
      isRecordedOnly: accounts.length > 1,
      tariff: request.tariff,
      catalogue,
      directory: own,
      ...rangeOf(account, request.range),
      order: request.order,
    })
    if (request.confirm) await log.record(rerating.corrections)
    yield { ...rerating, accountId, run: log.partition }
  }
}

/**
 * What rating looks up for one account: its own part of the directory, and that of the accounts that it is linked
 * with, so that each of many costs what it has and not what all have. Limits change no charge.
 */
function partsOfDirectory(directory: Directory) {
  const linkedWith = new Map(
    linkedAccounts(directory).flatMap((some) => some.map((id) => [id, some] as const)),
  )
  const byAccount = Map.groupBy(directory.subscriptions, ({ accountId }) => accountId)
  return (accountId: string): { linked: readonly string[]; own: Directory } => {
    const linked = linkedWith.get(accountId) ?? [accountId]
    const subscriptions = linked
      .flatMap((id) => byAccount.get(id) ?? [])
      .map((each, index) => ({ ...each, index }))
    return { linked, own: { ...directory, subscriptions, users: [], limits: [] } }
  }
}

function rangeOf(account: Account, range: RerateAllRequest['range']): Validity {
  if ('from' in range) {
    return {
      fromMs: dayStartMs(dayFromIso(range.from), account.timeZone),
      toMs: dayStartMs(dayFromIso(range.to) + 1, account.timeZone),
    }
  }
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(range.period)) {
    throw new TikError('usage_error', `"${range.period}" is no month such as 2026-10`)
  }
  const periods = periodsBeginningIn(accountCalendar(account), range.period)
  const [first] = periods
  const last = periods.at(-1)
  if (first === undefined || last === undefined) return { fromMs: 0, toMs: 0 }
  return { fromMs: first.startMs, toMs: last.endMs }
}

async function rowsOf(ledger: Ledger, accountIds: readonly string[]): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = []
  for (const accountId of accountIds) {
    for await (const chunk of ledger.rows({ accountId })) rows.push(...chunk)
  }
  return rows
}
