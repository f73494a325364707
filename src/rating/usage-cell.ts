/**
 * Finds or makes the cell that a usage is added to, with the meters that it feeds. Which limit
 * watches which sum is said here and nowhere else.
 */
import type { LimitCode, Subscription } from '../core/accounts.ts'
import type { CallType, Catalogue } from '../catalogue/catalogue.ts'
import type { AccountState } from './account-state.ts'
import type {
  AccountPeriod,
  CallTypeUse,
  CumulativeTotal,
  RatesById,
  SubscriptionPeriod,
  UsageCell,
} from './balance.ts'
import { createMeter, type Meter } from './limit/meter.ts'
import { takeRecord, type Sums } from './sums.ts'

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
}

export function callTypeUse(
  ofSubscription: SubscriptionPeriod,
  callTypeIndex: number,
): CallTypeUse {
  return (ofSubscription.uses[callTypeIndex] ??= { cells: [], sessions: undefined })
}

export function usageCell(
  owner: CellOwner,
  callType: CallType,
  rateId: string,
  sources: CellSources,
): UsageCell {
  const { cells } = callTypeUse(owner.subscriptionPeriod, callType.index)
  for (const cell of cells) if (cell.rateId === rateId) return cell
  const cell = createCell(owner, callType, rateId, sources)
  cells.push(cell)
  return cell
}

function createCell(
  owner: CellOwner,
  callType: CallType,
  rateId: string,
  sources: CellSources,
): UsageCell {
  const isCumulative = sources.ratesById
    .get(rateId)
    ?.versions.some((version) => version.model !== undefined)
  const { subscriptionId } = owner.subscription
  const { accountId } = owner.account.account
  const ofMoney = moneyMeters(owner, callType, sources.sums)
  const ofQuantity = [
    ...simMeters(owner, callType, sources.sums),
    ...moduleMeters(owner, callType, rateId, sources),
  ]
  const slots = [...ofQuantity, ...ofMoney].map((each) => each.slot)
  const isArmedFor = -1
  const sum = 0
  const counts = [Number(isCumulative === true), ofQuantity.length, ofMoney.length]
  return {
    rateId,
    slot: takeRecord(sources.sums, [sum, sum, sum, sum, isArmedFor, ...counts, ...slots]),
    quantityMeters: ofQuantity,
    moneyMeters: ofMoney,
    ofSubscription:
      isCumulative === true ? cumulativeTotal(owner, subscriptionId, rateId) : undefined,
    ofAccount: isCumulative === true ? cumulativeTotal(owner, accountId, rateId) : undefined,
  }
}

function moneyMeters(owner: CellOwner, callType: CallType, sums: Sums): Meter[] {
  const { subscriptionId, product } = owner.subscription
  const { accountId } = owner.account.account
  const meters = [meter(owner, sums, 'subscription-total', subscriptionId)]
  if (product === 'mobile') meters.push(meter(owner, sums, 'account-total', accountId))
  if (product === 'voip') meters.push(meter(owner, sums, 'voip-total', accountId))
  if (callType.counts === 'national-data') {
    meters.push(meter(owner, sums, 'national-data', subscriptionId))
  }
  if (callType.counts === 'roaming-data') {
    meters.push(meter(owner, sums, 'roaming-spend', subscriptionId))
  }
  return meters
}

/** `sim-cap` counts data and messages of a SIM, sent or received. */
function simMeters(owner: CellOwner, callType: CallType, sums: Sums): Meter[] {
  const { subscriptionId, product } = owner.subscription
  if (product !== 'mobile') return []
  if (callType.kind !== 'data' && callType.kind !== 'sms') return []
  return [meter(owner, sums, 'sim-cap', subscriptionId, callType.kind)]
}

/**
 * `module-volume` counts what is used at the module's own rates (or at the account's own price for
 * such a call type), so that the ledger can tell it by rate; without own rates all of the call type.
 */
function moduleMeters(
  owner: CellOwner,
  callType: CallType,
  rateId: string,
  { catalogue, sums }: CellSources,
): Meter[] {
  const { subscriptionId, modules } = owner.subscription
  const moduleIds = new Set(modules.map((module) => module.moduleId))
  return [...moduleIds].flatMap((moduleId) => {
    const module = catalogue.modules.get(moduleId)
    if (module?.limit?.callTypes.includes(callType.id) !== true) return []
    const moduleRateId = module.rates.get(callType.id)
    const isOfModule =
      moduleRateId === undefined ||
      moduleRateId === rateId ||
      owner.account.account.rateOverrides.some(
        (override) => override.callType === callType.id && override.rateId === rateId,
      )
    return isOfModule ? [meter(owner, sums, 'module-volume', subscriptionId, moduleId)] : []
  })
}

function meter(
  owner: CellOwner,
  sums: Sums,
  code: LimitCode,
  scopeId: string,
  subject = '',
): Meter {
  const { meters } = owner.accountPeriod
  const key = `${code}|${scopeId}|${subject}`
  let found = meters.get(key)
  if (found === undefined) {
    const activity =
      code === 'module-volume'
        ? owner.subscription.modules.filter((module) => module.moduleId === subject)
        : undefined
    found = createMeter(sums, { code, scopeId, subject, activity })
    meters.set(key, found)
  }
  return found
}

function cumulativeTotal(owner: CellOwner, scopeId: string, rateId: string): CumulativeTotal {
  const { cumulative } = owner.accountPeriod
  const key = `${scopeId}|${rateId}`
  let total = cumulative.get(key)
  if (total === undefined) {
    total = { quantity: 0 }
    cumulative.set(key, total)
  }
  return total
}
