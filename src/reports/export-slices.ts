/**
 * Where an export is cut. Its lines are newest first, and sorting the whole of it would need memory for all of it;
 * slices by start are sorted one after the other, and the end of each is a place to go on from.
 */
import { z } from 'zod'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { exactInteger, queryFile, type QueryParams } from '../ledger/engine/query-file.ts'
import { allOf, type Conditions } from './usage-filter.ts'

/** Rows that are sorted at once, but for those of the minute that a slice begins with: some 25 MB of lines. */
const SLICE_ROWS_MAX = 100_000

export interface ExportSlice {
  readonly rowsCount: number
  /** Its usages start from here on, before the slice that was written before it. */
  readonly fromMs: number
  readonly conditions: Conditions
}

/** Newest first; of usages before a moment, where one is given. */
export async function exportSlices(
  store: ClickHouseStore,
  selection: Conditions,
  {
    beforeMs,
    sliceRowsMax = SLICE_ROWS_MAX,
  }: { beforeMs?: number | undefined; sliceRowsMax?: number | undefined },
): Promise<ExportSlice[]> {
  const conditions = allOf([selection, startsBefore(beforeMs)])
  const params = { ...conditions.params, sliceRowsMax }
  const found = await store.query(slicesQuery(conditions), params)
  return found.map(({ rowsCount, fromMs }, at) => ({
    rowsCount,
    fromMs,
    conditions: allOf([
      selection,
      startsBefore(found[at - 1]?.fromMs ?? beforeMs),
      startsFrom(at === found.length - 1 ? undefined : fromMs), // The oldest has all that is left.
    ]),
  }))
}

const sliceRow = z.object({ fromMs: exactInteger, rowsCount: exactInteger })

/** Exported for the test that asserts its text. */
export function slicesQuery(conditions: Conditions) {
  return queryFile<QueryParams>()('report-export-slices', sliceRow, {
    conditions: conditions.texts.join('\n            AND '),
  })
}

function startsBefore(ms: number | undefined): Conditions {
  if (ms === undefined) return { texts: [], params: {} }
  return {
    texts: ["started_at < fromUnixTimestamp64Milli({sliceToMs:Int64}, 'UTC')"],
    params: { sliceToMs: ms },
  }
}

function startsFrom(ms: number | undefined): Conditions {
  if (ms === undefined) return { texts: [], params: {} }
  return {
    texts: ["started_at >= fromUnixTimestamp64Milli({sliceFromMs:Int64}, 'UTC')"],
    params: { sliceFromMs: ms },
  }
}
