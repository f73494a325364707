import { expect, test } from 'vitest'
import { billingCalendar, dayFromIso, dayToIso } from './period.ts'

const utc = (text: string) => Date.parse(text)

test.each`
  zone                  | anchor | instant                   | start           | end
  ${'Europe/Amsterdam'} | ${1}   | ${'2026-10-01T00:00:00Z'} | ${'2026-10-01'} | ${'2026-11-01'}
  ${'Europe/Amsterdam'} | ${1}   | ${'2026-09-30T21:59:59Z'} | ${'2026-09-01'} | ${'2026-10-01'}
  ${'Europe/Amsterdam'} | ${1}   | ${'2026-09-30T22:00:00Z'} | ${'2026-10-01'} | ${'2026-11-01'}
  ${'Europe/Brussels'}  | ${15}  | ${'2026-02-14T22:59:59Z'} | ${'2026-01-15'} | ${'2026-02-15'}
  ${'Europe/Brussels'}  | ${15}  | ${'2026-02-14T23:00:00Z'} | ${'2026-02-15'} | ${'2026-03-15'}
  ${'Europe/Amsterdam'} | ${28}  | ${'2028-02-29T12:00:00Z'} | ${'2028-02-28'} | ${'2028-03-28'}
  ${'Europe/Amsterdam'} | ${1}   | ${'2026-12-31T23:30:00Z'} | ${'2027-01-01'} | ${'2027-02-01'}
`(
  '$instant in $zone, anchor $anchor, is of period $start',
  ({ zone, anchor, instant, start, end }) => {
    const period = billingCalendar(zone, anchor).periodAt(utc(instant))
    expect([dayToIso(period.startDay), dayToIso(period.endDay)]).toEqual([start, end])
  },
)

test('a month with the end of summer time is an hour longer', () => {
  const october = billingCalendar('Europe/Amsterdam', 1).periodStarting(dayFromIso('2026-10-01'))
  expect((october.endMs - october.startMs) / 3_600_000).toBe(31 * 24 + 1)
})

test('the local day holds both passes of the doubled hour', () => {
  const calendar = billingCalendar('Europe/Amsterdam', 1)
  const sunday = calendar.dayAt(utc('2026-10-25T00:30:00Z'))
  expect(dayToIso(sunday.day)).toBe('2026-10-25')
  expect(sunday.endMs - sunday.startMs).toBe(25 * 3_600_000)
  expect(calendar.dayAt(utc('2026-10-25T22:59:59Z')).day).toBe(sunday.day)
  expect(calendar.dayAt(utc('2026-10-25T23:00:00Z')).day).toBe(sunday.day + 1)
})

test('every instant lies in the period and the day that are returned for it, whatever came before', () => {
  const calendar = billingCalendar('Europe/Brussels', 7)
  for (let index = 0; index < 2_000; index += 1) {
    const instant = utc('2025-01-01T00:00:00Z') + ((index * 7_919_993_377) % (2 * 365 * 86_400_000))
    const period = calendar.periodAt(instant)
    const day = calendar.dayAt(instant)
    expect(instant >= period.startMs && instant < period.endMs).toBe(true)
    expect(instant >= day.startMs && instant < day.endMs).toBe(true)
  }
})

test('an unknown time zone is an error', () => {
  expect(() => billingCalendar('Europe/Amsterdm', 1).periodAt(0)).toThrow(RangeError)
})
