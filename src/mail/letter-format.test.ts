/** Dates in the words of the reader's country. */
import { expect, test } from 'vitest'
import type { HomeCountry, Language } from '../core/accounts/accounts.ts'
import { micros } from '../core/money/money.ts'
import { dayFromIso } from '../core/time/period.ts'
import { letterFormat } from './letter-format.ts'

function formatOf(language: Language, country: HomeCountry = 'NL') {
  return letterFormat({ language, country, timeZone: 'Europe/Amsterdam' })
}

test('a period ends on its last day, also over the end of a year', () => {
  const period = { startDay: dayFromIso('2026-12-15'), endDay: dayFromIso('2027-01-15') }
  expect(formatOf('en').periodInWords(period).replaceAll(/\s/g, ' ')).toBe(
    '15 December 2026 – 14 January 2027',
  )
})

test('a moment is local, also where summer time begins', () => {
  const format = formatOf('nl')
  expect(format.moment(Date.parse('2026-03-29T00:59:00Z'))).toBe('29 maart 2026 om 01:59')
  expect(format.moment(Date.parse('2026-03-29T01:00:00Z'))).toBe('29 maart 2026 om 03:00')
})

test('numbers are those of the language, as on an invoice', () => {
  expect(formatOf('en', 'BE').amount(micros(49_990_000))).toBe('€\u00a049.99')
  expect(formatOf('fr', 'BE').percent(8_000)).toBe('80\u00a0%')
})
