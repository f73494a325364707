/**
 * What an import may do to one-off charges: one that is in an invoice is what the customer was billed,
 * so it neither changes nor goes; another charge corrects it. One that a build before let be changed
 * after it was billed can be written back to the amount that the invoice has.
 */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import type { RowOf } from './directory-rows.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'

const SHOWN_MAX = 20

type ChargeRow = RowOf<'one_off_charges'>

const billedRow = z.object({
  charge_id: z.string(),
  number: z.string().nullable(),
  period: z.string(),
  amount_micros: z.int().nullable(),
})

/** Throws `accounts_invalid` where a charge that is billed would become another one or be removed. */
export async function refuseBilledChanges(
  sql: SqlRunner,
  before: ReadonlyMap<string, ChargeRow>,
  wish: { readonly after: ReadonlyMap<string, ChargeRow>; readonly removed: readonly string[] },
): Promise<void> {
  const changed = [...wish.after].flatMap(([id, row]) => {
    const old = before.get(id)
    return old === undefined || isDeepStrictEqual(old, row) ? [] : [id]
  })
  const wanted = [...changed, ...wish.removed]
  if (wanted.length === 0) return
  const inInvoices = await sql.query(
    `SELECT charge_id, number, period, (SELECT sum(exact_micros)::bigint FROM invoice_lines AS line
       WHERE line.invoice_id = billed.invoice_id AND section = 'one-off' AND subject = charge_id) AS amount_micros
     FROM invoice_one_off_charges AS billed JOIN invoices USING (invoice_id)
     WHERE charge_id = ANY($1::text[]) ORDER BY charge_id, invoice_id`,
    [wanted],
    billedRow,
  )
  const billed = inInvoices.filter((row) => {
    const [old, now] = [before.get(row.charge_id), wish.after.get(row.charge_id)]
    return !isWrittenBack(old, now, row.amount_micros)
  })
  if (billed.length === 0) return
  const names = billed.map(
    (row) => `"${row.charge_id}" is in invoice ${row.number ?? `of ${row.period}`}`,
  )
  const more = names.length > SHOWN_MAX ? ` and ${names.length - SHOWN_MAX} more` : ''
  throw new TikError(
    'accounts_invalid',
    `one-off charges that are billed cannot be changed or removed: ${names.slice(0, SHOWN_MAX).join('; ')}${more}`,
    {
      hint:
        'write them with the amount that the invoice has, and add a charge of the difference with an id of its own, ' +
        'such as amount: "-5.00" to give five euros back',
    },
  )
}

/** To the amount that was billed, from another one. */
function isWrittenBack(
  old: ChargeRow | undefined,
  now: ChargeRow | undefined,
  billedMicros: number | null,
): boolean {
  return (
    old !== undefined &&
    old.amount_micros !== billedMicros &&
    now?.amount_micros === billedMicros &&
    now.account_id === old.account_id
  )
}
