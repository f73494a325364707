import { expect, test } from 'vitest'
import { localClock } from './local-time.ts'

const amsterdam = localClock('Europe/Amsterdam')
const local = (iso: string) => Date.parse(`${iso}Z`)

test.each([
  ['2026-01-15T12:00:00', '2026-01-15T11:00:00.000Z'],
  ['2026-07-15T12:00:00', '2026-07-15T10:00:00.000Z'],
  ['2026-03-29T01:59:59', '2026-03-29T00:59:59.000Z'],
  ['2026-03-29T03:00:00', '2026-03-29T01:00:00.000Z'],
  ['2026-10-25T01:59:59', '2026-10-24T23:59:59.000Z'],
  ['2026-10-25T03:00:00', '2026-10-25T02:00:00.000Z'],
])('%s in Amsterdam is %s', (reading, instant) => {
  expect(new Date(amsterdam.instantAt(local(reading))).toISOString()).toBe(instant)
})

test('a time that spring skips never happened', () => {
  expect(amsterdam.instantAt(local('2026-03-29T02:00:00'))).toBeNaN()
  expect(amsterdam.instantAt(local('2026-03-29T02:59:59'))).toBeNaN()
})

test('a time that came twice is the first, or the first that is not before a known instant', () => {
  const reading = local('2026-10-25T02:30:00')
  const first = Date.UTC(2026, 9, 25, 0, 30)
  const second = first + 3_600_000
  expect(amsterdam.instantAt(reading)).toBe(first)
  expect(amsterdam.instantAt(reading, first)).toBe(first)
  expect(amsterdam.instantAt(reading, first + 1)).toBe(second)
  expect(amsterdam.instantAt(reading, second + 1)).toBe(second)
})

test('every reading of a year agrees with the clock of the platform', () => {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Amsterdam',
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  for (let reading = local('2026-01-01T00:07:00'); reading < local('2027-01-01T00:00:00');) {
    const instant = amsterdam.instantAt(reading)
    if (!Number.isNaN(instant)) {
      expect(format.format(instant)).toBe(
        new Date(reading).toISOString().slice(0, 19).replace('T', ' '),
      )
    }
    reading += 6_120_000 // 102 minutes: every hour of the day comes up.
  }
})

test('misread years and unknown zones are refused', () => {
  expect(amsterdam.instantAt(local('1969-12-31T23:59:59'))).toBeNaN()
  expect(amsterdam.instantAt(Number.NaN)).toBeNaN()
  expect(() => localClock('Mars/Olympus')).toThrow(RangeError)
  expect(localClock('Europe/Amsterdam')).toBe(amsterdam)
})
