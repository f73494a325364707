/** Numbers in the form of the reader, exact and never rounded up. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HomeCountry, Language } from '../core/accounts.ts'
import { dayFromIso } from '../core/period.ts'
import { localeFormat, percentOf } from './locale-format.ts'

const READERS = (['nl', 'fr', 'de', 'en'] as const).flatMap((language) =>
  (['NL', 'BE'] as const).map((country): [Language, HomeCountry] => [language, country]),
)

function formatOf(language: Language, country: HomeCountry = 'NL') {
  return localeFormat({ language, country, timeZone: 'Europe/Amsterdam' })
}

test.each(READERS)(
  'money in %s of %s has exactly the whole cents of any amount',
  (language, country) => {
    const format = formatOf(language, country)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (amountMicros) => {
        const digits = format.quantity(amountMicros, 'money').replaceAll(/\D/g, '')
        expect(BigInt(digits)).toBe(BigInt(amountMicros) / 10_000n)
      }),
    )
  },
)

test('what is used is rounded down: a limit does not look reached before it is', () => {
  const format = formatOf('en')
  expect(format.quantity(49_999_999, 'money')).toBe('€49.99')
  expect(format.quantity(15_059, 'second')).toBe('250\u00a0min')
  expect(format.quantity(524_287_999, 'byte')).toBe('499\u00a0MB')
  expect(format.percent(49_999_999, 50_000_000)).toBe('99%')
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (used, amount) => {
      expect(percentOf(used, amount) >= 100).toBe(used >= amount)
    }),
  )
})

test('a period ends on its last day, also over the end of a year', () => {
  const period = { startDay: dayFromIso('2026-12-15'), endDay: dayFromIso('2027-01-15') }
  expect(formatOf('en').period(period).replaceAll(/\s/g, ' ')).toBe(
    '15 December 2026 – 14 January 2027',
  )
})

test('a moment is local, also where summer time begins', () => {
  const format = formatOf('nl')
  expect(format.moment(Date.parse('2026-03-29T00:59:00Z'))).toBe('29 maart 2026 om 01:59')
  expect(format.moment(Date.parse('2026-03-29T01:00:00Z'))).toBe('29 maart 2026 om 03:00')
})
