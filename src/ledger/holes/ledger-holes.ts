/** Asks the ledger what it has, and compares it with what was recorded: see find-holes.ts. */
import { z } from 'zod'
import type { ClickHouseStore } from '../engine/clickhouse-store.ts'
import { findHoles, type KnownPosition, type LedgerHole, type RecordedState } from './find-holes.ts'
import { exactInteger, queryFile, queryText } from '../engine/query-file.ts'

const integers = z.array(exactInteger)

const positionsQuery = queryFile()(
  'recorded-positions',
  z.object({
    sources: z.array(z.string()),
    partitions: integers,
    lastOffsets: integers,
    rowsCounts: integers,
  }),
)

const filesQuery = queryFile()(
  'recorded-files',
  z.object({
    numbers: integers,
    registered: integers,
    finished: integers,
    recordsCounts: integers,
  }),
)

const acceptedQuery = queryFile()(
  'accepted-losses',
  z.object({
    source: z.string(),
    partition: exactInteger,
    firstOffset: exactInteger,
    nextOffset: exactInteger,
  }),
)

const rangesQuery = queryFile<{ source: string; partition: number; limit: number }>()(
  'missing-offsets',
  z.object({ firstOffset: exactInteger, nextOffset: exactInteger }),
)

const detachedQuery = queryFile()(
  'detached-parts',
  z.object({ table: z.string(), name: z.string() }),
)

const checkQuery = queryText()(
  'check-usage-ledger',
  'CHECK TABLE usage_ledger',
  z.object({ part_path: z.string(), is_passed: exactInteger, message: z.string() }),
)

/** `known` was asked before, so that rows which come meanwhile are not missed. */
export async function ledgerHoles(
  store: ClickHouseStore,
  known: readonly KnownPosition[],
): Promise<LedgerHole[]> {
  const holes = findHoles(await recordedState(store, known))
  // A file is listed before its first row: what came between the two questions is listed now.
  const isUnsure = holes.some(({ kind }) => kind === 'list')
  return isUnsure ? findHoles(await recordedState(store, known)) : holes
}

/** Files first: their rows are there before a file is finished. */
export async function recordedState(
  store: ClickHouseStore,
  known: readonly KnownPosition[],
): Promise<RecordedState> {
  const [files] = await store.query(filesQuery, {})
  const accepted = await store.query(acceptedQuery, {})
  const [positions] = await store.query(positionsQuery, {})
  return {
    known,
    accepted,
    files: (files?.numbers ?? []).map((number, index) => ({
      number,
      registered: files?.registered[index] === 1,
      finished: files?.finished[index] === 1,
      recordsCount: files?.recordsCounts[index] ?? 0,
    })),
    positions: (positions?.sources ?? []).map((source, index) => ({
      source,
      partition: positions?.partitions[index] ?? 0,
      lastOffset: positions?.lastOffsets[index] ?? -1,
      rowsCount: positions?.rowsCounts[index] ?? 0,
    })),
  }
}

export interface OffsetRange {
  readonly firstOffset: number
  readonly nextOffset: number
}

/** Ranges of one partition beyond this are not named. */
export const RANGES_MAX = 1_000

/** The places between rows where some are missing; not what is missing at the end. */
export function missingRanges(
  store: ClickHouseStore,
  { source, partition }: { source: string; partition: number },
): Promise<OffsetRange[]> {
  return store.query(rangesQuery, { source, partition, limit: RANGES_MAX })
}

/** Parts that the engine set aside, as `table/name`. */
export async function detachedParts(store: ClickHouseStore): Promise<string[]> {
  return (await store.query(detachedQuery, {})).map(({ table, name }) => `${table}/${name}`)
}

/** Reads every part to its end: what a disk changed without changing its size is found here only. */
export async function unreadableParts(store: ClickHouseStore): Promise<string[]> {
  const parts = await store.query(checkQuery, {})
  return parts.filter((part) => part.is_passed === 0).map((part) => part.part_path)
}
