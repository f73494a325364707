/**
 * What an import may do to one-off charges: one that is in an invoice is what the customer was billed,
 * so it neither changes nor goes; another charge corrects it.
 */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { TikError } from '../../core/errors.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'

const SHOWN_MAX = 20

/** Throws `accounts_invalid` where a charge that is billed would become another one or be removed. */
export async function refuseBilledChanges(
  sql: SqlRunner,
  before: ReadonlyMap<string, object>,
  wish: { readonly after: ReadonlyMap<string, object>; readonly removed: readonly string[] },
): Promise<void> {
  const changed = [...wish.after].flatMap(([id, row]) => {
    const old = before.get(id)
    return old === undefined || isDeepStrictEqual(old, row) ? [] : [id]
  })
  const wanted = [...changed, ...wish.removed]
  if (wanted.length === 0) return
  const billed = await sql.query(
    `SELECT charge_id, number, period FROM invoice_one_off_charges JOIN invoices USING (invoice_id)
     WHERE charge_id = ANY($1::text[]) ORDER BY charge_id`,
    [wanted],
    z.object({ charge_id: z.string(), number: z.string().nullable(), period: z.string() }),
  )
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
        'write them as they were billed, and add a charge of the difference with an id of its own, ' +
        'such as amount: "-5.00" to give five euros back',
    },
  )
}
