/** What was used on each day, for a chart: by the start of the usage, in the account's time zone. */
import { z } from 'zod'
import { addMicros, type Micros } from '../core/money/money.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import {
  exactInteger,
  exactMicros,
  lookedAt,
  queryFile,
  type QueryParams,
} from '../ledger/engine/query-file.ts'
import { usageConditions, type Conditions, type UsageFilter } from './usage-filter.ts'

export interface UsageOfDay {
  /** Local day, in days since 1970-01-01. */
  readonly day: number
  /** Usages: a corrected one counts once, a reversed one not at all. */
  readonly count: number
  /** Charge and information charge together, without VAT and not rounded. */
  readonly amountMicros: Micros
}

/** Days on which something was used, oldest first. */
export async function usageByDay(
  store: ClickHouseStore,
  filter: UsageFilter,
  timeZone: string,
): Promise<UsageOfDay[]> {
  const conditions = usageConditions(filter)
  const rows = await store.query(daysQuery(conditions), { ...conditions.params, timeZone })
  return rows.map(({ day, count, chargeMicros, informationChargeMicros }) => ({
    day,
    count,
    amountMicros: addMicros(chargeMicros, informationChargeMicros),
  }))
}

/** Exported for the test that asserts its text. */
export function daysQuery(conditions: Conditions) {
  return lookedAt(
    queryFile<QueryParams>()('report-days', dayRow, {
      conditions: conditions.texts.join('\n    AND '),
    }),
  )
}

const dayRow = z.object({
  day: exactInteger,
  count: exactInteger,
  chargeMicros: exactMicros,
  informationChargeMicros: exactMicros,
})
