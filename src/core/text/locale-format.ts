/**
 * Amounts, quantities and days in the form of a language, the same in documents and in mails
 * (decision 0380). Own small rules and not Intl: a new version of its data must not change the bytes
 * of an invoice. Money is integers and text only.
 */
import type { HomeCountry, Language } from '../accounts/accounts.ts'
import { MICROS_PER_CENT, microsToDecimal, roundQuotient, type Micros } from '../money/money.ts'
import { unreachable } from '../failures/outcome.ts'
import { dayToIso } from '../time/period.ts'

export type QuantityUnit = 'second' | 'byte' | 'message' | 'event' | 'month' | 'item' | 'money'

export interface LocaleFormat {
  /** Whole cents with the currency: '€ 1.234,56'. Throws when the amount has parts of a cent. */
  amount(amount: Micros): string
  /** Whole cents without the currency, for columns. */
  cents(amount: Micros): string
  /** All digits that there are, two at least: '0,0423'. */
  exact(amount: Micros): string
  /** The same with the currency, for prices: '€ 0,0423'. */
  price(amount: Micros): string
  count(count: number): string
  /** Hundredths of a percent: 2100 → '21 %'. */
  percent(hundredths: number): string
  date(day: number): string
  /** A half-open range of days, with its last day as people say it. */
  days(range: { fromDay: number; toDay: number }): string
  /** To the second, and bytes in the unit that suits them; money in whole cents, rounded down. */
  quantity(quantity: number, unit: QuantityUnit): string
  /**
   * What was used of a limit, rounded down to cents, minutes or megabytes, so that a limit never looks
   * reached before it is.
   */
  usedOfLimit(quantity: number, unit: LimitedUnit): string
}

type LimitedUnit = Extract<QuantityUnit, 'second' | 'byte' | 'message' | 'money'>

interface Marks {
  readonly decimal: string
  readonly group: string
  readonly date: (parts: { year: string; month: string; day: string }) => string
  readonly minutes: string
  readonly bytes: readonly [string, string, string, string]
}

const NARROW_SPACE = '\u202f'
const FIXED_SPACE = '\u00a0'
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB'] as const
const MEGA = 2
const ENGLISH_MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

const MARKS: Readonly<Record<Language, Marks>> = {
  nl: {
    decimal: ',',
    group: '.',
    date: ({ year, month, day }) => `${day}-${month}-${year}`,
    minutes: 'min',
    bytes: BYTE_UNITS,
  },
  fr: {
    decimal: ',',
    group: NARROW_SPACE,
    date: ({ year, month, day }) => `${day}/${month}/${year}`,
    minutes: 'min',
    bytes: ['o', 'ko', 'Mo', 'Go'],
  },
  de: {
    decimal: ',',
    group: '.',
    date: ({ year, month, day }) => `${day}.${month}.${year}`,
    minutes: 'Min.',
    bytes: BYTE_UNITS,
  },
  en: {
    decimal: '.',
    group: ',',
    date: ({ year, month, day }) =>
      `${Number.parseInt(day, 10)} ${ENGLISH_MONTHS[Number.parseInt(month, 10) - 1] ?? month} ${year}`,
    minutes: 'min',
    bytes: BYTE_UNITS,
  },
}

/** Belgians write the days of their Dutch as those of their French. */
const BELGIAN_DUTCH: Marks = { ...MARKS.nl, date: MARKS.fr.date }

/** `country`: where the reader is, as Dutch is written otherwise in Belgium; documents say none. */
export function localeFormat(language: Language, country?: HomeCountry): LocaleFormat {
  const marks = language === 'nl' && country === 'BE' ? BELGIAN_DUTCH : MARKS[language]
  const cents = (amount: Micros): string => withMarks(microsToDecimal(amount, 2), marks)
  const amount = (whole: Micros): string => `€${FIXED_SPACE}${cents(whole)}`
  const exact = (whole: Micros): string =>
    withMarks(microsToDecimal(whole).replace(/0{1,4}$/, ''), marks)
  const count = (number: number): string => withMarks(String(number), marks)
  const date = (day: number): string => {
    const [year = '', month = '', dayOfMonth = ''] = dayToIso(day).split('-')
    return marks.date({ year, month, day: dayOfMonth })
  }
  return {
    amount,
    cents,
    exact,
    price: (price) => `€${FIXED_SPACE}${exact(price)}`,
    count,
    percent: (hundredths) => `${withMarks(hundredthsText(hundredths), marks)}${FIXED_SPACE}%`,
    date,
    days: ({ fromDay, toDay }) =>
      toDay - fromDay === 1 ? date(fromDay) : `${date(fromDay)} – ${date(toDay - 1)}`,
    quantity(quantity, unit) {
      if (unit === 'second') return clockText(quantity)
      if (unit === 'byte') return bytesText(quantity, marks)
      return unit === 'money' ? amount(wholeCents(quantity)) : count(quantity)
    },
    usedOfLimit(quantity, unit) {
      switch (unit) {
        case 'money':
          return amount(wholeCents(quantity))
        case 'second':
          return `${count(Math.floor(quantity / 60))}${FIXED_SPACE}${marks.minutes}`
        case 'byte':
          return `${count(Math.floor(quantity / 1_024 ** MEGA))}${FIXED_SPACE}${marks.bytes[MEGA]}`
        case 'message':
          return `${count(quantity)}${FIXED_SPACE}SMS`
        default:
          return unreachable(unit)
      }
    },
  }
}

/** Of money that was used: rounded towards zero. */
function wholeCents(amountMicros: number): Micros {
  return roundQuotient({
    numerator: amountMicros,
    denominator: MICROS_PER_CENT,
    mode: 'down',
    times: MICROS_PER_CENT,
  })
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
