/**
 * Limit mails that nobody got yet, by account: of crossings that no round of `tik alerts send` or of a
 * running `tik run` has read, of those that wait for their mail, and of mails that a server did not take.
 * Looking changes nothing.
 */
import { z } from 'zod'
import type { Directory } from '../core/accounts/accounts.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import { scopeSources } from '../rating/restore/settle-scope.ts'
import { LIMIT_MAIL_KIND } from './letters/compose-mails.ts'
import { readPositions } from './crossings/crossing-positions.ts'
import { toCrossingRow } from './crossings/crossing-row.ts'
import { messageKindOf, type LedgerCrossing } from './crossings/crossing.ts'
import type { CrossingPosition, CrossingReader } from './crossings/ledger-crossings.ts'

export interface WaitingLimitMails {
  readonly accountId: string
  /** `unread`: the crossing is in the ledger only; `waiting`: its mail is not written yet. */
  readonly state: 'unread' | 'waiting' | 'queued' | 'failed'
  /** Crossings and users to be told, or mails. */
  readonly count: number
  /** What the mail server said last. */
  readonly reason: string
}

/** Reads of the ledger; what is beyond them is not counted. */
const READS_MAX = 20
/** Crossings that are compared with the noted ones in one statement. */
const CROSSINGS_PER_STATEMENT_MAX = 2_000

export async function waitingLimitMails(
  store: OperationsStore,
  reader: CrossingReader,
  directory: Directory,
): Promise<WaitingLimitMails[]> {
  return [...(await unreadCrossings(store, reader, directory)), ...(await storedMails(store))]
}

async function storedMails(store: OperationsStore): Promise<WaitingLimitMails[]> {
  return store.query(
    `SELECT account_id AS "accountId", 'waiting' AS state, count(*)::int AS count, '' AS reason
     FROM alert_notices JOIN alert_crossings USING (crossing_id)
     WHERE mail_id IS NULL GROUP BY account_id
     UNION ALL
     SELECT account_id, state, count(*)::int, max(reason)
     FROM mails WHERE kind = '${LIMIT_MAIL_KIND}' AND state <> 'sent' GROUP BY account_id, state
     ORDER BY 1, 2`,
    [],
    z.object({
      accountId: z.string(),
      state: z.enum(['waiting', 'queued', 'failed']),
      count: z.int(),
      reason: z.string(),
    }),
  )
}

async function unreadCrossings(
  store: OperationsStore,
  reader: CrossingReader,
  directory: Directory,
): Promise<WaitingLimitMails[]> {
  // Of builds before only: their kind of scope matters to nothing but whether a crossing is noted.
  const sources = scopeSources({ catalogue: { allowances: new Map() }, directory })
  const readers = readersOf(directory)
  const counts = new Map<string, number>()
  let positions: readonly CrossingPosition[] = await readPositions(store)
  for (let read = 0; read < READS_MAX; read++) {
    const found = await reader.readAfter(positions, sources)
    for (const crossing of await notNoted(store, found.crossings)) {
      const { accountId } = crossing
      const toldCount = readers.get(`${accountId}|${messageKindOf(crossing)}`) ?? 0
      if (toldCount > 0) counts.set(accountId, (counts.get(accountId) ?? 0) + toldCount)
    }
    if (found.more !== true) break
    positions = moved(positions, found.positions)
  }
  return [...counts].map(([accountId, count]) => ({
    accountId,
    state: 'unread',
    count,
    reason: '',
  }))
}

/** How many users of an account are registered for a kind of message. */
function readersOf({ users }: Directory): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { accountId, registrations } of users) {
    for (const kind of registrations) {
      const key = `${accountId}|${kind}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return counts
}

/** Each once, without those that an earlier row had crossed already. */
async function notNoted(
  store: OperationsStore,
  crossings: readonly LedgerCrossing[],
): Promise<LedgerCrossing[]> {
  const fresh: LedgerCrossing[] = []
  for (let start = 0; start < crossings.length; start += CROSSINGS_PER_STATEMENT_MAX) {
    const chunk = crossings.slice(start, start + CROSSINGS_PER_STATEMENT_MAX)
    const rows = await store.query(NOT_NOTED, [JSON.stringify(chunk.map(toCrossingRow))], placeRow)
    for (const { place } of rows) {
      const crossing = chunk[place - 1]
      if (crossing !== undefined) fresh.push(crossing)
    }
  }
  return fresh
}

const placeRow = z.object({ place: z.int() })

const NOT_NOTED = `
  SELECT min(place)::int AS place
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (account_id text, period_start_day integer,
    code text, scope_kind text, scope_id text, subject text, level text)) WITH ORDINALITY
    AS crossing (account_id, period_start_day, code, scope_kind, scope_id, subject, level, place)
  WHERE NOT EXISTS (SELECT FROM alert_crossings AS noted
    WHERE noted.account_id = crossing.account_id
      AND noted.period_start_day = crossing.period_start_day AND noted.code = crossing.code
      AND noted.scope_kind = crossing.scope_kind AND noted.scope_id = crossing.scope_id
      AND noted.subject = crossing.subject AND noted.level = crossing.level)
  GROUP BY account_id, period_start_day, code, scope_kind, scope_id, subject, level
  ORDER BY 1`

function moved(
  before: readonly CrossingPosition[],
  after: readonly CrossingPosition[],
): CrossingPosition[] {
  const places = [...before, ...after].map(
    (each) => [`${each.logSource}/${each.logPartition}`, each] as const,
  )
  return [...new Map(places).values()]
}
