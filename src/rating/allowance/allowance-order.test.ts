import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAllowance } from '../../../test/rating/world.ts'
import type { Allowance } from '../../catalogue/catalogue.ts'
import type { AllowanceInstance } from './allowance-instance.ts'
import { inOrderOfUse } from './allowance-order.ts'

function instance(parts: Partial<Allowance>, expiresMs: number, key = ''): AllowanceInstance {
  return {
    allowance: createAllowance({ allowanceId: 'm', ...parts }),
    scopeKind: 'subscription',
    scopeId: '',
    window: { startDay: 0, endDay: 1, startMs: 0, endMs: 1 },
    expiresMs,
    balance: { key, keyNumber: 0, slot: 0, byPeriod: undefined },
    spansPeriods: false,
    changes: [{ fromMs: 0, amount: 0 }],
  }
}

test('priority, own before group, earliest expiry, id, key: the first difference decides', () => {
  const inOrder = [
    instance({ priority: 1, scope: 'group-fixed', allowanceId: 'z' }, Infinity),
    instance({ priority: 2, allowanceId: 'z' }, 100),
    instance({ priority: 2, allowanceId: 'a' }, 200),
    instance({ priority: 2, allowanceId: 'b' }, 200, 'b|A|1'),
    instance({ priority: 2, allowanceId: 'b' }, 200, 'b|A|2'),
    instance({ priority: 2, allowanceId: 'b' }, Infinity),
    instance({ priority: 2, allowanceId: 'c' }, Infinity),
    instance({ priority: 2, scope: 'group-pooled', allowanceId: 'a' }, 50),
  ]
  fc.assert(
    fc.property(fc.shuffledSubarray(inOrder, { minLength: inOrder.length }), (shuffled) => {
      expect(shuffled.sort(inOrderOfUse)).toEqual(inOrder)
    }),
  )
})

test('an instance beside itself is in no order', () => {
  const same = instance({}, Infinity)
  expect(inOrderOfUse(same, same)).toBe(0)
})
