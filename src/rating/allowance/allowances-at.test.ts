import { expect, test } from 'vitest'
import { createAllowance } from '../../../test/rating/world.ts'
import { billingCalendar, dayFromIso } from '../../core/time/period.ts'
import { lifetimeWindow } from './allowances-at.ts'

const calendar = billingCalendar('Europe/Amsterdam', 1)
const granted = { fromMs: Date.parse('2026-08-31T12:00:00+02:00'), toMs: Infinity }

test('a lifetime ends on the same day so many months later, or on the last of a short month', () => {
  const allowance = createAllowance({ allowanceId: 'a', period: 'lifetime', lifetimeMonths: 6 })
  expect(lifetimeWindow(allowance, granted, calendar)).toEqual({
    startDay: dayFromIso('2026-08-31'),
    endDay: dayFromIso('2027-02-28'),
    startMs: Date.parse('2026-08-31T00:00:00+02:00'),
    endMs: Date.parse('2027-02-28T00:00:00+01:00'),
  })
})

test('a lifetime of no months has no end, and one of a group no beginning', () => {
  const allowance = createAllowance({ allowanceId: 'a', period: 'lifetime', lifetimeMonths: 0 })
  expect(lifetimeWindow(allowance, granted, calendar).endMs).toBe(Infinity)
  expect(lifetimeWindow(allowance, undefined, calendar).startDay).toBe(0)
})
