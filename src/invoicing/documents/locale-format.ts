/**
 * Amounts, quantities and dates in the form of the customer's language. Own small rules and not
 * Intl: a new version of its data must not change the bytes of an invoice.
 */
import type { Language } from '../../core/accounts.ts'
import { microsToDecimal, type Micros } from '../../core/money.ts'
import { unreachable } from '../../core/outcome.ts'
import { dayToIso } from '../../core/period.ts'
import type { LineUnit } from '../invoice-model.ts'

export interface LocaleFormat {
  /** Whole cents with the currency: '€ 1.234,56'. Throws when the amount has parts of a cent. */
  amount(amount: Micros): string
  /** Whole cents without the currency, for columns. */
  cents(amount: Micros): string
  /** All digits that there are, two at least: '0,0423'. */
  exact(amount: Micros): string
  count(count: number): string
  /** Hundredths of a percent: 2100 → '21 %'. */
  percent(hundredths: number): string
  date(day: number): string
  /** A half-open range of days, with its last day as people say it. */
  days(range: { fromDay: number; toDay: number }): string
  quantity(quantity: number, unit: LineUnit | 'money'): string
}

interface Marks {
  readonly decimal: string
  readonly group: string
  readonly date: (parts: { year: string; month: string; day: string }) => string
  readonly bytes: readonly [string, string, string, string]
}

const NARROW_SPACE = '\u202f'
const FIXED_SPACE = '\u00a0'
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB'] as const
const ENGLISH_MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

const MARKS: Readonly<Record<Language, Marks>> = {
  nl: {
    decimal: ',',
    group: '.',
    date: ({ year, month, day }) => `${day}-${month}-${year}`,
    bytes: BYTE_UNITS,
  },
  fr: {
    decimal: ',',
    group: NARROW_SPACE,
    date: ({ year, month, day }) => `${day}/${month}/${year}`,
    bytes: ['o', 'ko', 'Mo', 'Go'],
  },
  de: {
    decimal: ',',
    group: '.',
    date: ({ year, month, day }) => `${day}.${month}.${year}`,
    bytes: BYTE_UNITS,
  },
  en: {
    decimal: '.',
    group: ',',
    date: ({ year, month, day }) =>
      `${Number.parseInt(day, 10)} ${ENGLISH_MONTHS[Number.parseInt(month, 10) - 1] ?? month} ${year}`,
    bytes: BYTE_UNITS,
  },
}

export function localeFormat(language: Language): LocaleFormat {
  const marks = MARKS[language]
  const localized = (text: string): string => withMarks(text, marks)
  const cents = (amount: Micros): string => localized(microsToDecimal(amount, 2))
  const date = (day: number): string => {
    const [year = '', month = '', dayOfMonth = ''] = dayToIso(day).split('-')
    return marks.date({ year, month, day: dayOfMonth })
  }
  return {
    cents,
    amount: (amount) => `€${FIXED_SPACE}${cents(amount)}`,
    exact: (amount) => localized(microsToDecimal(amount).replace(/0{1,4}$/, '')),
    count: (count) => localized(String(count)),
    percent: (hundredths) => `${localized(hundredthsText(hundredths))}${FIXED_SPACE}%`,
    date,
    days: ({ fromDay, toDay }) =>
      toDay - fromDay === 1 ? date(fromDay) : `${date(fromDay)} – ${date(toDay - 1)}`,
    quantity: (quantity, unit) => quantityText(quantity, unit, marks),
  }
}

function quantityText(quantity: number, unit: LineUnit | 'money', marks: Marks): string {
  switch (unit) {
    case 'second':
      return clockText(quantity)
    case 'byte':
      return bytesText(quantity, marks)
    case 'money':
      return `€${FIXED_SPACE}${withMarks(hundredthsText(Math.round(quantity / 10_000)), marks)}`
    case 'month':
    case 'item':
    case 'message':
    case 'event':
      return withMarks(String(quantity), marks)
    default:
      return unreachable(unit)
  }
}

/** Hours, minutes and seconds: 3725 → '1:02:05'. */
function clockText(seconds: number): string {
  const whole = Math.abs(seconds)
  const hours = Math.trunc(whole / 3_600)
  const text = `${hours}:${twoDigits(Math.trunc(whole / 60) % 60)}:${twoDigits(whole % 60)}`
  return seconds < 0 ? `-${text}` : text
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0')
}

/** In the largest unit that gives at least one, with two decimals; 1 kB = 1,024 bytes. */
function bytesText(bytes: number, marks: Marks): string {
  let power = 0
  while (power < 3 && Math.abs(bytes) >= 1_024 ** (power + 1)) power += 1
  const name = marks.bytes[power] ?? ''
  if (power === 0) return `${bytes}${FIXED_SPACE}${name}`
  const hundredths = Math.round((bytes / 1_024 ** power) * 100)
  return `${withMarks(hundredthsText(hundredths), marks)}${FIXED_SPACE}${name}`
}

/** 1250 → '12.5', 2100 → '21'. */
function hundredthsText(hundredths: number): string {
  const whole = Math.trunc(Math.abs(hundredths) / 100)
  const fraction = String(Math.abs(hundredths) % 100).padStart(2, '0')
  const sign = hundredths < 0 ? '-' : ''
  if (fraction === '00') return `${sign}${whole}`
  return `${sign}${whole}.${fraction.replace(/0$/, '')}`
}

/** '-1234.56' with the language's decimal mark and groups of three. */
function withMarks(text: string, marks: Marks): string {
  const [whole = '', fraction] = text.split('.')
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, marks.group)
  return fraction === undefined ? grouped : `${grouped}${marks.decimal}${fraction}`
}
