/** Which accounts a command of the billing cycle is about. */
import { TikError } from '../../core/failures/errors.ts'
import { billingScope } from '../../invoicing/run/billing-scope.ts'
import type { BillingParts } from '../../invoicing/run/billing.ts'

export interface AskedAccounts {
  readonly accounts?: readonly string[] | undefined
  /** Only those that this partner bills in the period. */
  readonly partner?: string | undefined
}

/** Their ids; undefined = all. Throws `not_found` for a partner or an account that there is not. */
export function askedAccounts(
  parts: Pick<BillingParts, 'directory' | 'catalogue'>,
  period: string,
  { accounts, partner }: AskedAccounts,
): readonly string[] | undefined {
  if (partner === undefined) return accounts
  if (!parts.directory.partners.has(partner)) {
    throw new TikError('not_found', `there is no partner "${partner}"`)
  }
  const ofPartner = billingScope(parts, period, accounts).filter(
    (scope) => scope.partner.partnerId === partner,
  )
  const ids = [...new Set(ofPartner.map(({ account }) => account.accountId))]
  if (ids.length === 0) {
    throw new TikError('not_found', `${partner} bills none of these accounts in ${period}`)
  }
  return ids
}
