/**
 * A limit that is lowered below what is used is crossed at once, without waiting for a next usage.
 * The crossing has the same key as the one that rating would report, so it is told once.
 */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory, LimitCode } from '../core/accounts.ts'
import { billingCalendar } from '../core/period.ts'
import { createLimitIndex } from '../operations/effective-limit.ts'
import type { OperationsStore } from '../operations/operations-store.ts'
import type { BalanceTotals, UsageTotal } from '../rating/rater.ts'
import type { Crossing } from './crossing.ts'
import { noteCrossings, type NotedCrossing } from './note-crossings.ts'

/** Limits whose use is a sum over the usage totals of an account's period. */
type SummedLimit = Exclude<LimitCode, 'group-bundle' | 'data-bundle' | 'sms-bundle'>

/**
 * Notes what the limits that hold now have crossed in the current period, given the totals of the
 * account in it. Call it after a limit was changed; known crossings are left out.
 */
export async function noteLoweredLimits(
  store: OperationsStore,
  context: { directory: Directory; catalogue: Catalogue },
  changed: { accountId: string; totals: BalanceTotals; atMs: number },
): Promise<NotedCrossing[]> {
  const limits = createLimitIndex(context.directory)
  const crossings = crossedNow(context, changed)
  return store.transaction((sql) =>
    noteCrossings(sql, crossings, { ...context, limits, nowMs: changed.atMs }),
  )
}

/** Every level of every limit that the sums of the current period have reached. */
export function crossedNow(
  { directory, catalogue }: { directory: Directory; catalogue: Catalogue },
  { accountId, totals, atMs }: { accountId: string; totals: BalanceTotals; atMs: number },
): Crossing[] {
  const account = directory.accounts.get(accountId)
  if (account === undefined) return []
  const { startDay } = billingCalendar(account.timeZone, account.anchorDay).periodAt(atMs)
  const limits = createLimitIndex(directory)
  const current = totals.usage.filter(({ periodStartDay }) => periodStartDay === startDay)
  const sums = summedUse(current, { directory, catalogue, accountId })
  return [...sums.values()].flatMap((use) => {
    const subscriptionId = use.scopeId === accountId ? '' : use.scopeId
    const { amount } = limits.effectiveAt({ ...use, accountId, subscriptionId }, atMs)
    return levelsOf(use.code, amount)
      .filter((level) => amount > 0 && use.sum * 100 >= level.percent * level.amount)
      .map((level): Crossing => ({
        accountId,
        periodStartDay: startDay,
        code: use.code,
        scopeId: use.scopeId,
        subject: use.subject,
        level: `${level.percent}@${level.amount}`,
        used: use.sum,
        amount: level.amount,
        product: use.code === 'voip-total' ? 'voip' : use.product,
        subscriptionId: '',
        happenedMs: atMs,
        recordedMs: atMs,
        origin: 'limit-change',
      }))
  })
}

interface SummedUse {
  readonly code: SummedLimit
  readonly scopeId: string
  readonly subject: string
  readonly product: Crossing['product']
  sum: number
}

function summedUse(
  usage: readonly UsageTotal[],
  context: { directory: Directory; catalogue: Catalogue; accountId: string },
): Map<string, SummedUse> {
  const { directory, catalogue, accountId } = context
  const products = new Map(
    directory.subscriptions.map(({ subscriptionId, product }) => [subscriptionId, product]),
  )
  const uses = new Map<string, SummedUse>()
  for (const total of usage) {
    const { subscriptionId, quantity } = total
    const product = products.get(subscriptionId) ?? 'none'
    const callType = catalogue.callTypes[catalogue.callTypeIndexById.get(total.callType) ?? -1]
    const add = (code: SummedLimit, scopeId: string, subject: string, sum: number): void => {
      const key = `${code}|${scopeId}|${subject}`
      const use = uses.get(key) ?? { code, scopeId, subject, product, sum: 0 }
      use.sum += sum
      uses.set(key, use)
    }
    const spent = total.chargeMicros + total.informationChargeMicros
    add('subscription-total', subscriptionId, '', spent)
    if (product === 'mobile') add('account-total', accountId, '', spent)
    if (product === 'voip') add('voip-total', accountId, '', spent)
    if (callType?.counts === 'national-data') add('national-data', subscriptionId, '', spent)
    if (callType?.counts === 'roaming-data') add('roaming-spend', subscriptionId, '', spent)
    if (product === 'mobile' && (callType?.kind === 'data' || callType?.kind === 'sms')) {
      add('sim-cap', subscriptionId, callType.kind, quantity)
    }
  }
  return uses
}

const EUR = 1_000_000
const ROAMING_NEXT_MICROS = 100 * EUR

function levelsOf(code: SummedLimit, amount: number): { percent: number; amount: number }[] {
  if (code !== 'roaming-spend') return [{ percent: 100, amount }]
  const levels = [
    { percent: 80, amount },
    { percent: 100, amount },
  ]
  return amount < ROAMING_NEXT_MICROS
    ? [...levels, { percent: 100, amount: ROAMING_NEXT_MICROS }]
    : levels
}
