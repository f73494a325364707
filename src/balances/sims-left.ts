/** Data SIMs by the share of their own data bundle that is left (M4). */
import type { SubscriptionBalance } from './account-balances.ts'
import type { BundleBalance } from './bundle-balance.ts'

/** 20-100 % left, under 20 %, none left. */
export const LEFT_GROUPS = ['enough', 'low', 'empty'] as const
export type LeftGroup = (typeof LEFT_GROUPS)[number]

export interface SimLeft {
  readonly subscriptionId: string
  readonly number: string
  readonly label: string
  readonly bundle: BundleBalance
  readonly left: LeftGroup
  /** Whole percent, rounded down; undefined for an unlimited bundle. */
  readonly percentLeft: number | undefined
}

export type SimGroups = Readonly<Record<LeftGroup, number>>

/** Of a group bundle it is the own share. Ended subscriptions, and those without a data bundle, are in none. */
export function simsLeft(subscriptions: readonly SubscriptionBalance[]): SimLeft[] {
  return subscriptions.flatMap(({ bundles, product, terminated, ...of }) => {
    const bundle = bundles.find(({ unit }) => unit === 'byte')
    if (product !== 'mobile' || terminated || bundle === undefined) return []
    const { subscriptionId, number, label } = of
    const { amount, remaining } = bundle
    const percentLeft =
      amount === Infinity ? undefined : amount === 0 ? 0 : Math.floor((remaining / amount) * 100)
    return [{ subscriptionId, number, label, bundle, left: groupOf(bundle), percentLeft }]
  })
}

export function simGroups(sims: readonly SimLeft[]): SimGroups {
  const groups = { enough: 0, low: 0, empty: 0 }
  for (const { left } of sims) groups[left] += 1
  return groups
}

function groupOf({ amount, remaining }: BundleBalance): LeftGroup {
  if (amount !== Infinity && remaining === 0) return 'empty'
  return remaining * 5 < amount ? 'low' : 'enough'
}
