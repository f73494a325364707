/**
 * What the records that wait may be worth: their quantity at the average charge of comparable usages.
 * It is a rough figure for whoever decides what to look into first; what a record really costs is what
 * `tik rejects replay --dry-run` says.
 */
import { z } from 'zod'
import { ifExact } from '../../core/money/beyond-exact.ts'
import { addMicros, shareInMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import {
  exactBigInteger,
  exactInteger,
  exactMicros,
  queryFile,
} from '../../ledger/engine/query-file.ts'

import { rejectFilterParams, type RejectFilter, type RejectFilterParams } from './reject-filter.ts'

export interface RejectEstimate {
  readonly valueMicros: Micros
  /** How many of the records the value is of; of the others nothing comparable was charged. */
  readonly recordsCount: number
}

const rejectEstimates = queryFile<RejectFilterParams & { sinceMs: number }>()(
  'reject-estimates',
  z.object({
    reason: z.string(),
    waitingCount: exactInteger,
    waitingQuantity: exactBigInteger,
    charged: exactMicros,
    chargedQuantity: exactBigInteger,
  }),
)

/** Usages that were recorded longer ago say little about prices and bundles of today. */
const COMPARABLE_DAYS = 92
const DAY_MS = 86_400_000

/** By reason; a reason of which nothing can be told is not in it. */
export async function estimateRejects(
  store: ClickHouseStore,
  nowMs: number,
  filter: RejectFilter = {},
): Promise<Map<string, RejectEstimate>> {
  const params = { sinceMs: nowMs - COMPARABLE_DAYS * DAY_MS, ...rejectFilterParams(filter) }
  const estimates = new Map<string, RejectEstimate>()
  for (const row of await store.query(rejectEstimates, params)) {
    const { reason, waitingCount, waitingQuantity, charged, chargedQuantity } = row
    const before = estimates.get(reason) ?? { valueMicros: ZERO_MICROS, recordsCount: 0 }
    const share = { numerator: waitingQuantity, denominator: chargedQuantity }
    const valueMicros = ifExact(() => addMicros(before.valueMicros, shareInMicros(charged, share)))
    if (valueMicros === undefined) continue // An absurd quantity: nothing can be told of its worth.
    estimates.set(reason, { valueMicros, recordsCount: before.recordsCount + waitingCount })
  }
  return estimates
}
