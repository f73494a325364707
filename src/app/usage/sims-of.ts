/** SIMs of the accounts that a caller reaches, by how much of their data is left: who has least comes first. */
import { simsLeft, type LeftGroup, type SimLeft } from '../../balances/sims-left.ts'
import type { Desk } from '../desk.ts'
import { balancesOf, type BalancesQuestion } from './balances-of.ts'

export { LEFT_GROUPS, simGroups, type LeftGroup } from '../../balances/sims-left.ts'

export interface SimsQuestion extends BalancesQuestion {
  /** Only these. */
  readonly left?: LeftGroup | undefined
}

export interface SimOfAccount extends SimLeft {
  readonly accountId: string
}

/** Throws what `balancesOf` does. */
export async function simsOf(
  desk: Desk,
  { left, ...question }: SimsQuestion,
): Promise<SimOfAccount[]> {
  const balances = await balancesOf(desk, question)
  return balances
    .flatMap(({ accountId, subscriptions }) =>
      simsLeft(subscriptions).map((sim) => ({ accountId, ...sim })),
    )
    .filter((sim) => left === undefined || sim.left === left)
    .sort(
      (one, other) =>
        shareLeft(one) - shareLeft(other) ||
        compared(one.accountId, other.accountId) ||
        compared(one.subscriptionId, other.subscriptionId),
    )
}

function shareLeft({ bundle: { amount, remaining } }: SimLeft): number {
  if (amount === Infinity) return 2 // After those that have all of it.
  return amount === 0 ? 0 : remaining / amount
}

function compared(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
