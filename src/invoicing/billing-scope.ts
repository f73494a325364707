/** Which accounts a bill run is about, and each one's own period of the month. */
import type { Account, Group, Partner, Subscription } from '../core/accounts.ts'
import { TikError } from '../core/errors.ts'
import {
  billingCalendar,
  dayFromIso,
  type BillingCalendar,
  type BillingPeriod,
} from '../core/period.ts'
import { modulesOf, plansOf } from '../operations/agreement.ts'
import type { BillingParts } from './billing.ts'

export interface AccountScope {
  readonly account: Account
  readonly partner: Partner
  readonly subscriptions: readonly Subscription[]
  readonly groups: readonly Group[]
  readonly calendar: BillingCalendar
  readonly period: BillingPeriod
}

/**
 * The accounts in order of their id, which is the order of the numbers. Throws `usage_error` when
 * `period` is no month and `not_found` when an account is unknown.
 */
export function billingScope(
  { directory, catalogue }: Pick<BillingParts, 'directory' | 'catalogue'>,
  period: string,
  accountIds: readonly string[] | undefined,
): AccountScope[] {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(period)) {
    throw new TikError('usage_error', `"${period}" is no month such as 2026-10`)
  }
  const subscriptions = Map.groupBy(directory.subscriptions, (each) => each.accountId)
  const groups = Map.groupBy(directory.groups.values(), (each) => each.accountId)
  const ids = accountIds ?? [...directory.accounts.keys()]
  return [...new Set(ids)].sort().map((accountId) => {
    const account = directory.accounts.get(accountId)
    const partner = directory.partners.get(account?.partnerId ?? '')
    if (account === undefined || partner === undefined) {
      throw new TikError('not_found', `there is no account "${accountId}"`, {
        hint: 'look at the ids in your accounts document',
      })
    }
    const calendar = billingCalendar(account.timeZone, account.anchorDay)
    const firstDay = `${period}-${String(account.anchorDay).padStart(2, '0')}`
    return {
      account,
      partner,
      subscriptions: (subscriptions.get(accountId) ?? []).map((each) => ({
        ...each,
        plans: plansOf(each, catalogue),
        modules: modulesOf(each, catalogue),
      })),
      groups: groups.get(accountId) ?? [],
      calendar,
      period: calendar.periodStarting(dayFromIso(firstDay)),
    }
  })
}
