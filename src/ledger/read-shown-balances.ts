/**
 * The sums that balances on screen are made of, in one statement: rating needs more of them
 * (read-balances.ts), and asks for thousands of accounts at once.
 */
import { z } from 'zod'
import { isAdjustmentRate } from '../core/usage/ids.ts'
import type { BalanceRequest, BalanceTotals, UsageTotal } from '../rating/rater.ts'
import type { ClickHouseStore } from './engine/clickhouse-store.ts'
import {
  exactInteger,
  lookedAt,
  queryFile,
  startingMicros,
  startingSum,
} from './engine/query-file.ts'
import { takesMap, type BalanceParams } from './ledger-queries.ts'

export type ShownTotals = Pick<BalanceTotals, 'usage' | 'takes'>

/** Accounts in one query: a server takes parameters in the URL. */
const ACCOUNTS_MAX = 2_000

/** One answer for each request, in order. */
export async function readShownBalances(
  store: Pick<ClickHouseStore, 'query'>,
  requests: readonly BalanceRequest[],
): Promise<ShownTotals[]> {
  const totals: ShownTotals[] = []
  for (let at = 0; at < requests.length; at += ACCOUNTS_MAX) {
    totals.push(...(await readChunk(store, requests.slice(at, at + ACCOUNTS_MAX))))
  }
  return totals
}

const shownQuery = lookedAt(
  queryFile<BalanceParams>()(
    'balances-shown',
    z.object({
      accountId: z.string(),
      periodStartDay: exactInteger,
      subscriptionId: z.string(),
      callType: z.string(),
      rateId: z.string(),
      count: exactInteger,
      quantity: startingSum,
      outOfBundleQuantity: startingSum,
      chargeMicros: startingMicros,
      informationChargeMicros: startingMicros,
      takes: takesMap,
    }),
  ),
)

type ShownRow = z.output<(typeof shownQuery)['row']>

/** Without what it has beside them. */
function usageOf(row: ShownRow): UsageTotal {
  const { periodStartDay, subscriptionId, callType, rateId, count, quantity } = row
  const { outOfBundleQuantity, chargeMicros, informationChargeMicros } = row
  return {
    periodStartDay,
    subscriptionId,
    callType,
    rateId,
    count,
    quantity,
    outOfBundleQuantity,
    chargeMicros,
    informationChargeMicros,
  }
}

async function readChunk(
  store: Pick<ClickHouseStore, 'query'>,
  requests: readonly BalanceRequest[],
): Promise<ShownTotals[]> {
  const rows = await store.query(shownQuery, {
    accountIds: [...new Set(requests.map(({ accountId }) => accountId))],
    fromDay: Math.min(...requests.map(({ fromPeriodStartDay }) => fromPeriodStartDay)),
    toDay: Math.max(...requests.map(({ toPeriodStartDay }) => toPeriodStartDay)),
  })
  const ofAccount = Map.groupBy(rows, ({ accountId }) => accountId)
  return requests.map(({ accountId, fromPeriodStartDay, toPeriodStartDay }) => {
    const within = (ofAccount.get(accountId) ?? []).filter(
      ({ periodStartDay }) =>
        periodStartDay >= fromPeriodStartDay && periodStartDay <= toPeriodStartDay,
    )
    return {
      // As in balances-usage.sql: what a period's end adjusts stands on its invoice.
      usage: within.filter(({ rateId }) => !isAdjustmentRate(rateId)).map(usageOf),
      takes: within.flatMap(({ periodStartDay, takes }) =>
        takes.map((take) => ({ periodStartDay, ...take })),
      ),
    }
  })
}
