/**
 * Reads crossings from the ledger by position in its log: whatever becomes visible late has a higher
 * offset than what was read, and is read then. Times only make the query cheaper.
 */
import { z } from 'zod'
import { entryId } from '../../core/usage/ids.ts'
import { PRODUCTS } from '../../core/usage/usage.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { exactInteger, queryFile } from '../../ledger/engine/query-file.ts'
import type { ScopeSources } from '../../rating/restore/settle-scope.ts'
import { fromCrossingEntry, type LedgerCrossing } from './crossing.ts'

/** How far one partition of the log was read. */
export interface CrossingPosition {
  readonly logSource: string
  readonly logPartition: number
  /** The first offset that was not read. */
  readonly nextOffset: number
  /** When the last row that was read was recorded; 0 = unknown. */
  readonly recordedMs: number
}

export interface CrossingReader {
  /**
   * Crossings after the given positions, oldest first, and the positions after them. Partitions
   * that the positions do not name are read from their start. `sources` settle old keys.
   */
  readAfter(positions: readonly CrossingPosition[], sources: ScopeSources): Promise<CrossingsRead>
}

export interface CrossingsRead {
  readonly crossings: readonly LedgerCrossing[]
  /** Only those that moved. */
  readonly positions: readonly CrossingPosition[]
  /** There was more than one read takes; read again. */
  readonly more?: boolean
}

/** A worker's clock that was set back by less than this cannot hide a row. */
const CLOCK_SLACK_MS = 2 * 86_400_000
/** Partitions in one query; the rest is read by the next call. */
const PARTITIONS_MAX = 500

const positionsQuery = queryFile()(
  'log-positions',
  z.object({ logSource: z.string(), logPartition: exactInteger, lastOffset: exactInteger }),
)

const crossingsQuery = queryFile<{
  partitions: readonly string[]
  nextOffsets: readonly number[]
  lastOffsets: readonly number[]
  recordedFromMs: number
}>()(
  'crossings-after',
  z.object({
    logSource: z.string(),
    logPartition: exactInteger,
    logOffset: exactInteger,
    accountId: z.string(),
    subscriptionId: z.string(),
    product: z.enum(PRODUCTS),
    periodStartDay: exactInteger,
    startedMs: exactInteger,
    recordedMs: exactInteger,
    crossings: z.array(z.string()),
  }),
)

export function createCrossingReader(
  clickhouse: ClickHouseStore,
  partitionsMax = PARTITIONS_MAX,
): CrossingReader {
  return {
    readAfter: (positions, sources) => readAfter(clickhouse, positions, sources, partitionsMax),
  }
}

async function readAfter(
  clickhouse: ClickHouseStore,
  positions: readonly CrossingPosition[],
  sources: ScopeSources,
  partitionsMax: number,
): Promise<CrossingsRead> {
  const known = new Map(positions.map((position) => [partitionName(position), position]))
  const stands = await clickhouse.query(positionsQuery, {})
  const behind = stands.filter(
    (stand) => stand.lastOffset >= (known.get(partitionName(stand))?.nextOffset ?? 0),
  )
  const moved = behind.slice(0, partitionsMax)
  if (moved.length === 0) return { crossings: [], positions: [] }
  const seenMs = moved.map((stand) => known.get(partitionName(stand))?.recordedMs ?? 0)
  const rows = await clickhouse.query(crossingsQuery, {
    partitions: moved.map(partitionName),
    nextOffsets: moved.map((stand) => known.get(partitionName(stand))?.nextOffset ?? 0),
    lastOffsets: moved.map(({ lastOffset }) => lastOffset),
    recordedFromMs: Math.max(0, Math.min(...seenMs) - CLOCK_SLACK_MS),
  })
  const crossings = rows.flatMap((row) =>
    row.crossings.map((entry): LedgerCrossing => ({
      accountId: row.accountId,
      periodStartDay: row.periodStartDay,
      ...fromCrossingEntry(entry, sources),
      product: row.product,
      subscriptionId: row.subscriptionId,
      happenedMs: row.startedMs,
      recordedMs: row.recordedMs,
      origin: entryId(row),
    })),
  )
  return {
    crossings,
    positions: moved.map((stand) => positionAfter(stand, rows, known)),
    more: behind.length > moved.length,
  }
}

function positionAfter(
  stand: { logSource: string; logPartition: number; lastOffset: number },
  rows: readonly { logSource: string; logPartition: number; recordedMs: number }[],
  known: ReadonlyMap<string, CrossingPosition>,
): CrossingPosition {
  const name = partitionName(stand)
  const last = rows.findLast((row) => partitionName(row) === name)
  return {
    logSource: stand.logSource,
    logPartition: stand.logPartition,
    nextOffset: stand.lastOffset + 1,
    recordedMs: last?.recordedMs ?? known.get(name)?.recordedMs ?? 0,
  }
}

function partitionName(place: { logSource: string; logPartition: number }): string {
  return `${place.logSource}/${place.logPartition}`
}
