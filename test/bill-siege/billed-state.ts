/** What the months have come to: every document as it is stored, what became of it, and every file that leaves. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readConfig } from '../../src/core/config/config.ts'
import { openOperations, type OperationsStore } from '../../src/postgres/operations-store.ts'
import type { Things } from '../siege/end-state.ts'
import type { Place } from './place.ts'

/** What is compared, and of each thing its name and its content. */
export type BilledState = Readonly<Record<keyof typeof QUESTIONS | 'files', Things>>

/** Ids that the store gives, which a transaction that was killed uses up. */
const IDS = `'{invoice_id,run_id,corrects_invoice_id,cut_off_id,late_after_cut_off_id}'::text[]`
/** One document, whatever its id. */
const NAME = `concat_ws(' ', invoices.partner_id, coalesce(number, invoices.account_id), period,
  invoices.revision)`

/** Bank entries are numbered by the store too. */
const WITHOUT_IDS = (column: string) => `regexp_replace(${column}, 'bank entry \\d+', 'bank entry')`

const QUESTIONS = {
  documents: `SELECT ${NAME} AS name, (to_jsonb(invoices) - ${IDS})::text || coalesce((SELECT number
      FROM invoices AS original WHERE original.invoice_id = invoices.corrects_invoice_id), '') AS content
    FROM invoices`,
  lines: `SELECT ${NAME} || ' line ' || line_number AS name, (to_jsonb(line) - ${IDS})::text AS content
    FROM invoice_lines AS line JOIN invoices USING (invoice_id)`,
  items: `SELECT ${NAME} || ' item ' || item_number AS name, (to_jsonb(item) - ${IDS})::text AS content
    FROM invoice_recurring_items AS item JOIN invoices USING (invoice_id)`,
  oneOffs: `SELECT charge_id AS name, ${NAME} AS content
    FROM invoice_one_off_charges AS charge JOIN invoices USING (invoice_id)`,
  written: `SELECT ${NAME} || ' ' || document.kind AS name, sha256 AS content
    FROM invoice_documents AS document JOIN invoices USING (invoice_id)`,
  // A mail that was leaving when its run was killed leaves later.
  states: `SELECT ${NAME} AS name, string_agg(concat_ws(' ', state, CASE WHEN state <> 'sent' THEN at_ms END,
      by_whom, door, amount_micros, ${WITHOUT_IDS('note')}), ', ' ORDER BY state, at_ms, note) AS content
    FROM invoice_states JOIN invoices USING (invoice_id) GROUP BY ${NAME}`,
  deliveries: `SELECT ${NAME} AS name, string_agg(concat_ws(' ', state, at_ms), ', '
      ORDER BY delivery_id) AS content
    FROM e_invoice_deliveries JOIN invoices USING (invoice_id) GROUP BY ${NAME}`,
  series: `SELECT concat_ws(' ', partner_id, series, year) AS name,
      concat_ws(' ', first_number, last_number) AS content FROM invoice_number_series`,
  closed: `SELECT account_id || ' ' || period_start_day AS name, closed_at_ms::text AS content
    FROM account_closed_periods`,
  payments: `SELECT ${WITHOUT_IDS('reference')} AS name, concat_ws(' ', amount_micros, on_day,
      (SELECT string_agg(concat_ws(' ', number, assignment.amount_micros), ', ')
       FROM payment_assignments AS assignment JOIN invoices USING (invoice_id)
       WHERE assignment.payment_id = payments.payment_id)) AS content FROM payments`,
  mails: `SELECT mail_id AS name, concat_ws(' ', recipient_email, state, subject, created_ms, md5(text_body),
      md5(html_body)) AS content FROM mails`,
} as const

/** Opens the operations store: no command may run. */
export async function readBilledState(place: Place): Promise<BilledState> {
  const [dataFolder] = place.dataFolders
  const { postgresUrl: url } = readConfig(dataFolder, place.environment())
  await using store = await openOperations(
    url === undefined ? { folder: join(dataFolder, 'operations') } : { url },
  )
  const asked: [string, Things][] = []
  for (const [name, sql] of Object.entries(QUESTIONS)) asked.push([name, await things(store, sql)])
  return { ...Object.fromEntries(asked), files: filesOf(dataFolder) } as BilledState
}

/** Beyond that nothing differs: each series from its first number on, each once. */
export function problemsOfNumbers({ documents, series }: BilledState): string[] {
  const numbers = [...documents.values()].flatMap(
    (text) => /"number": "([^"]+)"/.exec(text)?.[1] ?? [],
  )
  const bySeries = Map.groupBy(numbers, (number) => number.slice(0, -8))
  const found = [...bySeries].flatMap(([name, all]) => {
    const counted = all
      .map((number) => Number(number.slice(-8)))
      .sort((left, right) => left - right)
    const first = counted[0] ?? 0
    return counted.every((number, index) => number === first + index)
      ? []
      : [`the numbers of ${name} are ${counted.join(', ')}`]
  })
  return bySeries.size === series.size ? found : [...found, 'a series has no number, or two']
}

const named = z.object({ name: z.string(), content: z.string() })

async function things(store: OperationsStore, sql: string): Promise<Things> {
  const rows = await store.query(sql, [], named)
  const all = new Map(rows.map(({ name, content }) => [name, content]))
  if (all.size === rows.length) return all
  throw new Error(`two rows have one name: ${sql}`)
}

function filesOf(dataFolder: string): Things {
  const found = ['invoices', 'mails', 'outbox'].flatMap((name) => {
    const folder = join(dataFolder, name)
    return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  })
  return new Map(
    found.map((path) => {
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
      return [path.slice(dataFolder.length + 1), hash]
    }),
  )
}
