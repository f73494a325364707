/**
 * The usage of a ledger row as the directory of today knows it: of the account that had the subscription
 * when it began, of whoever had the number where that subscription had ended, or of nobody.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { termsAt } from '../../core/time/account-calendar.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import type { LedgerRow } from '../../core/usage/ledger-row.ts'
import type { RejectReason } from '../../core/failures/reasons.ts'
import { subscriptionPlaces } from '../../core/accounts/subscription-places.ts'
import type { Usage } from '../../core/usage/usage.ts'
import { createSubscriptionIndex, isActive } from '../../mediation/subscription-index.ts'
import type { UsageOfRow } from '../../verify/usage-of-row.ts'

/** Why nobody can be charged for it: what it cost is given back. */
export const NOBODYS_REASONS: ReadonlySet<string> = new Set<RejectReason>([
  'served_unknown',
  'subscription_inactive',
])

/** Numbers, call types and quantities stay as they were recorded. */
export function createUsageToday(directory: Directory): UsageOfRow {
  const places = subscriptionPlaces(directory)
  const holdings = createSubscriptionIndex(directory)

  function holderOf(row: LedgerRow): number {
    const own = places.indexAt(row.subscriptionId, row.startMs)
    if (own !== -1) return own
    const { servedNumber, accountId, startMs } = row
    const holding = servedNumber.startsWith('+')
      ? holdings.find('number', servedNumber, startMs)
      : holdings.findExtension(accountId, servedNumber, startMs)
    return holding !== undefined && isActive(holding, startMs) ? holding.subscriptionIndex : -1
  }

  return (row: LedgerRow, catalogue: Catalogue): Usage => {
    const subscriptionIndex = holderOf(row)
    const usage: Usage = {
      ...row,
      rejectReason: '',
      unbillableReason: '',
      subscriptionIndex,
      callTypeIndex: catalogue.callTypeIndexById.get(row.callType) ?? -1,
    }
    const subscription = directory.subscriptions[subscriptionIndex]
    if (subscription === undefined) {
      usage.rejectReason = places.has(row.subscriptionId)
        ? 'subscription_inactive'
        : 'served_unknown'
      return usage
    }
    const { subscriptionId, accountId } = subscription
    const account = directory.accounts.get(accountId)
    if (accountId !== row.accountId && account !== undefined) {
      usage.accountId = accountId
      usage.partnerId = termsAt(account, row.startMs).partnerId
    }
    usage.subscriptionId = subscriptionId
    return usage
  }
}
