/** What of an account's agreement the catalogue cannot serve: VAT rates, discounts, groups' allowances. */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { vatPercentAt } from '../../catalogue/vat-at.ts'
import { dayToIso } from '../../core/time/period.ts'
import { isRated } from '../../core/money/tax.ts'
import { overlaps } from '../../core/time/validity.ts'
import type { Finding } from '../run/billing.ts'
import type { AccountScope } from '../run/billing-scope.ts'

export function agreementFindings(
  scopes: readonly AccountScope[],
  catalogue: Catalogue,
): Finding[] {
  const { callTypes, plans, modules } = catalogue
  const sold = [...callTypes, ...plans.values(), ...modules.values()]
  const used = sold.flatMap(({ taxes }) => taxes.map(({ taxCategory }) => taxCategory))
  const categories = new Set(['standard' as const, ...used.filter(isRated)])
  const missing = scopes.flatMap(({ account, partner, period, calendar }) => {
    const { country } = partner.party.address
    const moments = [period.startMs, period.endMs - 1]
    return [...categories].flatMap((category) => {
      const at = moments.find(
        (atMs) => vatPercentAt(catalogue, country, category, atMs) === undefined,
      )
      if (at === undefined) return []
      const day = dayToIso(calendar.dayAt(at).day)
      const text = `${country} has no ${category} VAT rate on ${day}`
      return [finding('vat_rate_missing', 'error', account.accountId, text)]
    })
  })
  return [
    ...missing,
    ...scopes.flatMap((scope) => unknownDiscounts(scope, catalogue)),
    ...scopes.flatMap((scope) => idleAllowances(scope, catalogue)),
  ]
}

function unknownDiscounts({ account, period }: AccountScope, catalogue: Catalogue): Finding[] {
  const span = { fromMs: period.startMs, toMs: period.endMs }
  return account.discounts
    .filter(({ on, callType }) => on === 'call-type' && !catalogue.callTypeIndexById.has(callType))
    .filter((discount) => overlaps(discount, span))
    .map(({ callType, description }) => {
      const text = `"${description}" is on ${callType}, a call type that the catalogue does not have`
      return finding('discount_without_effect', 'warning', account.accountId, text)
    })
}

/** An import refuses what it can see; the catalogue may have changed since. */
function idleAllowances({ account, groups }: AccountScope, { allowances }: Catalogue): Finding[] {
  return groups.flatMap(({ groupId, allowanceIds }) =>
    allowanceIds.flatMap((allowanceId) => {
      const allowance = allowances.get(allowanceId)
      if (allowance !== undefined && allowance.period !== 'lifetime') return []
      const why =
        allowance === undefined
          ? 'is not in the catalogue'
          : 'lasts for a lifetime: it never begins'
      const text = `"${allowanceId}" of group ${groupId} ${why}; its members are charged as without it`
      return [finding('allowance_without_effect', 'warning', account.accountId, text)]
    }),
  )
}

function finding(
  code: Finding['code'],
  severity: Finding['severity'],
  subject: string,
  text: string,
): Finding {
  const show = 'tik catalogue check'
  return { code, severity, subject, text, count: 1, estimateMicros: undefined, show }
}
