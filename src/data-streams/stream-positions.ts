/** How far the ledger's log was read for streams, as it is stored. */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'
import type { LogRange } from './note-reads.ts'

const STREAMS_LOCK = 811_040_530 // Any constant that nobody else takes.

/** Until the transaction ends: two that read at once would read the same twice. */
export async function lockStreams(sql: SqlRunner): Promise<void> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [STREAMS_LOCK], z.unknown())
}

/** Higher than every read that there was. */
export async function nextNumber(sql: SqlRunner): Promise<number> {
  const [row] = await sql.query(
    `SELECT greatest((SELECT max(read_no) FROM stream_reads), (SELECT max(next_read) - 1 FROM data_streams),
       0) + 1 AS next`,
    [],
    z.object({ next: z.int() }),
  )
  return row?.next ?? 1
}

export async function insertRead(
  sql: SqlRunner,
  read: {
    readonly nowMs: number
    readonly recordedFromMs: number
    readonly accounts: readonly string[]
    readonly ranges: readonly LogRange[]
  },
): Promise<void> {
  await sql.execute(
    `INSERT INTO stream_reads (read_ms, recorded_from_ms, accounts, ranges)
     VALUES ($1, $2, $3::text[], $4::jsonb)`,
    [read.nowMs, read.recordedFromMs, read.accounts, JSON.stringify(read.ranges)],
  )
}

/** Also of streams that are paused: they go on from where they were. */
export async function accountsOfStreams(sql: SqlRunner): Promise<string[]> {
  const rows = await sql.query(
    `SELECT DISTINCT owner_id FROM data_streams WHERE owner_kind = 'account' AND 'usage' = ANY(events)`,
    [],
    z.object({ owner_id: z.string() }),
  )
  return rows.map(({ owner_id }) => owner_id)
}

export async function readPositions(
  sql: SqlRunner,
): Promise<{ known: Map<string, number>; readMs: number | undefined }> {
  const rows = await sql.query(
    'SELECT log_source, log_partition, next_offset, read_ms FROM stream_positions',
    [],
    z.object({
      log_source: z.string(),
      log_partition: z.int(),
      next_offset: z.int(),
      read_ms: z.int(),
    }),
  )
  return {
    known: new Map(
      rows.map((row) => [`${row.log_source}/${row.log_partition}`, row.next_offset] as const),
    ),
    readMs: rows.find(({ log_source }) => log_source === LAST_READ)?.read_ms,
  }
}

/** No log has this name: its row says when the log was read last. */
const LAST_READ = ''

export async function writePositions(
  sql: SqlRunner,
  moved: readonly { source: string; number: number; last: number }[],
  nowMs: number,
): Promise<void> {
  const rows = moved.map(({ source, number, last }) => ({
    log_source: source,
    log_partition: number,
    next_offset: last + 1,
    read_ms: nowMs,
  }))
  const lastRead = { log_source: LAST_READ, log_partition: 0, next_offset: 0, read_ms: nowMs }
  await sql.execute(
    `INSERT INTO stream_positions (log_source, log_partition, next_offset, read_ms)
     SELECT log_source, log_partition, next_offset, read_ms
     FROM jsonb_populate_recordset(NULL::stream_positions, $1::jsonb)
     ON CONFLICT (log_source, log_partition)
     DO UPDATE SET next_offset = excluded.next_offset, read_ms = excluded.read_ms`,
    [JSON.stringify([...rows, lastRead])],
  )
}
