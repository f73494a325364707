/**
 * The annex: what each subscription adds to the invoice, from the same charges as the lines, exact.
 * The sum over subscriptions plus what belongs to none is the sum of the lines before rounding.
 */
import type { Subscription } from '../../core/accounts/accounts.ts'
import { addMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { nameAt } from '../../core/accounts/subscription-name.ts'
import type { Charge } from './charge.ts'
import type { SubscriptionSpecification } from '../invoice-model.ts'

export interface Specification {
  readonly subscriptions: readonly SubscriptionSpecification[]
  readonly accountWideMicros: Micros
}

/** Subscriptions with a charge or a usage, by product, cost centre, number and id, named as at `atMs`. */
export function specification(
  charges: readonly Charge[],
  subscriptions: readonly Subscription[],
  atMs: number,
): Specification {
  const known = new Map(subscriptions.map((each) => [each.subscriptionId, each]))
  const found = new Map<string, SubscriptionSpecification>()
  let accountWideMicros = ZERO_MICROS
  for (const charge of charges) {
    if (charge.subscriptionId === '') {
      accountWideMicros = addMicros(accountWideMicros, charge.chargeMicros)
      continue
    }
    const before = found.get(charge.subscriptionId)
    const base = before ?? emptyFor(charge, known.get(charge.subscriptionId), atMs)
    found.set(charge.subscriptionId, withCharge(base, charge))
  }
  return { subscriptions: [...found.values()].sort(byPlace), accountWideMicros }
}

function withCharge(before: SubscriptionSpecification, charge: Charge): SubscriptionSpecification {
  const { chargeMicros } = charge
  const totalMicros = addMicros(before.totalMicros, chargeMicros)
  const isUsage = charge.section === 'usage'
  const quantityOf = (unit: Charge['unit']): number =>
    isUsage && charge.unit === unit ? charge.quantity : 0
  const column = COLUMN_OF[charge.section]
  return {
    ...before,
    totalMicros,
    [column]: addMicros(before[column], chargeMicros),
    voiceSeconds: before.voiceSeconds + quantityOf('second'),
    dataBytes: before.dataBytes + quantityOf('byte'),
    messagesCount: before.messagesCount + quantityOf('message'),
  }
}

const COLUMN_OF = {
  recurring: 'recurringMicros',
  'one-off': 'oneOffMicros',
  usage: 'usageMicros',
  premium: 'premiumMicros',
  late: 'lateMicros',
  'late-premium': 'lateMicros',
  correction: 'lateMicros',
  'correction-premium': 'lateMicros',
} as const satisfies Record<Charge['section'], keyof SubscriptionSpecification>

function emptyFor(charge: Charge, subscription: Subscription | undefined, atMs: number) {
  const { subscriptionId } = charge
  return {
    subscriptionId,
    label: subscription?.label ?? '',
    number: subscription === undefined ? subscriptionId : nameAt(subscription, atMs),
    costCentre: subscription?.costCentre ?? '',
    product: subscription?.product ?? charge.product,
    recurringMicros: ZERO_MICROS,
    oneOffMicros: ZERO_MICROS,
    usageMicros: ZERO_MICROS,
    premiumMicros: ZERO_MICROS,
    lateMicros: ZERO_MICROS,
    totalMicros: ZERO_MICROS,
    voiceSeconds: 0,
    dataBytes: 0,
    messagesCount: 0,
  }
}

function byPlace(left: SubscriptionSpecification, right: SubscriptionSpecification): number {
  return placeOf(left) < placeOf(right) ? -1 : 1
}

function placeOf(each: SubscriptionSpecification): string {
  return [each.product, each.costCentre, each.number, each.subscriptionId].join('\0')
}
