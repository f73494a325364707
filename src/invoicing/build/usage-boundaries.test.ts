import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { Discount } from '../../core/accounts/accounts.ts'
import { micros } from '../../core/money/money.ts'
import { boundariesMs, usageBoundariesMs } from './usage-boundaries.ts'

const { account, partner, catalogue } = inventedRequest({ subscriptionsCount: 0 })
const BUILT_IN = usageBoundariesMs(catalogue, { ...account, discounts: [] }, partner)

function discount(on: Discount['on'], fromMs: number, toMs: number): Discount {
  return {
    on,
    callType: '',
    percentHundredths: 500,
    amountMicros: micros(0),
    description: '',
    fromMs,
    toMs,
  }
}

test('usage is cut where a discount on it, a tax or a bill-to changes: ascending, each once', () => {
  const discounts = [
    discount('usage', 9e12, Infinity),
    discount('call-type', -Infinity, 8e12),
    discount('recurring', 5e12, 6e12),
  ]
  const subscriptions = [
    { subscriptionId: 's', billTos: [{ billToId: 'x', fromMs: 8e12, toMs: 7e12 }] },
  ]
  expect(usageBoundariesMs(catalogue, { ...account, discounts }, partner, subscriptions)).toEqual([
    ...BUILT_IN,
    7e12,
    8e12,
    9e12,
  ])
  const stretches = [
    { fromMs: 9, toMs: Infinity },
    { fromMs: 3, toMs: 9 },
  ]
  expect(boundariesMs(stretches)).toEqual([3, 9])
  expect(BUILT_IN).toEqual(BUILT_IN.toSorted((left, right) => left - right))
})
