/** Suspense as a person works through it: rejected records by reason, with samples. */
import { z } from 'zod'
import { REJECT_REASONS } from '../../core/failures/reasons.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { estimateRejects, type RejectEstimate } from './estimate-rejects.ts'
import { exactInteger, queryFile } from '../../ledger/engine/query-file.ts'
import { rejectFilterParams, type RejectFilter, type RejectFilterParams } from './reject-filter.ts'

export interface RejectGroup {
  readonly reason: string
  /** What the reason means, for a person. */
  readonly meaning: string
  readonly recordsCount: number
  readonly firstRecordedMs: number
  readonly lastRecordedMs: number
  /** Times of the usages themselves, as far as they are known; 0 = of none. */
  readonly firstStartMs: number
  readonly lastStartMs: number
  /** What they may be worth; undefined where nothing can be told. */
  readonly estimate: RejectEstimate | undefined
  /** Files or topics that they came from, at most 20. */
  readonly origins: readonly string[]
  readonly samples: readonly RejectSample[]
}

export interface RejectSample {
  /** `source/partition/offset` of the ledger entry. */
  readonly entryId: string
  readonly detail: string
  /** The start of the record as it came. */
  readonly raw: string
}

const rejectsByReason = queryFile<RejectFilterParams>()(
  'rejects-by-reason',
  z.object({
    reason: z.string(),
    recordsCount: exactInteger,
    firstRecordedMs: exactInteger,
    lastRecordedMs: exactInteger,
    firstStartMs: exactInteger,
    lastStartMs: exactInteger,
    origins: z.array(z.string()),
    samples: z.array(
      z
        .tuple([z.string(), z.string(), z.string()])
        .transform(([entryId, detail, raw]) => ({ entryId, detail, raw })),
    ),
  }),
)

/**
 * All that waits, or what the filter asks for of it, the most frequent reason first. Whoever tells what
 * waits (`tik rejects list`, `tik status`, `tik bill check`) asks here: there is one estimate.
 */
export async function listRejects(
  store: ClickHouseStore,
  nowMs: number,
  filter: RejectFilter = {},
): Promise<RejectGroup[]> {
  const meanings: Readonly<Record<string, string>> = REJECT_REASONS
  const groups = await store.query(rejectsByReason, rejectFilterParams(filter))
  const estimates = await estimateRejects(store, nowMs, filter)
  return groups.map((group) => ({
    ...group,
    meaning: meanings[group.reason] ?? '',
    estimate: estimates.get(group.reason),
  }))
}
