/** SIM cards as a list knows them: what they are called, how they stand, what is left. */
import type { BlockState } from '../../alerts/blocks/block-state.ts'
import type { SubscriptionBalance } from '../../balances/account-balances.ts'
import { simsLeft, type LeftGroup } from '../../balances/sims-left.ts'
import type { Subscription } from '../../core/accounts/accounts.ts'
import { ZERO_MICROS, type Micros } from '../../core/money/money.ts'

export const SIM_PLACES = ['active', 'blocked', 'waiting', 'ended'] as const
export type SimPlace = (typeof SIM_PLACES)[number]

export interface Sim {
  readonly subscriptionId: string
  readonly label: string
  readonly number: string
  /** Of all times: an old number finds its SIM too. */
  readonly identities: Subscription['identities']
  readonly place: SimPlace
  readonly block: BlockState | undefined
  readonly group: LeftGroup | undefined
  readonly balance: SubscriptionBalance | undefined
  readonly feeMicros: Micros
}

/** By label, then number. */
export function simsOf(
  subscriptions: readonly Subscription[],
  balances: readonly SubscriptionBalance[],
  known: {
    readonly blocks: ReadonlyMap<string, BlockState>
    readonly fees: ReadonlyMap<string, Micros>
  },
): Sim[] {
  const leftOf = new Map(simsLeft(balances).map((one) => [one.subscriptionId, one.left]))
  const balanceOf = new Map(balances.map((one) => [one.subscriptionId, one]))
  return subscriptions
    .filter(({ product }) => product === 'mobile')
    .map(({ subscriptionId, label, identities, terminatedMs }) => {
      const balance = balanceOf.get(subscriptionId)
      const block = known.blocks.get(subscriptionId)
      const isEnded = balance?.terminated ?? Number.isFinite(terminatedMs)
      return {
        subscriptionId,
        label,
        identities,
        number: balance?.number ?? identities.at(-1)?.value ?? subscriptionId,
        place: isEnded ? 'ended' : placeOf(block),
        block,
        balance,
        group: leftOf.get(subscriptionId),
        feeMicros: known.fees.get(subscriptionId) ?? ZERO_MICROS,
      } as const
    })
    .toSorted(
      (left, right) =>
        left.label.localeCompare(right.label) || left.number.localeCompare(right.number),
    )
}

function placeOf(block: BlockState | undefined): Exclude<SimPlace, 'ended'> {
  if (block === undefined || block.name === 'free') return 'active'
  return block.name === 'blocked' ? 'blocked' : 'waiting'
}

/** What has ended is shown where it is asked for. */
export function isInList({ place, group }: Sim, query: URLSearchParams): boolean {
  const status = query.get('status') ?? ''
  const wanted = query.get('group') ?? ''
  return (
    (status === '' ? place !== 'ended' : place === status) && (wanted === '' || group === wanted)
  )
}

/** A part of the label, or of an identity in any grouping; `06…` finds `+316…`. */
export function bySearch({ label, identities, subscriptionId }: Sim, typed: string): boolean {
  const text = typed.trim().toLowerCase()
  if (text === '') return true
  const names = [label, subscriptionId, ...identities.map(({ value }) => value)]
  if (names.some((name) => name.toLowerCase().includes(text))) return true
  const digits = text.replaceAll(/\D/g, '').replace(/^0+/, '')
  return digits.length >= DIGITS_MIN && identities.some(({ value }) => value.includes(digits))
}

const DIGITS_MIN = 3
