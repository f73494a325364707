import { expect, test } from 'vitest'
import { createAllowance } from '../../../test/rating/world.ts'
import type { AllowanceInstance } from './allowance-instance.ts'
import { usableAmount } from './carried-amount.ts'

const window = { startDay: 10, endDay: 40, startMs: 1000, endMs: 2000 }

/** An instance of 100 whose own period used 20 of it, and later ones 5. */
function instance(rolloverMaximum?: number): AllowanceInstance {
  return {
    allowance: createAllowance({ allowanceId: 'a', amount: 100, rolloverMaximum }),
    scopeKind: 'subscription',
    scopeId: 'A',
    window,
    expiresMs: 3000,
    balance: {
      key: '',
      keyNumber: 0,
      slot: 0,
      byPeriod: new Map([
        [10, 20],
        [40, 5],
      ]),
    },
    spansPeriods: true,
    changes: [{ fromMs: 0, amount: 100 }],
  }
}

test.each([
  ['its own period has all of it', 30, 1999, 100],
  ['a later one what is kept, beside what was used before', 30, 2000, 50],
  ['never more than there was', 90, 2000, 100],
  ['without a maximum all is kept', undefined, 2000, 100],
])('%s', (_title, maximum, atMs, amount) => {
  expect(usableAmount(instance(maximum), atMs)).toBe(amount)
})
