/** Costs that were found out after usage was rated: appended beside the ledger, never into it. */
import assert from 'node:assert/strict'
import { z } from 'zod'
import { microsToDecimal } from '../../core/money/money.ts'
import { entryId } from '../../core/usage/ids.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { exactInteger, exactMicros, queryFile } from '../../ledger/engine/query-file.ts'
import type { UsageCost } from '../../rating/cost/usage-cost.ts'
import type { FoundCost } from './cost-rows.ts'

/** Rows of one insert. */
const COSTS_PER_INSERT_MAX = 5_000

const costsOfQuery = queryFile<{ accountId: string; fromMs: number; toMs: number }>()(
  'usage-costs-of',
  z.object({
    logSource: z.string(),
    logPartition: exactInteger,
    logOffset: exactInteger,
    costMicros: exactMicros,
    costRateId: z.string(),
  }),
)

/** The last cost of each entry of the account whose usage began in the range, by the entry's id. */
export async function readUsageCosts(
  store: ClickHouseStore,
  of: { readonly accountId: string; readonly fromMs: number; readonly toMs: number },
): Promise<Map<string, UsageCost>> {
  const { accountId, fromMs, toMs } = of
  const rows = await store.query(costsOfQuery, { accountId, fromMs, toMs })
  return new Map(rows.map((row) => [entryId(row), row]))
}

const APPEND_COSTS = `
INSERT INTO usage_costs
    (log_source, log_partition, log_offset, started_at, account_id, supplier, cost, cost_rate_id,
    catalogue_hash, computed_at)
SELECT at.1, at.2, at.3, fromUnixTimestamp64Milli(at.4, 'UTC'), {accountId:String}, at.5,
    toDecimal64(at.6, 6), at.7, {catalogueHash:String},
    fromUnixTimestamp64Milli({computedMs:Int64}, 'UTC')
FROM
(
    SELECT arrayJoin(arrayZip(
        {sources:Array(String)}, {partitions:Array(UInt32)}, {offsets:Array(Int64)},
        {startsMs:Array(Int64)}, {suppliers:Array(String)}, {costs:Array(String)},
        {rateIds:Array(String)})) AS at
)`

/** Found again by a run that was stopped, they are not appended twice: what is known does not differ. */
export async function appendUsageCosts(
  store: ClickHouseStore,
  found: readonly FoundCost[],
  by: { readonly accountId: string; readonly catalogueHash: string; readonly computedMs: number },
): Promise<void> {
  for (let first = 0; first < found.length; first += COSTS_PER_INSERT_MAX) {
    const some = found.slice(first, first + COSTS_PER_INSERT_MAX)
    assert(some.every(({ row }) => row.accountId === by.accountId))
    await store.command(APPEND_COSTS, {
      ...by,
      sources: some.map(({ row }) => row.logSource),
      partitions: some.map(({ row }) => row.logPartition),
      offsets: some.map(({ row }) => row.logOffset),
      startsMs: some.map(({ row }) => row.startMs),
      suppliers: some.map(({ supplier }) => supplier),
      costs: some.map(({ costMicros }) => microsToDecimal(costMicros)),
      rateIds: some.map(({ costRateId }) => costRateId),
    })
  }
}
