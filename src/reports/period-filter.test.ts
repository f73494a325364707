import { expect, test } from 'vitest'
import { billingCalendar, dayFromIso, dayToIso } from '../core/time/period.ts'
import { parsePeriod } from './period-filter.ts'

const at = (iso: string) => ({ timeZone: 'Europe/Amsterdam', nowMs: Date.parse(iso) })

/** First days of the periods of a filter, as dates. */
function periods(text: string, now = '2026-11-21T12:00:00Z'): string {
  const filter = parsePeriod(text, at(now))
  if (filter.kind !== 'periods') throw new Error('these are dates')
  return `${dayToIso(filter.fromDay)} ${dayToIso(filter.toDay)}`
}

test.each`
  text                  | now                       | firstDays
  ${'2026-10'}          | ${'2026-11-21T12:00:00Z'} | ${'2026-10-01 2026-10-31'}
  ${'2028-02'}          | ${'2026-11-21T12:00:00Z'} | ${'2028-02-01 2028-02-29'}
  ${'2026-12'}          | ${'2026-11-21T12:00:00Z'} | ${'2026-12-01 2026-12-31'}
  ${'current'}          | ${'2026-11-21T12:00:00Z'} | ${'2026-10-22 2026-11-21'}
  ${'current'}          | ${'2026-11-21T23:30:00Z'} | ${'2026-10-23 2026-11-22'}
  ${'current'}          | ${'2026-03-31T12:00:00Z'} | ${'2026-03-01 2026-03-31'}
  ${'current'}          | ${'2026-01-05T12:00:00Z'} | ${'2025-12-06 2026-01-05'}
  ${'last-1'}           | ${'2026-01-05T12:00:00Z'} | ${'2025-12-06 2026-01-05'}
  ${'last-6'}           | ${'2026-08-31T12:00:00Z'} | ${'2026-03-01 2026-08-31'}
  ${'last-6'}           | ${'2026-03-15T12:00:00Z'} | ${'2025-09-16 2026-03-15'}
  ${'2025-01..2025-12'} | ${'2026-03-15T12:00:00Z'} | ${'2025-01-01 2025-12-31'}
`('$text at $now is the periods that begin from … to $firstDays', ({ text, now, firstDays }) => {
  expect(periods(text, now)).toBe(firstDays)
})

test('current holds exactly one period of every anchor day: the one that is running', () => {
  for (let day = dayFromIso('2026-01-01'); day < dayFromIso('2028-03-02'); day += 1) {
    const nowMs = day * 86_400_000 + 12 * 3_600_000
    const filter = parsePeriod('current', { timeZone: 'Europe/Amsterdam', nowMs })
    if (filter.kind !== 'periods') throw new Error('these are dates')
    for (const anchorDay of [1, 2, 15, 27, 28]) {
      const calendar = billingCalendar('Europe/Amsterdam', anchorDay)
      const { startDay, startMs } = calendar.periodAt(nowMs)
      const before = calendar.periodAt(startMs - 1).startDay
      expect(startDay).toBeGreaterThanOrEqual(filter.fromDay)
      expect(startDay).toBeLessThanOrEqual(filter.toDay)
      expect(before).toBeLessThan(filter.fromDay)
    }
  }
})

test('dates are local days, the last one included, also where the clock changes', () => {
  expect(parsePeriod('2026-10-25..2026-10-25', at('2026-11-21T12:00:00Z'))).toEqual({
    kind: 'starts',
    fromMs: Date.parse('2026-10-24T22:00:00Z'),
    toMs: Date.parse('2026-10-25T23:00:00Z'),
    label: '2026-10-25..2026-10-25',
  })
})

test('last-6 holds exactly six periods of every anchor day, the running one the newest', () => {
  for (let day = dayFromIso('2026-01-01'); day < dayFromIso('2027-03-02'); day += 1) {
    const nowMs = day * 86_400_000 + 12 * 3_600_000
    const filter = parsePeriod('last-6', { timeZone: 'Europe/Amsterdam', nowMs })
    if (filter.kind !== 'periods') throw new Error('these are dates')
    for (const anchorDay of [1, 15, 28]) {
      const calendar = billingCalendar('Europe/Amsterdam', anchorDay)
      let count = 0
      for (let momentMs = nowMs; ; count += 1) {
        const { startDay, startMs } = calendar.periodAt(momentMs)
        if (startDay < filter.fromDay) break
        momentMs = startMs - 1
      }
      expect(count).toBe(6)
    }
  }
})

test.each([
  '',
  'october',
  '2026-13',
  '2026-1',
  '2026-02-30..2026-03-01',
  '2026-10-02..2026-10-01',
  '2026-10..2026-09',
  '2026-10..2026-13',
  'last-0',
])('"%s" is refused with the forms that are understood', (text) => {
  expect(() => parsePeriod(text, at('2026-11-21T12:00:00Z'))).toThrow(
    expect.objectContaining({ code: 'usage_error', hint: expect.stringContaining('2026-10') }),
  )
})
