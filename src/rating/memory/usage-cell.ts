/**
 * Finds or makes the cell that a usage is added to, with the meters that it feeds: which limit watches
 * which sum is said in src/limits.
 */
import type { LimitCode, Subscription } from '../../core/accounts/accounts.ts'
import type { CallType, Catalogue, CumulativeScope } from '../../catalogue/catalogue.ts'
import { countsForModule } from '../../catalogue/counts-for-module.ts'
import { MODULE_LIMIT, watchedSums, type WatchedSum } from '../../limits/limit-kinds.ts'
import type { AccountState } from './account-state.ts'
import type {
  AccountPeriod,
  CallTypeUse,
  CumulativeTotal,
  RatesById,
  SubscriptionPeriod,
  UsageCell,
} from './balance.ts'
import type { LimitSettings } from '../limit/limit-settings.ts'
import { createMeter, type Meter } from '../limit/meter.ts'
import { NO_SLOT, takeRecord, type Home, type Sums } from './sums.ts'
import { tightList } from './tight-list.ts'

export interface CellOwner {
  readonly subscription: Subscription
  readonly account: AccountState
  readonly accountPeriod: AccountPeriod
  readonly subscriptionPeriod: SubscriptionPeriod
}

export interface CellSources {
  readonly catalogue: Catalogue
  readonly ratesById: RatesById
  readonly sums: Sums
  readonly limits: Pick<LimitSettings, 'isSet'>
}

/** Lists here are replaced when they grow: one that is pushed to keeps room for sixteen more. */
const NONE: readonly never[] = []

export function callTypeUse(
  { account, subscriptionPeriod }: CellOwner,
  callTypeIndex: number,
  sums: Sums,
): CallTypeUse {
  for (const use of subscriptionPeriod.uses) if (use.callTypeIndex === callTypeIndex) return use
  const slot = takeRecord(sums, account.home, [NO_SLOT])
  const use: CallTypeUse = { callTypeIndex, slot, cells: NONE }
  subscriptionPeriod.uses = subscriptionPeriod.uses.concat(use)
  return use
}

export function usageCell(
  owner: CellOwner,
  callType: CallType,
  rateId: string,
  sources: CellSources,
): UsageCell {
  const use = callTypeUse(owner, callType.index, sources.sums)
  for (const cell of use.cells) if (cell.rateId === rateId) return cell
  const cell = createCell(owner, callType, rateId, sources)
  use.cells = use.cells.concat(cell)
  return cell
}

function createCell(
  owner: CellOwner,
  callType: CallType,
  rateId: string,
  sources: CellSources,
): UsageCell {
  const isCumulative = sources.ratesById.get(rateId)?.isCumulative === true
  const ofMoney = tightList(metersOf(owner, callType, 'charges', sources))
  const ofQuantity = tightList([
    ...metersOf(owner, callType, 'quantity', sources),
    ...moduleMeters(owner, callType, rateId, sources),
  ])
  const slots = [...ofQuantity, ...ofMoney].map((each) => each.slot)
  const isArmedFor = -1
  const sum = 0
  const { accountPeriod, account } = owner
  if (accountPeriod.spentSlot === NO_SLOT) {
    accountPeriod.spentSlot = takeRecord(sources.sums, account.home, [sum])
  }
  const { spentSlot } = accountPeriod
  const counts = [Number(isCumulative), spentSlot, ofQuantity.length, ofMoney.length]
  const record = [sum, sum, sum, sum, sum, isArmedFor, ...counts, ...slots]
  return {
    rateId,
    slot: takeRecord(sources.sums, owner.account.home, record),
    quantityMeters: ofQuantity,
    moneyMeters: ofMoney,
    ofSubscription: isCumulative ? cumulativeTotal(owner, 'subscription', rateId) : undefined,
    ofAccount: isCumulative ? cumulativeTotal(owner, 'account', rateId) : undefined,
  }
}

/**
 * Meters of the limits that somebody set, or the law. Quantities first, then money: the order in which
 * crossings of one usage are reported.
 */
function metersOf(
  owner: CellOwner,
  callType: CallType,
  adds: WatchedSum['adds'],
  { sums, limits }: CellSources,
): Meter[] {
  return watchedSums(owner.subscription.product, callType)
    .filter(({ code, subject, adds: added }) => added === adds && limits.isSet(code, subject))
    .map(({ code, subject, scope }) =>
      scope === 'account'
        ? meterOfAccount(owner, sums, code)
        : meterOfSubscription(owner, sums, code, subject),
    )
}

function moduleMeters(
  owner: CellOwner,
  callType: CallType,
  rateId: string,
  { catalogue, sums, limits }: CellSources,
): readonly Meter[] {
  const { modules } = owner.subscription
  if (modules.length === 0) return NONE
  const { rateOverrides } = owner.account.account
  const used = { callType: callType.id, rateId }
  const moduleIds = new Set(modules.map((module) => module.moduleId))
  return [...moduleIds].flatMap((moduleId) => {
    if (!limits.isSet(MODULE_LIMIT, moduleId)) return []
    const module = catalogue.modules.get(moduleId)
    return countsForModule(module, used, rateOverrides)
      ? [meterOfSubscription(owner, sums, MODULE_LIMIT, moduleId)]
      : []
  })
}

function meterOfAccount({ account, accountPeriod }: CellOwner, sums: Sums, code: LimitCode): Meter {
  const scopeId = account.account.accountId
  const watch = { code, scopeKind: 'account', scopeId, subject: '', activity: undefined } as const
  return meterIn(accountPeriod, sums, account.home, watch)
}

function meterOfSubscription(
  { subscription, account, subscriptionPeriod }: CellOwner,
  sums: Sums,
  code: LimitCode,
  subject = '',
): Meter {
  const activity =
    code === MODULE_LIMIT
      ? subscription.modules.filter((module) => module.moduleId === subject)
      : undefined
  const scope = { scopeKind: 'subscription', scopeId: subscription.subscriptionId } as const
  return meterIn(subscriptionPeriod, sums, account.home, { code, ...scope, subject, activity })
}

/** Of a handful that a subscription or account has, so they are compared one by one. */
function meterIn(
  owner: { meters: readonly Meter[] },
  sums: Sums,
  home: Home,
  watch: Pick<Meter, 'code' | 'scopeKind' | 'scopeId' | 'subject' | 'activity'>,
): Meter {
  for (const each of owner.meters) {
    if (each.code === watch.code && each.subject === watch.subject) return each
  }
  const created = createMeter(sums, home, watch)
  owner.meters = owner.meters.concat(created)
  return created
}

function cumulativeTotal(
  { subscription, account, accountPeriod: { cumulative } }: CellOwner,
  scopeKind: CumulativeScope,
  rateId: string,
): CumulativeTotal {
  const scopeId = scopeKind === 'account' ? account.account.accountId : subscription.subscriptionId
  const key = `${scopeKind}|${scopeId}|${rateId}`
  let total = cumulative.get(key)
  if (total === undefined) {
    total = { quantity: 0, count: 0 }
    cumulative.set(key, total)
  }
  return total
}
