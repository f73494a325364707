import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { accountCalendar, periodsBeginningIn, termsAt } from './account-calendar.ts'
import type { BillingTerms, EarlierTerms } from '../accounts/accounts.ts'
import { dayFromIso, dayToIso, type BillingPeriod } from './period.ts'

const AMSTERDAM = { partnerId: 'p', timeZone: 'Europe/Amsterdam' }

function account(terms: BillingTerms, ...earlierTerms: EarlierTerms[]) {
  return { ...terms, earlierTerms }
}

function daysOf({ startDay, endDay }: BillingPeriod): string {
  return `${dayToIso(startDay)}..${dayToIso(endDay)}`
}

function beginning(of: ReturnType<typeof account>, month: string): string[] {
  return periodsBeginningIn(accountCalendar(of), month).map(daysOf)
}

test('a bridging period leads from the boundary to the next anchor day', () => {
  const earlier = { ...AMSTERDAM, anchorDay: 1, toDay: dayFromIso('2026-12-01') }
  const changed = account({ ...AMSTERDAM, anchorDay: 15 }, earlier)
  expect(beginning(changed, '2026-11')).toEqual(['2026-11-01..2026-12-01'])
  expect(beginning(changed, '2026-12')).toEqual([
    '2026-12-01..2026-12-15',
    '2026-12-15..2027-01-15',
  ])
  const back = account(
    { ...AMSTERDAM, anchorDay: 1 },
    { ...AMSTERDAM, anchorDay: 15, toDay: dayFromIso('2026-12-15') },
  )
  expect(beginning(back, '2026-12')).toEqual(['2026-12-15..2027-01-01'])
  expect(beginning(back, '2027-01')).toEqual(['2027-01-01..2027-02-01'])
})

test('a change of time zone or partner alone needs no bridge; the hour between is in one period', () => {
  const toDay = dayFromIso('2026-12-01')
  const changed = account(
    { partnerId: 'q', timeZone: 'Europe/London', anchorDay: 1 },
    { ...AMSTERDAM, anchorDay: 1, toDay },
  )
  const calendar = accountCalendar(changed)
  expect(beginning(changed, '2026-12')).toEqual(['2026-12-01..2027-01-01'])
  const boundaryMs = Date.parse('2026-12-01T00:00:00+01:00')
  expect(calendar.periodAt(boundaryMs - 1).endMs).toBe(boundaryMs)
  expect(calendar.periodAt(boundaryMs).startMs).toBe(boundaryMs)
  expect(calendar.periodAt(boundaryMs).endMs).toBe(Date.parse('2027-01-01T00:00:00Z'))
  // In London it was the last hour of November; for this account it is December already.
  expect(dayToIso(calendar.dayAt(boundaryMs).day)).toBe('2026-12-01')
  expect(termsAt(changed, boundaryMs - 1).partnerId).toBe('p')
  expect(termsAt(changed, boundaryMs).partnerId).toBe('q')
})

const ZONES = [
  'Europe/Amsterdam',
  'Europe/London',
  'Europe/Helsinki',
  'Pacific/Kiritimati',
  'Etc/GMT+12',
]
const anyTerms = fc.record({
  partnerId: fc.constantFrom('p', 'q'),
  timeZone: fc.constantFrom(...ZONES),
  anchorDay: fc.integer({ min: 1, max: 28 }),
})

test('whatever changes how often: periods and days tile time, and keep their keys', () => {
  const changes = fc.array(fc.tuple(anyTerms, fc.integer({ min: 0, max: 3 })), { maxLength: 5 })
  fc.assert(
    fc.property(anyTerms, changes, (first, list) => {
      let now: ReturnType<typeof account> = account(first)
      let atMs = Date.parse('2026-01-20T12:00:00Z')
      for (const [terms, periodsLater] of list) {
        const calendar = accountCalendar(now)
        for (let count = 0; count < periodsLater; count += 1) atMs = calendar.periodAt(atMs).endMs
        const { partnerId, timeZone, anchorDay, earlierTerms } = now
        const toDay = calendar.periodAt(atMs).endDay
        const kept = earlierTerms.filter((each) => each.toDay < toDay)
        now = account(terms, ...kept, { partnerId, timeZone, anchorDay, toDay })
        atMs = accountCalendar(now).periodAt(atMs).endMs
      }
      const calendar = accountCalendar(now)
      let period = calendar.periodAt(Date.parse('2025-12-20T00:00:00Z'))
      for (let count = 0; count < 24; count += 1) {
        const next = calendar.periodAt(period.endMs)
        expect(next.startMs).toBe(period.endMs)
        expect(next.startDay).toBe(period.endDay)
        expect(next.endMs).toBeGreaterThan(next.startMs)
        expect(calendar.periodAt(next.endMs - 1)).toEqual(next)
        expect(calendar.periodStarting(next.startDay)).toEqual(next)
        expect(calendar.dayStartMs(next.startDay)).toBe(next.startMs)
        period = next
      }
      let day = calendar.dayAt(Date.parse('2026-01-01T00:00:00Z'))
      for (let count = 0; count < 400; count += 1) {
        const next = calendar.dayAt(day.endMs)
        expect(next.startMs).toBe(day.endMs)
        expect(next.day).toBeGreaterThan(day.day)
        day = next
      }
    }),
    { numRuns: 20 },
  )
})
