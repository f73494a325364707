/**
 * What waits: rejected entries that no later entry corrects, in log order. Read in pages, each after
 * the last entry of the one before, so that corrections may be appended while the pages are read.
 */
import { z } from 'zod'
import type { LedgerRow } from '../../core/usage/ledger-row.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { exactInteger, queryFile } from '../../ledger/engine/query-file.ts'

export type WaitingReject = Pick<
  LedgerRow,
  | 'logSource'
  | 'logPartition'
  | 'logOffset'
  | 'reason'
  | 'raw'
  | 'usageId'
  | 'contentHash'
  | 'origin'
  | 'originRecord'
>

export type LogPlace = Pick<LedgerRow, 'logSource' | 'logPartition' | 'logOffset'>

export interface Suspense {
  /** The first `limit` entries after a place in the log; `reasons` empty means any. */
  page(query: {
    readonly reasons: readonly string[]
    readonly after: LogPlace
    readonly limit: number
  }): Promise<readonly WaitingReject[]>
}

const waitingRejectsQuery = queryFile<{
  reasons: readonly string[]
  afterSource: string
  afterPartition: number
  afterOffset: number
  limit: number
}>()(
  'waiting-rejects',
  z.object({
    logSource: z.string(),
    logPartition: exactInteger,
    logOffset: exactInteger,
    reason: z.string(),
    raw: z.string(),
    usageId: z.string(),
    contentHash: exactInteger,
    origin: z.string(),
    originRecord: exactInteger,
  }),
)

export function createSuspense(store: ClickHouseStore): Suspense {
  return {
    page: ({ reasons, after, limit }) =>
      store.query(waitingRejectsQuery, {
        reasons,
        afterSource: after.logSource,
        afterPartition: after.logPartition,
        afterOffset: after.logOffset,
        limit,
      }),
  }
}

/** Bounds the memory of a page: records are a few hundred bytes, seldom more. */
const PAGE_ENTRIES_MAX = 10_000
const START_OF_LOG: LogPlace = { logSource: '', logPartition: 0, logOffset: -1 }

/** Every entry that waits, one by one, each once. */
export async function* waitingRejects(
  suspense: Suspense,
  reasons: readonly string[],
): AsyncGenerator<WaitingReject> {
  let after = START_OF_LOG
  for (;;) {
    const page = await suspense.page({ reasons, after, limit: PAGE_ENTRIES_MAX })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE_ENTRIES_MAX) return
    after = last
  }
}
