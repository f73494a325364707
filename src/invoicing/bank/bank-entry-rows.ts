/** Bank entries in the operations store, each once. */
import { z } from 'zod'
import { micros, type Micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { Actor } from '../receivables/state-history.ts'
import type { BankEntry } from './bank-entry.ts'

export interface StoredEntry extends Pick<
  BankEntry,
  'bookedDay' | 'amountMicros' | 'currency' | 'counterparty' | 'text' | 'structuredReferences'
> {
  readonly entryId: number
  readonly direction: 'in' | 'back'
  readonly whyOpen: string
}

export const OPEN_ENTRIES_MAX = 10_000

const ENTRIES_LOCK = 811_040_590 // Any constant that nobody else takes.

/** Two imports at once would both find an entry unknown: until the end of the transaction one of them waits. */
export async function takeTurns(sql: SqlRunner): Promise<void> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [ENTRIES_LOCK], z.unknown())
}

/** Of what is not noted yet. Returns its id. */
export async function insertEntry(
  sql: SqlRunner,
  entry: BankEntry,
  noted: { readonly whyOpen: string; readonly actor: Actor; readonly nowMs: number },
): Promise<number> {
  const [row] = await sql.query(
    `INSERT INTO bank_entries (entry_key, iban, statement_id, booked_day, amount_micros, currency,
       direction, counterparty_name, counterparty_iban, structured_references, remittance, ids,
       why_open, noted_ms, by_whom, door)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text[], $11, $12::text[], $13, $14, $15, $16) RETURNING entry_id`,
    [
      entry.key,
      entry.iban,
      entry.statementId,
      entry.bookedDay,
      entry.amountMicros,
      entry.currency,
      entry.direction,
      entry.counterparty.name,
      entry.counterparty.iban,
      entry.structuredReferences,
      entry.text,
      entry.ids,
      noted.whyOpen,
      noted.nowMs,
      noted.actor.by,
      noted.actor.door,
    ],
    insertedRow,
  )
  return insertedRow.parse(row).entry_id
}

const insertedRow = z.object({ entry_id: z.int() })

export async function isKnownEntry(sql: SqlRunner, key: string): Promise<boolean> {
  const rows = await sql.query(
    'SELECT 1 AS one FROM bank_entries WHERE entry_key = $1',
    [key],
    z.object({ one: z.int() }),
  )
  return rows.length > 0
}

/** What waits for a person, oldest first; with an id only that one. At most `OPEN_ENTRIES_MAX`. */
export async function openEntries(sql: SqlRunner, entryId?: number): Promise<StoredEntry[]> {
  return sql.query(
    `SELECT entry_id, booked_day, amount_micros, currency, direction, counterparty_name,
       counterparty_iban, structured_references, remittance, why_open
     FROM bank_entries AS entry
     WHERE ($1::bigint IS NULL OR entry_id = $1)
       AND NOT EXISTS (SELECT 1 FROM payments WHERE bank_entry_id = entry.entry_id)
       AND NOT EXISTS (SELECT 1 FROM bank_entry_dismissals AS gone WHERE gone.entry_id = entry.entry_id)
     ORDER BY entry_id LIMIT ${OPEN_ENTRIES_MAX}`,
    [entryId ?? null],
    entryRow,
  )
}

export async function dismissEntry(
  sql: SqlRunner,
  entryId: number,
  noted: { readonly reason: string; readonly actor: Actor; readonly nowMs: number },
): Promise<void> {
  await sql.execute(
    `INSERT INTO bank_entry_dismissals (entry_id, reason, noted_ms, by_whom, door)
     VALUES ($1, $2, $3, $4, $5)`,
    [entryId, noted.reason, noted.nowMs, noted.actor.by, noted.actor.door],
  )
}

/** Payments of before that a returned entry can mean: of its amount, on its account, with one of its ids. */
export interface Returnable {
  readonly entryId: number
  /** undefined = nobody knew whose it was. */
  readonly payment:
    | { readonly paymentId: number; readonly partnerId: string; readonly accountId: string }
    | undefined
}

export async function returnableEntries(sql: SqlRunner, entry: BankEntry): Promise<Returnable[]> {
  return sql.query(
    `SELECT entry_id, payment_id, partner_id, account_id
     FROM bank_entries AS paid LEFT JOIN payments AS payment ON payment.bank_entry_id = paid.entry_id
     WHERE direction = 'in' AND iban = $1 AND paid.amount_micros = $2 AND currency = $3
       AND ids && $4::text[]
       AND NOT EXISTS (SELECT 1 FROM payments AS reversal
         WHERE reversal.reverses_payment_id = payment.payment_id)
       AND NOT EXISTS (SELECT 1 FROM bank_entry_dismissals AS gone WHERE gone.entry_id = paid.entry_id)
     ORDER BY entry_id`,
    [entry.iban, entry.amountMicros, entry.currency, entry.ids],
    returnableRow,
  )
}

/** Accounts that this account of a payer has paid for. */
export async function accountsPaidFrom(
  sql: SqlRunner,
  counterpartyIbans: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await sql.query(
    `SELECT counterparty_iban, array_agg(DISTINCT account_id ORDER BY account_id) AS account_ids
     FROM bank_entries JOIN payments ON bank_entry_id = entry_id
     WHERE counterparty_iban = ANY($1::text[]) AND counterparty_iban <> '' GROUP BY counterparty_iban`,
    [counterpartyIbans],
    z.object({ counterparty_iban: z.string(), account_ids: z.array(z.string()) }),
  )
  return new Map(rows.map((row) => [row.counterparty_iban, row.account_ids]))
}

const returnableRow = z
  .object({
    entry_id: z.int(),
    payment_id: z.int().nullable(),
    partner_id: z.string().nullable(),
    account_id: z.string().nullable(),
  })
  .transform((row): Returnable => ({
    entryId: row.entry_id,
    payment:
      row.payment_id === null || row.partner_id === null || row.account_id === null
        ? undefined
        : { paymentId: row.payment_id, partnerId: row.partner_id, accountId: row.account_id },
  }))

const entryRow = z
  .object({
    entry_id: z.int(),
    booked_day: z.int(),
    amount_micros: z.int(),
    currency: z.string(),
    direction: z.enum(['in', 'back']),
    counterparty_name: z.string(),
    counterparty_iban: z.string(),
    structured_references: z.array(z.string()),
    remittance: z.string(),
    why_open: z.string(),
  })
  .transform((row): StoredEntry => ({
    entryId: row.entry_id,
    bookedDay: row.booked_day,
    amountMicros: micros(row.amount_micros) satisfies Micros,
    currency: row.currency,
    direction: row.direction,
    counterparty: { name: row.counterparty_name, iban: row.counterparty_iban },
    structuredReferences: row.structured_references,
    text: row.remittance,
    whyOpen: row.why_open,
  }))
