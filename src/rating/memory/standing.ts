/**
 * How one subscription stands in a stretch of time in which nothing changes: one billing period, one
 * offer, the same groups. Lanes are made from it.
 */
import type { Subscription, Validity } from '../../core/accounts/accounts.ts'
import { isWithin, overlap, stretchAround } from '../../core/time/validity.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { accountPeriod, type AccountState } from './account-state.ts'
import type { AllowanceSources } from '../allowance/allowances-at.ts'
import { claimsAt, type Claim } from '../allowance/claims.ts'
import type { AccountPeriod, SubscriptionPeriod } from './balance.ts'
import { modulesOf, plansOf } from '../../directory/agreement.ts'
import { choiceAt } from './entitlement.ts'
import { changesOf, type Offer, type OfferBook } from './offer.ts'

export interface SubscriptionState {
  readonly subscription: Subscription
  readonly account: AccountState
  standings: readonly Standing[]
}

export interface Standing extends Validity {
  readonly subscription: Subscription
  readonly account: AccountState
  readonly accountPeriod: AccountPeriod
  readonly subscriptionPeriod: SubscriptionPeriod
  /** Undefined while the subscription has no plan. */
  readonly offer: Offer | undefined
  readonly claims: readonly Claim[]
}

export interface StandingSources extends AllowanceSources {
  readonly catalogue: Catalogue
  readonly book: OfferBook
}

const STANDINGS_KEPT_MAX = 64
/** Of what most subscriptions never have: one list for all. */
const NONE: readonly never[] = []

/** The standing of an active subscription at the instant. */
export function standingAt(
  state: SubscriptionState,
  instantMs: number,
  sources: StandingSources,
): Standing {
  let standing = state.standings.find((each) => isWithin(instantMs, each.fromMs, each.toMs))
  if (standing === undefined) {
    standing = createStanding(state, instantMs, sources)
    const { standings } = state
    const kept = standings.length < STANDINGS_KEPT_MAX ? standings : standings.slice(1)
    state.standings = kept.concat(standing)
  }
  return standing
}

export function subscriptionPeriod(
  ofAccount: AccountPeriod,
  subscriptionId: string,
): SubscriptionPeriod {
  let found = ofAccount.subscriptions.get(subscriptionId)
  if (found === undefined) {
    found = { subscriptionId, uses: NONE, meters: NONE }
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
  const choice = choiceAt(instantMs, { account: account.account, subscription }, sources.catalogue)
  const offer = choice === undefined ? undefined : sources.book.offerFor(choice)
  const stretch = stretchAround(instantMs, [
    { fromMs: subscription.activatedMs, toMs: subscription.terminatedMs },
    ...plansOf(subscription, sources.catalogue),
    ...modulesOf(subscription, sources.catalogue),
    ...subscription.groups,
    ...account.account.rateOverrides,
    ...(offer?.changes ?? []),
    ...groupChanges(subscription, sources),
  ])
  const inPeriod = overlap(stretch, { fromMs: period.startMs, toMs: period.endMs }) ?? stretch
  return {
    fromMs: inPeriod.fromMs,
    toMs: inPeriod.toMs,
    subscription,
    account,
    accountPeriod: ofAccount,
    subscriptionPeriod: subscriptionPeriod(ofAccount, subscription.subscriptionId),
    offer,
    claims: offer === undefined ? NONE : claimsAt(instantMs, { subscription, offer }, sources),
  }
}

/** Fixed allowances of its groups change when their versions do. */
function groupChanges({ groups }: Subscription, sources: StandingSources): readonly Validity[] {
  if (groups.length === 0) return NONE
  return groups.flatMap(({ groupId }) =>
    (sources.groups.get(groupId)?.allowanceIds ?? []).flatMap((allowanceId) =>
      changesOf(sources.allowancesById.get(allowanceId) ?? NONE),
    ),
  )
}
