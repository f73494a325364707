import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LANGUAGES } from '../accounts/accounts.ts'
import { micros } from '../money/money.ts'
import { dayFromIso } from '../time/period.ts'
import { localeFormat } from './locale-format.ts'

const DAY = dayFromIso('2026-11-02')

test.each`
  language | amount              | exact       | date            | bytes       | percent
  ${'nl'}  | ${'€ 1.234.567,80'} | ${'0,0423'} | ${'02-11-2026'} | ${'1,5 GB'} | ${'12,5 %'}
  ${'fr'}  | ${'€ 1 234 567,80'} | ${'0,0423'} | ${'02/11/2026'} | ${'1,5 Go'} | ${'12,5 %'}
  ${'de'}  | ${'€ 1.234.567,80'} | ${'0,0423'} | ${'02.11.2026'} | ${'1,5 GB'} | ${'12,5 %'}
  ${'en'}  | ${'€ 1,234,567.80'} | ${'0.0423'} | ${'2 Nov 2026'} | ${'1.5 GB'} | ${'12.5 %'}
`('in $language', ({ language, amount, exact, date, bytes, percent }) => {
  const format = localeFormat(language)
  expect(plain(format.amount(micros(1_234_567_800_000)))).toBe(amount)
  expect(format.exact(micros(42_300))).toBe(exact)
  expect(format.date(DAY)).toBe(date)
  expect(plain(format.quantity(1_610_612_736, 'byte'))).toBe(bytes)
  expect(plain(format.percent(1_250))).toBe(percent)
})

test('Dutch of Belgium has its days with strokes, and all else as Dutch', () => {
  const [dutch, belgian] = [localeFormat('nl', 'NL'), localeFormat('nl', 'BE')]
  expect([dutch.date(DAY), belgian.date(DAY)]).toEqual(['02-11-2026', '02/11/2026'])
  expect(belgian.amount(micros(1_234_560_000))).toBe(dutch.amount(micros(1_234_560_000)))
  expect(localeFormat('de', 'BE').date(DAY)).toBe(localeFormat('de').date(DAY))
})

test('an amount keeps two decimals, and one with parts of a cent is refused', () => {
  const format = localeFormat('nl')
  expect(format.exact(micros(12_000_000))).toBe('12,00')
  expect(format.exact(micros(12_100_001))).toBe('12,100001')
  expect(format.cents(micros(-70_000))).toBe('-0,07')
  expect(() => format.cents(micros(42_300))).toThrow(/does not fit 2 decimals/)
})

test('durations are hours, minutes and seconds; ranges name their last day', () => {
  const format = localeFormat('nl')
  expect(format.quantity(3_725, 'second')).toBe('1:02:05')
  expect(format.quantity(-59, 'second')).toBe('-0:00:59')
  expect(format.days({ fromDay: DAY, toDay: DAY + 1 })).toBe('02-11-2026')
  expect(format.days({ fromDay: DAY, toDay: DAY + 2 })).toBe('02-11-2026 – 03-11-2026')
})

test.each`
  language | money           | minutes         | data        | messages
  ${'nl'}  | ${'€ 4.999,99'} | ${'1.250 min'}  | ${'499 MB'} | ${'10 SMS'}
  ${'fr'}  | ${'€ 4 999,99'} | ${'1 250 min'}  | ${'499 Mo'} | ${'10 SMS'}
  ${'de'}  | ${'€ 4.999,99'} | ${'1.250 Min.'} | ${'499 MB'} | ${'10 SMS'}
  ${'en'}  | ${'€ 4,999.99'} | ${'1,250 min'}  | ${'499 MB'} | ${'10 SMS'}
`(
  'what is used of a limit is rounded down in $language: it does not look reached before it is',
  ({ language, money, minutes, data, messages }) => {
    const format = localeFormat(language)
    expect(plain(format.usedOfLimit(4_999_999_999, 'money'))).toBe(money)
    expect(plain(format.usedOfLimit(75_059, 'second'))).toBe(minutes)
    expect(plain(format.usedOfLimit(524_287_999, 'byte'))).toBe(data)
    expect(plain(format.usedOfLimit(10, 'message'))).toBe(messages)
    expect(format.quantity(4_999_999_999, 'money')).toBe(format.usedOfLimit(4_999_999_999, 'money'))
  },
)

test.each(LANGUAGES)('money in %s has exactly the whole cents of any amount', (language) => {
  const format = localeFormat(language)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (amountMicros) => {
      const digits = format.usedOfLimit(amountMicros, 'money').replaceAll(/\D/g, '')
      expect(BigInt(digits)).toBe(BigInt(amountMicros) / 10_000n)
    }),
  )
})

test('used money keeps two decimals on an invoice too', () => {
  expect(plain(localeFormat('nl').quantity(12_500_000, 'money'))).toBe('€ 12,50')
  expect(plain(localeFormat('nl').quantity(5_000_000, 'money'))).toBe('€ 5,00')
})

function plain(text: string): string {
  return text.replaceAll(/[\u00a0\u202f]/g, ' ')
}
