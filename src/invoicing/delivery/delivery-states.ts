/**
 * What became of an e-invoice on its way to the customer: written, handed over to who delivers it, accepted or
 * refused by the other side. Noted one after the other and never changed; the last one holds.
 */
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { noteState, type Actor } from '../receivables/state-history.ts'

export const DELIVERY_STATES = ['written', 'handed-over', 'accepted', 'refused'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

export interface DeliveryNote {
  readonly state: DeliveryState
  /** Why it was refused, or what somebody said to it. */
  readonly reason: string
  readonly atMs: number
  readonly actor: Actor
}

/** From where a state can be reached. What the other side accepted is done. */
const BEFORE: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  written: ['handed-over', 'refused'], // To be handed over once more.
  'handed-over': ['written'],
  accepted: ['handed-over'],
  refused: ['handed-over'],
}

/**
 * Notes what became of it, inside a transaction. The same state with the same reason again changes nothing.
 * Throws `usage_error` for what has no e-invoice, and for a step that it cannot take.
 */
export async function noteDelivery(
  sql: SqlRunner,
  invoiceId: number,
  note: DeliveryNote,
): Promise<{ readonly state: DeliveryState; readonly isNew: boolean }> {
  await sql.query(
    'SELECT 1 FROM invoices WHERE invoice_id = $1 FOR NO KEY UPDATE',
    [invoiceId],
    z.unknown(),
  )
  const last = (await deliveryHistory(sql, invoiceId)).at(-1)
  if (last === undefined) {
    throw new TikError('usage_error', 'this invoice has no e-invoice that could be delivered', {
      hint: 'tik bill check says what is missing for one',
    })
  }
  const { state, reason, atMs, actor } = note
  if (last.state === state && last.reason === reason) return { state, isNew: false }
  if (!BEFORE[state].includes(last.state)) {
    throw new TikError('usage_error', `the e-invoice is ${last.state}: it cannot become ${state}`, {
      hint: `it can from ${BEFORE[state].join(' or ')}`,
    })
  }
  if (state === 'refused' && reason === '') {
    throw new TikError('usage_error', 'a refusal has a reason', { hint: 'say it with --reason' })
  }
  await sql.execute(
    `INSERT INTO e_invoice_deliveries (invoice_id, state, reason, at_ms, by_whom, door)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [invoiceId, state, reason, atMs, actor.by, actor.door],
  )
  if (state === 'handed-over') await noteSent(sql, invoiceId, { atMs, actor })
  return { state, isNew: true }
}

/** Who gets no mail gets the e-invoice alone: with it the invoice is sent. */
async function noteSent(
  sql: SqlRunner,
  invoiceId: number,
  { atMs, actor }: Pick<DeliveryNote, 'atMs' | 'actor'>,
): Promise<void> {
  const mails = await sql.query(
    'SELECT 1 FROM invoice_mails WHERE invoice_id = $1 LIMIT 1',
    [invoiceId],
    z.unknown(),
  )
  if (mails.length > 0) return
  await noteState(sql, invoiceId, { state: 'sent', atMs, actor, note: 'e-invoice' })
}

/** Oldest first, from the writing of the document; empty where there is none. */
export async function deliveryHistory(sql: SqlRunner, invoiceId: number): Promise<DeliveryNote[]> {
  return sql.query(
    `SELECT 'written' AS state, '' AS reason, invoice.finalised_ms AS at_ms, 'tik' AS by_whom,
       'tik' AS door, 0 AS place
     FROM invoices AS invoice JOIN invoice_documents AS document USING (invoice_id)
     WHERE invoice_id = $1 AND document.kind = 'ubl'
     UNION ALL
     SELECT state, reason, at_ms, by_whom, door, delivery_id FROM e_invoice_deliveries
     WHERE invoice_id = $1
     ORDER BY place`,
    [invoiceId],
    noteRow,
  )
}

const noteRow = z
  .object({
    state: z.enum(DELIVERY_STATES),
    reason: z.string(),
    at_ms: z.int(),
    by_whom: z.string(),
    door: z.string(),
  })
  .transform((row): DeliveryNote => ({
    state: row.state,
    reason: row.reason,
    atMs: row.at_ms,
    actor: { by: row.by_whom, door: row.door },
  }))
