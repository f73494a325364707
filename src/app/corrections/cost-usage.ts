/** `tik cost`: what usage of a month cost us by today's catalogue, where that is not known or has changed. */
import { systemClock } from '../../core/time/clock.ts'
import { addMicros, micros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { isWithin } from '../../core/time/validity.ts'
import { createCosting, type FoundCost } from '../../corrections/costing/cost-rows.ts'
import { appendUsageCosts, readUsageCosts } from '../../corrections/costing/usage-costs.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { accountsWithin, accountWithin, requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { configuredSources } from '../files/ingest-into.ts'
import { monthRange } from '../finance/month-range.ts'
import { catalogueKey, openReference } from '../rating-parts.ts'

export interface CostRequest {
  /** A calendar month such as 2026-10, in the time zone of billing. */
  readonly month: string
  /** Of everybody when left out. */
  readonly accountId?: string | undefined
  /** Appends what was found; else nothing is changed. */
  readonly confirm: boolean
}

export interface CostOfAccount {
  readonly accountId: string
  /** Entries that had no cost, and those that had another one. */
  readonly newCount: number
  readonly changedCount: number
  readonly differenceMicros: Micros
}

/** One for each account with a difference. Running it again finds nothing more. */
export async function* costUsage(desk: Desk, request: CostRequest): AsyncGenerator<CostOfAccount> {
  requireOperator(desk.caller)
  const range = monthRange(request.month, desk.config.billTimeZone)
  const { directory, catalogue } = await openReference(desk)
  const accounts =
    request.accountId === undefined
      ? accountsWithin(desk.caller, directory)
      : [accountWithin(desk.caller, directory, request.accountId)]
  const sources = configuredSources(desk)
  const supplierOfSource = new Map(
    sources.flatMap(({ sourceId, supplier }) =>
      supplier === undefined ? [] : [[sourceId, supplier] as const],
    ),
  )
  const ledger = createClickHouseLedger(desk.clickhouse)
  const computedMs = systemClock.nowMs()
  for (const { accountId, country } of accounts) {
    const known = await readUsageCosts(desk.clickhouse, { accountId, ...range })
    const costing = createCosting({ catalogue, home: country, supplierOfSource, known })
    const found: FoundCost[] = []
    for await (const rows of ledger.rows({ accountId })) {
      for (const row of rows) {
        if (!isWithin(row.startMs, range.fromMs, range.toMs)) continue
        const cost = costing(row)
        if (cost !== undefined) found.push(cost)
      }
    }
    if (found.length === 0) continue
    if (request.confirm) {
      const by = { accountId, catalogueHash: catalogueKey(catalogue), computedMs }
      await appendUsageCosts(desk.clickhouse, found, by)
    }
    yield { accountId, ...sumOf(found) }
  }
}

function sumOf(found: readonly FoundCost[]): Omit<CostOfAccount, 'accountId'> {
  const newCount = found.filter(({ before }) => before.costRateId === '').length
  const differenceMicros = found.reduce(
    (sum, { costMicros, before }) => addMicros(sum, micros(costMicros - before.costMicros)),
    ZERO_MICROS,
  )
  return { newCount, changedCount: found.length - newCount, differenceMicros }
}
