/**
 * How one subscription stands in a stretch of time in which nothing changes: one billing period, one
 * offer, the same groups. The hot path keeps the current one and looks things up by call type.
 */
import type { Subscription, Validity } from '../core/accounts.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { accountPeriod, type AccountState } from './account-state.ts'
import {
  allowancesAt,
  type AllowancesAt,
  type AllowanceSources,
} from './allowance/allowances-at.ts'
import type { AccountPeriod, SubscriptionPeriod } from './balance.ts'
import { choiceAt, overlap, stretchAround } from './entitlement.ts'
import type { Offer, OfferBook } from './offer.ts'

export interface SubscriptionState {
  readonly subscription: Subscription
  readonly account: AccountState
  /** The one that was used last, and all that were needed so far. */
  current: Standing | undefined
  readonly standings: Standing[]
}

export interface Standing extends Validity {
  readonly subscription: Subscription
  readonly account: AccountState
  readonly accountPeriod: AccountPeriod
  readonly subscriptionPeriod: SubscriptionPeriod
  /** Undefined while the subscription has no plan. */
  readonly offer: Offer | undefined
  /** By call type index, filled on first use. */
  readonly allowances: (AllowancesAt | undefined)[]
}

export interface StandingSources extends AllowanceSources {
  readonly catalogue: Catalogue
  readonly book: OfferBook
}

const STANDINGS_KEPT_MAX = 64

/** The standing of an active subscription at the instant. */
export function standingAt(
  state: SubscriptionState,
  instantMs: number,
  sources: StandingSources,
): Standing {
  const { current } = state
  if (current !== undefined && instantMs >= current.fromMs && instantMs < current.toMs) {
    return current
  }
  let standing = state.standings.find((each) => instantMs >= each.fromMs && instantMs < each.toMs)
  if (standing === undefined) {
    standing = createStanding(state, instantMs, sources)
    if (state.standings.length >= STANDINGS_KEPT_MAX) state.standings.shift()
    state.standings.push(standing)
  }
  state.current = standing
  return standing
}

/** The allowances that cover a call type at the instant, in order of use. */
export function allowancesOf(
  standing: Standing,
  offer: Offer,
  usage: { callTypeIndex: number; startMs: number },
  sources: StandingSources,
): AllowancesAt {
  const { callTypeIndex, startMs } = usage
  const known = standing.allowances[callTypeIndex]
  if (known !== undefined && startMs >= known.fromMs && startMs < known.toMs) return known
  const { subscription, account: state, accountPeriod: ofAccount } = standing
  const holder = { subscription, state, offer, period: ofAccount.period, stretch: standing }
  const found = allowancesAt(startMs, callTypeIndex, holder, sources)
  standing.allowances[callTypeIndex] = found
  return found
}

export function subscriptionPeriod(
  ofAccount: AccountPeriod,
  subscriptionId: string,
  callTypesCount: number,
): SubscriptionPeriod {
  let found = ofAccount.subscriptions.get(subscriptionId)
  if (found === undefined) {
    found = { subscriptionId, uses: Array.from({ length: callTypesCount }, () => undefined) }
    ofAccount.subscriptions.set(subscriptionId, found)
  }
  return found
}

function createStanding(
  state: SubscriptionState,
  instantMs: number,
  sources: StandingSources,
): Standing {
  const { subscription, account } = state
  const period = account.calendar.periodAt(instantMs)
  const ofAccount = accountPeriod(account, period)
  const stretch = stretchAround(instantMs, [
    { fromMs: subscription.activatedMs, toMs: subscription.terminatedMs },
    ...subscription.plans,
    ...subscription.modules,
    ...subscription.groups,
    ...account.account.rateOverrides,
  ])
  const inPeriod = overlap(stretch, { fromMs: period.startMs, toMs: period.endMs }) ?? stretch
  const choice = choiceAt(instantMs, { ...account, subscription })
  const callTypesCount = sources.catalogue.callTypes.length
  return {
    ...inPeriod,
    subscription,
    account,
    accountPeriod: ofAccount,
    subscriptionPeriod: subscriptionPeriod(ofAccount, subscription.subscriptionId, callTypesCount),
    offer: choice === undefined ? undefined : sources.book.offerFor(choice),
    allowances: Array.from({ length: callTypesCount }, () => undefined),
  }
}
