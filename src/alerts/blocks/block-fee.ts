/** The plan's fee for blocking a SIM: charged when it is asked for, taken away when the operator refuses. */
import { z } from 'zod'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { feeAt } from '../../catalogue/fee-at.ts'
import type { Language, Subscription } from '../../core/accounts/accounts.ts'
import { TAX_CATEGORIES } from '../../core/money/tax.ts'
import { micros, type Micros } from '../../core/money/money.ts'
import { validAt } from '../../core/time/validity.ts'
import { agreementAt } from '../../directory/agreement.ts'
import { upsertRows, type RowOf } from '../../directory/store/directory-rows.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'

const DESCRIPTIONS = {
  nl: 'Blokkeren simkaart',
  fr: 'Blocage de la carte SIM',
  de: 'Sperren der SIM-Karte',
  en: 'SIM block',
} as const
const GIVEN_BACK = {
  nl: 'Blokkeren simkaart: geweigerd door de operator',
  fr: 'Blocage de la carte SIM : refusé par l’opérateur',
  de: 'Sperren der SIM-Karte: vom Betreiber abgelehnt',
  en: 'SIM block: refused by the operator',
} as const

export interface BlockFee {
  readonly requestId: string
  readonly accountId: string
  readonly subscription: Subscription
  readonly language: Language
}

/** 0 where blocking costs nothing. */
export function blockFee(subscription: Subscription, catalogue: Catalogue, atMs: number): Micros {
  const { planId = '' } = agreementAt(subscription, atMs, catalogue)
  return feeAt(catalogue.plans.get(planId)?.simBlockFee ?? '0', atMs)
}

/** The charge of it; none where it costs nothing. */
export function feeCharges(
  { requestId, accountId, subscription, language }: BlockFee,
  catalogue: Catalogue,
  nowMs: number,
): RowOf<'one_off_charges'>[] {
  const fee = blockFee(subscription, catalogue, nowMs)
  if (fee === 0) return []
  const { planId = '' } = agreementAt(subscription, nowMs, catalogue)
  const plan = catalogue.plans.get(planId)
  return [
    {
      charge_id: chargeId(requestId),
      account_id: accountId,
      subscription_id: subscription.subscriptionId,
      at_ms: nowMs,
      description: DESCRIPTIONS[language],
      amount_micros: fee,
      tax_category: validAt(plan?.taxes ?? [], nowMs)?.taxCategory ?? ('' as const),
      bill_to_id: '',
    },
  ]
}

/**
 * One that is in no invoice yet is gone; what was billed is given back by a charge of its own. Returns what fell away;
 * 0 where nothing was charged. In a transaction of the caller.
 */
export async function dropFee(
  sql: SqlRunner,
  requestId: string,
  { language, nowMs }: { readonly language: Language; readonly nowMs: number },
): Promise<Micros> {
  const [charged] = await sql.query(
    `SELECT charge_id, account_id, subscription_id, amount_micros, tax_category, bill_to_id,
       EXISTS (SELECT 1 FROM invoice_one_off_charges AS billed
         WHERE billed.charge_id = one_off_charges.charge_id) AS is_billed
     FROM one_off_charges WHERE charge_id = $1 FOR UPDATE`,
    [chargeId(requestId)],
    chargedRow,
  )
  if (charged === undefined) return micros(0)
  const { is_billed: isBilled, amount_micros: amount, ...charge } = charged
  if (!isBilled) {
    await sql.execute('DELETE FROM one_off_charges WHERE charge_id = $1', [charge.charge_id])
    return micros(amount)
  }
  const back = {
    ...charge,
    charge_id: `${charge.charge_id}/refused`,
    at_ms: nowMs,
    description: GIVEN_BACK[language],
    amount_micros: -amount,
  }
  await upsertRows(sql, 'one_off_charges', [back])
  return micros(amount)
}

const chargeId = (requestId: string): string => `sim-block/${requestId}`

const chargedRow = z.object({
  charge_id: z.string(),
  account_id: z.string(),
  subscription_id: z.string(),
  amount_micros: z.int(),
  tax_category: z.enum(['', ...TAX_CATEGORIES]),
  bill_to_id: z.string(),
  is_billed: z.boolean(),
})
