/** An invoice that somebody names, if they may reach it. */
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import type { Actor } from '../../invoicing/receivables/state-history.ts'
import { actorOf, isWithinReach, requireRight } from '../caller.ts'
import type { Right } from '../../identity/rights.ts'
import type { Desk } from '../desk.ts'

/** A number is unique per seller: with several sellers name one. */
export interface NamedInvoice {
  readonly number: string
  readonly partnerId?: string | undefined
}

/** Throws `not_allowed` without the right, and `not_found`, also for an invoice of somebody else. */
export async function reachableInvoice(
  desk: Desk,
  { number, partnerId }: NamedInvoice,
  right: Right,
): Promise<number> {
  requireRight(desk.caller, right)
  const named = await desk.operations.query(
    `SELECT invoice_id, account_id, partner_id FROM invoices
     WHERE number = $1 AND ($2::text IS NULL OR partner_id = $2) ORDER BY partner_id`,
    [number, partnerId ?? null],
    invoiceRow,
  )
  const [invoice, second] = named.filter((each) => isWithinReach(desk.caller, each))
  if (invoice === undefined) {
    throw new TikError('not_found', `there is no invoice ${number}`, {
      hint: 'tik bill list shows them',
    })
  }
  if (second !== undefined) {
    throw new TikError('usage_error', `several sellers have an invoice ${number}`, {
      hint: `name the partner: ${invoice.partnerId}, ${second.partnerId} …`,
    })
  }
  return invoice.invoiceId
}

/** For what is noted: who, through which door, and `by` where somebody says for whom they do it. */
export function actingFor(desk: Desk, by: string | undefined): Actor {
  return by === undefined ? actorOf(desk.caller) : { ...actorOf(desk.caller), by }
}

const invoiceRow = z
  .object({ invoice_id: z.int(), account_id: z.string(), partner_id: z.string() })
  .transform((row) => ({
    invoiceId: row.invoice_id,
    accountId: row.account_id,
    partnerId: row.partner_id,
  }))
