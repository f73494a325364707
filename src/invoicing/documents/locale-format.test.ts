import { expect, test } from 'vitest'
import { micros } from '../../core/money.ts'
import { dayFromIso } from '../../core/period.ts'
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

function plain(text: string): string {
  return text.replaceAll(/[\u00a0\u202f]/g, ' ')
}
