/**
 * Reads how far the ledger's log has grown and notes, in one transaction with the positions, which part
 * of it that was and whose streams have usage in it. By position and never by time: what becomes visible
 * late has a higher offset than what was read. Nothing of the usage itself is copied here.
 */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { exactInteger, queryFile } from '../ledger/engine/query-file.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import type { OperationsStore, SqlRunner } from '../postgres/operations-store.ts'
import {
  accountsOfStreams,
  insertRead,
  lockStreams,
  nextNumber,
  readPositions,
  writePositions,
} from './stream-positions.ts'

/** A part of one partition of the log, both ends included. */
export interface LogRange {
  readonly partition: string
  readonly next: number
  readonly last: number
}

/** A worker's clock that was set back by less than this cannot hide a row. */
const CLOCK_SLACK_MS = 2 * 86_400_000
/** Partitions in one read; the rest is in the next. */
const PARTITIONS_MAX = 500
/** Accounts in one question to the ledger. */
const ACCOUNTS_MAX = 1_000
/** Reads in one round; what is left waits for the next. */
const READS_MAX = 1_000

/** All that is new. Costs nothing while no stream wants usage. */
export async function noteNewReads(
  store: OperationsStore,
  clickhouse: ClickHouseStore,
  nowMs: number,
): Promise<void> {
  if ((await accountsOfStreams(store)).length === 0) return
  for (let read = 0; read < READS_MAX; read++) {
    // The ledger is asked before the transaction: it can take long.
    const seen = await readLog(store, clickhouse)
    const isMore = await store.transaction(async (sql) => {
      await lockStreams(sql)
      // Somebody else noted it meanwhile: what is new after that is read again.
      if (!isDeepStrictEqual(await readPositions(sql), seen.from)) return true
      return noteRead(sql, seen, nowMs)
    })
    if (!isMore) return
  }
}

/**
 * The number of the read that comes next: where a stream that is made now begins. Call it in the
 * transaction that makes it; what was rated before is read first, so that the stream does not get it.
 */
export async function nextReadNo(
  sql: SqlRunner,
  clickhouse: ClickHouseStore,
  nowMs: number,
): Promise<number> {
  for (let read = 0; read < READS_MAX; read++) {
    await lockStreams(sql)
    if (!(await noteRead(sql, await readLog(sql, clickhouse), nowMs))) break
  }
  return nextNumber(sql)
}

interface LogSeen {
  /** What was known when the ledger was asked. */
  readonly from: Awaited<ReturnType<typeof readPositions>>
  readonly moved: readonly (LogRange & { readonly source: string; readonly number: number })[]
  readonly isMore: boolean
  readonly recordedFromMs: number
  /** Accounts of streams that have usage in it. */
  readonly accounts: readonly string[]
}

async function readLog(sql: SqlRunner, clickhouse: ClickHouseStore): Promise<LogSeen> {
  const from = await readPositions(sql)
  const { known, readMs } = from
  const stands = await clickhouse.query(positionsQuery, {})
  const behind = stands
    .map(({ logSource, logPartition, lastOffset }) => ({
      source: logSource,
      number: logPartition,
      partition: `${logSource}/${logPartition}`,
      next: known.get(`${logSource}/${logPartition}`) ?? 0,
      last: lastOffset,
    }))
    .filter(({ next, last }) => last >= next)
  // Whoever is first has no wish for what was before.
  const moved = readMs === undefined ? behind : behind.slice(0, PARTITIONS_MAX)
  const recordedFromMs = Math.max(0, (readMs ?? 0) - CLOCK_SLACK_MS)
  const isRead = readMs !== undefined && moved.length > 0
  const accounts = isRead
    ? await touched(clickhouse, await accountsOfStreams(sql), moved, recordedFromMs)
    : []
  return { from, moved, isMore: behind.length > moved.length, recordedFromMs, accounts }
}

/** Whether there is more than one read takes. */
async function noteRead(sql: SqlRunner, seen: LogSeen, nowMs: number): Promise<boolean> {
  const { from, moved, recordedFromMs, accounts } = seen
  if (moved.length === 0 && from.readMs !== undefined) return false
  await writePositions(sql, moved, nowMs)
  if (from.readMs === undefined) return false
  if (accounts.length > 0) {
    const ranges = moved.map(({ partition, next, last }) => ({ partition, next, last }))
    await insertRead(sql, { nowMs, recordedFromMs, accounts, ranges })
  }
  return seen.isMore
}

const positionsQuery = queryFile()(
  'log-positions',
  z.object({ logSource: z.string(), logPartition: exactInteger, lastOffset: exactInteger }),
)

const accountsQuery = queryFile<{
  accountIds: readonly string[]
  partitions: readonly string[]
  nextOffsets: readonly number[]
  lastOffsets: readonly number[]
  recordedFromMs: number
}>()('stream-accounts', z.object({ accountId: z.string() }))

async function touched(
  clickhouse: ClickHouseStore,
  accountIds: readonly string[],
  ranges: readonly LogRange[],
  recordedFromMs: number,
): Promise<string[]> {
  const found: string[] = []
  for (let start = 0; start < accountIds.length; start += ACCOUNTS_MAX) {
    const rows = await clickhouse.query(accountsQuery, {
      accountIds: accountIds.slice(start, start + ACCOUNTS_MAX),
      ...rangeParams(ranges),
      recordedFromMs,
    })
    found.push(...rows.map(({ accountId }) => accountId))
  }
  return found
}

/** Parts of the log as the queries take them. */
export function rangeParams(ranges: readonly LogRange[]) {
  return {
    partitions: ranges.map(({ partition }) => partition),
    nextOffsets: ranges.map(({ next }) => next),
    lastOffsets: ranges.map(({ last }) => last),
  }
}
