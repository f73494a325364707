/** Which accounts a bill run is about, and each one's own periods of the month: one, or two about a change. */
import type { Account, Group, Partner, Subscription } from '../../core/accounts/accounts.ts'
import type { BillTo } from '../../core/accounts/bill-to.ts'
import { TikError } from '../../core/failures/errors.ts'
import { accountCalendar, periodsBeginningIn, termsAt } from '../../core/time/account-calendar.ts'
import type { BillingCalendar, BillingPeriod } from '../../core/time/period.ts'
import { modulesOf, plansOf } from '../../directory/agreement.ts'
import type { BillingParts } from './billing.ts'

export interface AccountScope {
  readonly account: Account
  /** Who bills the period. */
  readonly partner: Partner
  /** With their plans and modules while the catalogue has them. */
  readonly subscriptions: readonly Subscription[]
  /** The same as they were agreed, whatever the catalogue has. */
  readonly agreed: readonly Subscription[]
  readonly groups: readonly Group[]
  /** Of the account, each with an invoice of its own. */
  readonly billTos: readonly BillTo[]
  readonly calendar: BillingCalendar
  readonly period: BillingPeriod
  /** Accounts that are on its own invoice; left out where there is none. */
  readonly subAccounts?: readonly AccountScope[]
}

/**
 * The accounts in order of their id, which is the order of the numbers, and of their periods. Throws `usage_error` when
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
  const billTos = Map.groupBy(directory.billTos?.values() ?? [], (each) => each.accountId)
  const ids = accountIds ?? [...directory.accounts.keys()]
  return [...new Set(ids)].sort().flatMap((accountId) => {
    const account = directory.accounts.get(accountId)
    if (account === undefined || !directory.partners.has(account.partnerId)) {
      throw new TikError('not_found', `there is no account "${accountId}"`, {
        hint: 'look at the ids in your accounts document',
      })
    }
    const calendar = accountCalendar(account)
    const agreed = subscriptions.get(accountId) ?? []
    return periodsBeginningIn(calendar, period).flatMap((each) => {
      const partner = directory.partners.get(termsAt(account, each.startMs).partnerId)
      if (partner === undefined) return []
      return {
        account,
        partner,
        subscriptions: whileThere(agreed, catalogue),
        agreed,
        groups: groups.get(accountId) ?? [],
        billTos: billTos.get(accountId) ?? [],
        calendar,
        period: each,
      }
    })
  })
}

/** Every account of the scopes, those on an invoice of another with them. */
export function membersOf(scopes: readonly AccountScope[]): AccountScope[] {
  return scopes.flatMap((scope) => [scope, ...(scope.subAccounts ?? [])])
}

/** Plans and modules while a catalogue has them. */
export function whileThere(
  agreed: readonly Subscription[],
  catalogue: BillingParts['catalogue'],
): Subscription[] {
  return agreed.map((subscription) => ({
    ...subscription,
    plans: plansOf(subscription, catalogue),
    modules: modulesOf(subscription, catalogue),
  }))
}
