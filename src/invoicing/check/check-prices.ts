/** Prices of the period that are more than a factor away from those of the period before. */
import { z } from 'zod'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { ifExact } from '../../core/money/beyond-exact.ts'
import { TikError } from '../../core/failures/errors.ts'
import { micros, microsFromDecimal } from '../../core/money/money.ts'
import { holdsAt } from '../../core/time/validity.ts'
import type { InstantRange, RateCharge } from '../ledger/check-ledger.ts'
import type { BillingParts, Finding } from '../run/billing.ts'
import type { AccountScope } from '../run/billing-scope.ts'
import { euros, findingOf, sumIfExact } from './finding-of.ts'
import { priceChanges, PRICE_FACTOR_MAX, type PriceChange } from './price-changes.ts'

/** Sellers or call types that a finding names; it counts the rest. */
const NAMES_SHOWN_MAX = 3

export async function priceFindings(
  parts: BillingParts,
  period: string,
  { scopes, range }: { scopes: readonly AccountScope[]; range: InstantRange },
): Promise<Finding[]> {
  const before = { catalogue: await catalogueBefore(parts, period), atMs: range.fromMs - 1 }
  const after = { catalogue: parts.catalogue, atMs: range.toMs - 1 }
  const changes = priceChanges(before, after)
  if (changes.length === 0) return []
  const charges = await parts.ledger.rateCharges([
    ...new Set(scopes.map((each) => each.period.startDay)),
  ])
  return changes.map((change) => found(change, { charges, scopes, period }))
}

/** That of the last run before this month, where it was kept: prices of dates are in today's too. */
async function catalogueBefore(parts: BillingParts, period: string): Promise<Catalogue> {
  const [row] = await parts.operations.query(
    `SELECT catalogue_key FROM billing_runs
     WHERE period < $1 AND catalogue_key IS NOT NULL ORDER BY period DESC, run_id DESC LIMIT 1`,
    [period],
    z.object({ catalogue_key: z.string() }),
  )
  if (row === undefined || row.catalogue_key === parts.catalogueKey) return parts.catalogue
  return parts.catalogueOf(row.catalogue_key).catch((error: unknown) => {
    if (error instanceof TikError && error.code === 'not_found') return parts.catalogue
    throw error
  })
}

function found(
  change: PriceChange,
  of: {
    readonly charges: readonly RateCharge[]
    readonly scopes: readonly AccountScope[]
    readonly period: string
  },
): Finding {
  const { subject, what, before, after, callTypes } = change
  const { count, chargeMicros } = change.kind === 'rate' ? usageOf(change, of) : feesOf(change, of)
  const charged =
    count === 0 ? 'nobody used it in the period' : `${euros(chargeMicros)} in the period`
  const where = change.kind === 'rate' ? `, in ${named(change.sellers)}` : ''
  const byCallType =
    callTypes.size === 0 ? '' : ` --call-type ${[...callTypes].slice(0, NAMES_SHOWN_MAX).join(' ')}`
  return findingOf({
    code: 'price_changed',
    severity: 'warning',
    subject,
    text: `${what} was ${before}, is ${after}${where}: more than ${PRICE_FACTOR_MAX} times apart; ${charged}`,
    count,
    estimateMicros: chargeMicros,
    show: `tik totals --by call-type --period ${of.period}${byCallType}`,
  })
}

function usageOf(
  { subject, callTypes }: PriceChange,
  { charges }: { readonly charges: readonly RateCharge[] },
) {
  const own = charges.filter((each) => each.rateId === subject && callTypes.has(each.callType))
  return {
    count: own.reduce((sum, each) => sum + each.count, 0),
    chargeMicros: sumIfExact(own.map((each) => each.chargeMicros)),
  }
}

/** Subscriptions that have it at the end of their period, each at the new fee. */
function feesOf(
  { subject, after }: PriceChange,
  { scopes }: { readonly scopes: readonly AccountScope[] },
) {
  const count = scopes.reduce((sum, { subscriptions, period }) => {
    const atMs = period.endMs - 1
    const having = subscriptions.filter(
      ({ plans, modules }) =>
        plans.some((each) => each.planId === subject && holdsAt(each, atMs)) ||
        modules.some((each) => each.moduleId === subject && holdsAt(each, atMs)),
    )
    return sum + having.length
  }, 0)
  return { count, chargeMicros: ifExact(() => micros(microsFromDecimal(after) * count)) }
}

function named(ids: ReadonlySet<string>): string {
  const shown = [...ids].slice(0, NAMES_SHOWN_MAX)
  const rest = ids.size - shown.length
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`
}
