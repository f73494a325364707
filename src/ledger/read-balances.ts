/**
 * What rating needs to go on with an account, as sums of its ledger rows. Many accounts are asked
 * for at once: a restart meets all of them in its first batches.
 */
import type { BalanceRequest, BalanceTotals } from '../rating/rater.ts'
import type { ClickHouseStore } from './engine/clickhouse-store.ts'
import { balanceCrossingsQuery, balanceSessionsQuery } from './ledger-queries.ts'
import { balanceTakesQuery, balanceUsageQuery, type BalanceParams } from './ledger-queries.ts'
import type { QueryFile } from './engine/query-file.ts'

/** Accounts in one query: a server takes parameters in the URL. */
const ACCOUNTS_MAX = 2_000

/** One answer for each request, in order. */
export async function readBalances(
  store: ClickHouseStore,
  requests: readonly BalanceRequest[],
): Promise<BalanceTotals[]> {
  const totals: BalanceTotals[] = []
  for (let at = 0; at < requests.length; at += ACCOUNTS_MAX) {
    totals.push(...(await readChunk(store, requests.slice(at, at + ACCOUNTS_MAX))))
  }
  return totals
}

async function readChunk(
  store: ClickHouseStore,
  requests: readonly BalanceRequest[],
): Promise<BalanceTotals[]> {
  const params: BalanceParams = {
    accountIds: [...new Set(requests.map((request) => request.accountId))],
    fromDay: Math.min(...requests.map((request) => request.fromPeriodStartDay)),
    toDay: Math.max(...requests.map((request) => request.toPeriodStartDay)),
  }
  const usage = byAccount(await store.query(balanceUsageQuery, params))
  // Every rated row is in some usage total, so accounts without one have nothing else either.
  const used = { ...params, accountIds: [...usage.keys()] }
  const ask = <Row>(query: QueryFile<BalanceParams, Row>) =>
    used.accountIds.length === 0 ? [] : store.query(query, used)
  const takes = byAccount(await ask(balanceTakesQuery))
  const sessions = byAccount(await ask(balanceSessionsQuery))
  const crossings = byAccount(await ask(balanceCrossingsQuery))
  return requests.map((request) => ({
    takes: within(request, takes),
    usage: within(request, usage),
    sessions: within(request, sessions),
    crossings: within(request, crossings),
  }))
}

interface OfAccount {
  readonly accountId: string
  readonly periodStartDay: number
}

type WithoutAccount<Row> = Omit<Row, 'accountId'>

function byAccount<Row extends OfAccount>(
  rows: readonly Row[],
): Map<string, WithoutAccount<Row>[]> {
  const grouped = new Map<string, WithoutAccount<Row>[]>()
  for (const { accountId, ...row } of rows) {
    const group = grouped.get(accountId)
    if (group === undefined) grouped.set(accountId, [row])
    else group.push(row)
  }
  return grouped
}

/** Rows of the request's account and periods. */
function within<Row extends { readonly periodStartDay: number }>(
  request: BalanceRequest,
  rows: ReadonlyMap<string, Row[]>,
): Row[] {
  return (rows.get(request.accountId) ?? []).filter(
    (row) =>
      row.periodStartDay >= request.fromPeriodStartDay &&
      row.periodStartDay <= request.toPeriodStartDay,
  )
}
