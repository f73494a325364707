/**
 * A limit that is lowered below what is used is crossed at once, without waiting for a next usage.
 * The crossing has the same key as the one that rating would report, so it is told once.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import { crossingKey } from '../../core/usage/ids.ts'
import { accountCalendar } from '../../core/time/account-calendar.ts'
import { LIMIT_KINDS } from '../../limits/limit-kinds.ts'
import { furthestOf, levelsOf, reachedLevels } from '../../limits/limit-levels.ts'
import { createLimitIndex, type LimitIndex } from '../../limits/effective-limit.ts'
import type { OperationsStore } from '../../postgres/operations-store.ts'
import { limitUses } from '../../balances/limit-use.ts'
import type { BalanceTotals } from '../../rating/rater.ts'
import type { LedgerCrossing } from './crossing.ts'
import { noteCrossings, type NotedCrossing } from './note-crossings.ts'

export interface AccountTotals {
  readonly accountId: string
  readonly totals: BalanceTotals
}

/**
 * Notes what the limits that hold now have crossed in the current period, given the totals of the
 * accounts in it. Call it after a limit was changed; known crossings are left out.
 */
export async function noteLoweredLimits(
  store: OperationsStore,
  context: { directory: Directory; catalogue: Catalogue },
  changed: { accounts: readonly AccountTotals[]; atMs: number },
): Promise<NotedCrossing[]> {
  const { directory, catalogue } = context
  const { accounts, atMs } = changed
  const limits = createLimitIndex(directory)
  const subscriptionsOf = Map.groupBy(directory.subscriptions, ({ accountId }) => accountId)
  const crossings = accounts.flatMap(({ accountId, totals }) => {
    const own = { ...directory, subscriptions: subscriptionsOf.get(accountId) ?? [] }
    return crossedNow({ directory: own, catalogue }, { accountId, totals, atMs, limits })
  })
  return store.transaction((sql) =>
    noteCrossings(sql, crossings, { ...context, limits, nowMs: atMs }),
  )
}

/** Every level of every limit that the sums of the current period have reached. */
export function crossedNow(
  { directory, catalogue }: { directory: Directory; catalogue: Catalogue },
  { accountId, totals, atMs, limits }: AccountTotals & { atMs: number; limits: LimitIndex },
): LedgerCrossing[] {
  const account = directory.accounts.get(accountId)
  if (account === undefined) return []
  const { startDay } = accountCalendar(account).periodAt(atMs)
  const current = totals.usage.filter(({ periodStartDay }) => periodStartDay === startDay)
  const sums = limitUses(current, { directory, catalogue, accountId })
  const reported = totals.crossings
    .filter(({ periodStartDay }) => periodStartDay === startDay)
    .map(({ entry }) => entry)
  return [...sums.values()].flatMap((use) => {
    const subscriptionId = use.scopeKind === 'account' ? '' : use.scopeId
    const limit = limits.effectiveAt({ ...use, accountId, subscriptionId }, atMs)
    const { code, scopeKind, scopeId, subject } = use
    const told = {
      has: () => false, // Whoever notes them knows.
      furthest: () =>
        furthestOf(reported, crossingKey({ code, scopeKind, scopeId, subject, level: '' })),
    }
    return reachedLevels(levelsOf(code, limit), use.sum, told).map((level): LedgerCrossing => ({
      accountId,
      periodStartDay: startDay,
      code,
      scopeKind,
      scopeId,
      subject,
      level: level.name,
      used: use.sum,
      amount: level.amount,
      product: LIMIT_KINDS[use.code].product ?? use.product,
      subscriptionId: '',
      happenedMs: atMs,
      recordedMs: atMs,
      origin: 'limit-change',
    }))
  })
}
