/** Reads an account's usage for its stream, page by page: of a part of the log, or of a time. */
import { z } from 'zod'
import { DELETED_DETAIL } from '../core/usage/beyond-retention.ts'
import { exactInteger, queryFile } from '../ledger/engine/query-file.ts'
import { selectionOf, shapeOf } from '../ledger/columns/read-fields.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { shownRow, SHOWN_SELECTION, type ShownRow } from '../reports/usage-details.ts'
import type { WantedReplay, UsagePlace } from './data-stream.ts'
import { rangeParams, type LogRange } from './note-reads.ts'

export interface StreamedUsage {
  readonly row: ShownRow
  readonly startLocal: string
  readonly recordedMs: number
  /** The entry that it reverses or corrects; '' where it is none. */
  readonly corrects: string
  readonly place: UsagePlace
}

export interface WantedUsage {
  readonly accountId: string
  /** Of the account. */
  readonly timeZone: string
  readonly after: UsagePlace | undefined
  readonly limit: number
}

/** What the account has in a part of the log. */
export async function readLiveUsage(
  clickhouse: ClickHouseStore,
  wanted: WantedUsage,
  part: { readonly ranges: readonly LogRange[]; readonly recordedFromMs: number },
): Promise<StreamedUsage[]> {
  const rows = await clickhouse.query(liveQuery, {
    ...pageParams(wanted),
    ...rangeParams(part.ranges),
    recordedFromMs: part.recordedFromMs,
  })
  return rows.map(toStreamed)
}

/** What was recorded for it in a time. */
export async function readReplayedUsage(
  clickhouse: ClickHouseStore,
  wanted: WantedUsage,
  { fromMs, untilMs }: Pick<WantedReplay, 'fromMs' | 'untilMs'>,
): Promise<StreamedUsage[]> {
  const rows = await clickhouse.query(replayQuery, {
    ...pageParams(wanted),
    fromMs,
    untilMs,
    deletedDetail: DELETED_DETAIL,
  })
  return rows.map(toStreamed)
}

function pageParams({ accountId, timeZone, after, limit }: WantedUsage) {
  return { accountId, timeZone, limit, ...(after ?? BEFORE_ALL) }
}

const BEFORE_ALL: UsagePlace = { first: -1, second: 0, source: '', partition: 0, offset: -1 }

const EXTRA_FIELDS = ['recordedMs', 'corrects'] as const
const fields = `${SHOWN_SELECTION},\n    ${selectionOf(EXTRA_FIELDS)}`
const streamedRow = shownRow.and(
  z.object({
    ...shapeOf(EXTRA_FIELDS),
    startLocal: z.string(),
    first: exactInteger,
    second: exactInteger,
  }),
)

interface PageParams extends UsagePlace {
  readonly [name: string]: string | number | readonly string[] | readonly number[]
  readonly accountId: string
  readonly timeZone: string
  readonly limit: number
}

const liveQuery = queryFile<
  PageParams & ReturnType<typeof rangeParams> & { readonly recordedFromMs: number }
>()('stream-usage-live', streamedRow, { fields })
const replayQuery = queryFile<
  PageParams & { readonly fromMs: number; readonly untilMs: number; readonly deletedDetail: string }
>()('stream-usage-replay', streamedRow, { fields })

function toStreamed(found: z.output<typeof streamedRow>): StreamedUsage {
  const { startLocal, recordedMs, corrects, first, second, ...row } = found
  const { logSource: source, logPartition: partition, logOffset: offset } = row
  return {
    row,
    startLocal,
    recordedMs,
    corrects,
    place: { first, second, source, partition, offset },
  }
}
