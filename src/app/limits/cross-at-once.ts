/**
 * After limits were changed: notes what the accounts whom that touches have reached already. A
 * partner's default touches all of its accounts.
 */
import { noteLoweredLimits } from '../../alerts/crossings/lowered-limit.ts'
import { balancesRequest } from '../../balances/account-balances.ts'
import type { Directory, LimitSetting } from '../../core/accounts/accounts.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { currentLimits } from '../../directory/limits/limits.ts'
import type { Reference } from '../rating-parts.ts'
import type { Stores } from '../stores.ts'

/** Accounts whose sums are read and noted together. */
const ACCOUNTS_MAX = 200

/** A limit that was set, also when it was so already: a change that was cut short is told now. */
type ChangedLimit = Pick<LimitSetting, 'scopeKind' | 'scopeId'>

/**
 * `before` was loaded before the change; without `changed`, it is what differs from it. Returns how
 * many levels are newly reached.
 */
export async function crossAtOnce(
  stores: Pick<Stores, 'clickhouse' | 'operations'>,
  before: Pick<Reference, 'directory' | 'catalogue'>,
  { atMs, changed }: { atMs: number; changed?: readonly ChangedLimit[] },
): Promise<number> {
  const limits = await currentLimits(stores.operations)
  const scopes = changed ?? differing(before.directory.limits, limits)
  const accountIds = touchedAccounts(before.directory, scopes)
  const parts = { directory: { ...before.directory, limits }, catalogue: before.catalogue }
  const ledger = createClickHouseLedger(stores.clickhouse)
  let count = 0
  for (let start = 0; start < accountIds.length; start += ACCOUNTS_MAX) {
    const chunk = accountIds.slice(start, start + ACCOUNTS_MAX)
    const totals = await ledger.balances(
      chunk.map((accountId) => balancesRequest({ ...parts, accountId, atMs })),
    )
    const accounts = chunk.flatMap((accountId, index) => {
      const own = totals[index]
      return own === undefined ? [] : [{ accountId, totals: own }]
    })
    count += (await noteLoweredLimits(stores.operations, parts, { accounts, atMs })).length
  }
  return count
}

function differing(
  before: readonly LimitSetting[],
  after: readonly LimitSetting[],
): readonly LimitSetting[] {
  const known = new Set(before.map((one) => JSON.stringify(one)))
  const kept = new Set(after.map((one) => JSON.stringify(one)))
  return [
    ...before.filter((one) => !kept.has(JSON.stringify(one))),
    ...after.filter((one) => !known.has(JSON.stringify(one))),
  ]
}

function touchedAccounts(directory: Directory, changed: readonly ChangedLimit[]): string[] {
  const scopes = new Set(changed.map(({ scopeKind, scopeId }) => `${scopeKind}|${scopeId}`))
  const owners = new Set(
    directory.subscriptions
      .filter(({ subscriptionId }) => scopes.has(`subscription|${subscriptionId}`))
      .map(({ accountId }) => accountId),
  )
  return [...directory.accounts.values()]
    .filter(
      ({ accountId, partnerId }) =>
        owners.has(accountId) ||
        scopes.has(`account|${accountId}`) ||
        scopes.has(`partner|${partnerId}`),
    )
    .map(({ accountId }) => accountId)
}
