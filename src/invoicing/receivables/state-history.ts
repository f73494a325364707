/** The states that an invoice had: when, by whom, through which door. Appended to, never changed. */
import { z } from 'zod'
import { micros, type Micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'

/** Who does something to an invoice, and where. */
export interface Actor {
  readonly by: string
  /** The command, page or service, such as `tik bill pay`. */
  readonly door: string
}

/** What nobody asked for by name. */
export const TIK: Actor = { by: 'tik', door: 'tik' }

export const NOTED_STATES = [
  'finalised',
  'zero-suppressed',
  'sent',
  'part-paid',
  'paid',
  'reopened',
  'released',
  'credited',
  'disputed',
  'dispute-resolved',
  'reminded',
] as const
export type NotedState = (typeof NOTED_STATES)[number]

export interface StateNote {
  readonly state: NotedState
  readonly atMs: number
  readonly actor: Actor
  readonly amountMicros?: Micros | undefined
  readonly note?: string | undefined
}

/** Inside the transaction that makes it true. What happens once (`finalised`, `sent`) is noted once. */
export async function noteState(
  sql: SqlRunner,
  invoiceId: number,
  { state, atMs, actor, amountMicros, note }: StateNote,
): Promise<void> {
  await sql.execute(
    `INSERT INTO invoice_states (invoice_id, state, at_ms, by_whom, door, amount_micros, note)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [invoiceId, state, atMs, actor.by, actor.door, amountMicros ?? null, note ?? ''],
  )
}

/** In the order in which they were noted. */
export function stateHistory(sql: SqlRunner, invoiceId: number): Promise<StateNote[]> {
  return sql.query(
    `SELECT state, at_ms, by_whom, door, amount_micros, note FROM invoice_states
     WHERE invoice_id = $1 ORDER BY state_id`,
    [invoiceId],
    historyRow,
  )
}

const historyRow = z
  .object({
    state: z.enum(NOTED_STATES),
    at_ms: z.int(),
    by_whom: z.string(),
    door: z.string(),
    amount_micros: z.int().nullable(),
    note: z.string(),
  })
  .transform((row): StateNote => ({
    state: row.state,
    atMs: row.at_ms,
    actor: { by: row.by_whom, door: row.door },
    ...(row.amount_micros === null ? {} : { amountMicros: micros(row.amount_micros) }),
    ...(row.note === '' ? {} : { note: row.note }),
  }))
