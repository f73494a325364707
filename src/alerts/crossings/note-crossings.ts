/**
 * Notes crossings in the operations store, each once for ever, together with all that they cause
 * and how far the ledger was read: one transaction, so it can be stopped anywhere and run again.
 */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Directory } from '../../core/accounts/accounts.ts'
import type { OperationsStore, SqlRunner } from '../../postgres/operations-store.ts'
import { scopeSources } from '../../rating/restore/settle-scope.ts'
import { messageKindOf, type LedgerCrossing } from './crossing.ts'
import { toCrossingRow } from './crossing-row.ts'
import type { CrossingReader, CrossingPosition } from './ledger-crossings.ts'
import { readPositions } from './crossing-positions.ts'
import { queueWebhooks } from '../webhooks/queue-webhooks.ts'
import { requestBlocks, type BlockContext } from '../request-blocks.ts'

/** Crossings in one statement. */
const CROSSINGS_PER_STATEMENT_MAX = 2_000
/** Reads of the ledger in one round; what is left waits for the next. */
const READS_MAX = 1_000
const DISPATCH_LOCK = 811_040_002 // Two dispatchers at once would read the same rows twice.

/** Reads what is new in the ledger and notes it. Returns how many crossings were not known yet. */
export async function noteNewCrossings(
  store: OperationsStore,
  reader: CrossingReader,
  context: BlockContext,
): Promise<number> {
  let count = 0
  for (let read = 0; read < READS_MAX; read++) {
    const { noted, more } = await noteOneRead(store, reader, context)
    count += noted.length
    if (!more) break
  }
  return count
}

async function noteOneRead(
  store: OperationsStore,
  reader: CrossingReader,
  context: BlockContext,
): Promise<{ noted: NotedCrossing[]; more: boolean }> {
  // The ledger is read before the transaction: it can take long, and a transaction that waits keeps others waiting.
  const from = await readPositions(store)
  const { crossings, positions, more } = await reader.readAfter(from, scopeSources(context))
  return store.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [DISPATCH_LOCK], z.unknown())
    // Another dispatcher noted it meanwhile: what is new after that is read again.
    if (!isDeepStrictEqual(await readPositions(sql), from)) return { noted: [], more: true }
    const noted = await noteCrossings(sql, crossings, context)
    await writePositions(sql, positions)
    return { noted, more: more === true }
  })
}

export interface NotedCrossing extends LedgerCrossing {
  readonly crossingId: number
}

/** Notes crossings that come from anywhere; those that are known already are left out. */
export async function noteCrossings(
  sql: SqlRunner,
  crossings: readonly LedgerCrossing[],
  context: BlockContext,
): Promise<NotedCrossing[]> {
  const noted: NotedCrossing[] = []
  for (let start = 0; start < crossings.length; start += CROSSINGS_PER_STATEMENT_MAX) {
    const chunk = crossings.slice(start, start + CROSSINGS_PER_STATEMENT_MAX)
    const rows = await sql.query(
      INSERT_CROSSINGS,
      [JSON.stringify(chunk.map(toCrossingRow)), context.nowMs],
      insertedRow,
    )
    const idByKey = new Map(rows.map((row) => [crossingRowKey(row), row.crossing_id]))
    for (const crossing of chunk) {
      const key = crossingRowKey(toCrossingRow(crossing))
      const crossingId = idByKey.get(key)
      if (crossingId === undefined) continue
      idByKey.delete(key) // The same level twice in one chunk is one crossing.
      noted.push({ ...crossing, crossingId })
    }
  }
  await addNotices(sql, noted, context.directory)
  const requests = await requestBlocks(sql, noted, context)
  await queueWebhooks(sql, noted, requests, context)
  return noted
}

const INSERT_CROSSINGS = `
  INSERT INTO alert_crossings (account_id, period_start_day, code, scope_kind, scope_id, subject, level,
    used, amount, product, subscription_id, happened_ms, recorded_ms, noted_ms, origin)
  SELECT account_id, period_start_day, code, scope_kind, scope_id, subject, level, used, amount,
    product, subscription_id, happened_ms, recorded_ms, $2::bigint, origin
  FROM jsonb_populate_recordset(NULL::alert_crossings, $1::jsonb)
  ON CONFLICT DO NOTHING
  RETURNING crossing_id, account_id, period_start_day, code, scope_kind, scope_id, subject, level`

const insertedRow = z.object({
  crossing_id: z.int(),
  account_id: z.string(),
  period_start_day: z.int(),
  code: z.string(),
  scope_kind: z.string(),
  scope_id: z.string(),
  subject: z.string(),
  level: z.string(),
})

function crossingRowKey(row: Omit<z.output<typeof insertedRow>, 'crossing_id'>): string {
  const { account_id, period_start_day, code, scope_kind, scope_id, subject, level } = row
  return [account_id, period_start_day, code, scope_kind, scope_id, subject, level].join('|')
}

/** One notice for each user of the account who registered for this kind of message. */
async function addNotices(
  sql: SqlRunner,
  noted: readonly NotedCrossing[],
  directory: Directory,
): Promise<void> {
  const usersOf = Map.groupBy(directory.users, ({ accountId }) => accountId)
  const notices = noted.flatMap((crossing) =>
    (usersOf.get(crossing.accountId) ?? [])
      .filter(({ registrations }) => registrations.includes(messageKindOf(crossing)))
      .map(({ userId }) => ({ crossing_id: crossing.crossingId, user_id: userId })),
  )
  for (let start = 0; start < notices.length; start += CROSSINGS_PER_STATEMENT_MAX) {
    const chunk = notices.slice(start, start + CROSSINGS_PER_STATEMENT_MAX)
    await sql.execute(
      `INSERT INTO alert_notices (crossing_id, user_id)
       SELECT crossing_id, user_id FROM jsonb_populate_recordset(NULL::alert_notices, $1::jsonb)
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(chunk)],
    )
  }
}

async function writePositions(
  sql: SqlRunner,
  positions: readonly CrossingPosition[],
): Promise<void> {
  if (positions.length === 0) return
  const rows = positions.map((position) => ({
    log_source: position.logSource,
    log_partition: position.logPartition,
    next_offset: position.nextOffset,
    recorded_ms: position.recordedMs,
  }))
  await sql.execute(
    `INSERT INTO alert_positions (log_source, log_partition, next_offset, recorded_ms)
     SELECT log_source, log_partition, next_offset, recorded_ms
     FROM jsonb_populate_recordset(NULL::alert_positions, $1::jsonb)
     ON CONFLICT (log_source, log_partition)
     DO UPDATE SET next_offset = excluded.next_offset, recorded_ms = excluded.recorded_ms`,
    [JSON.stringify(rows)],
  )
}
