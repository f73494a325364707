/**
 * Numbers, amounts and dates in the form of the reader's language and country. Money goes to Intl as
 * a decimal string, so no amount passes through floating point.
 */
import type { HomeCountry, Language } from '../core/accounts.ts'
import { MICROS_PER_CENT, microsToDecimal, roundQuotient } from '../core/money.ts'
import { dayToIso } from '../core/period.ts'
import type { LimitUnit } from '../limits/limit-kinds.ts'
import { BYTES_PER_MB } from '../limits/limit-amount.ts'

export interface LocaleFormat {
  /** BCP 47 tag for `lang` attributes. */
  readonly tag: string
  /** What is used, rounded down, so that a limit never looks reached before it is. */
  quantity(amount: number, unit: LimitUnit): string
  /** `used` of `amount` in whole percent, rounded down. */
  percent(used: number, amount: number): string
  count(number: number): string
  day(day: number): string
  /** First to last day of a period, both inclusive. */
  period(period: { startDay: number; endDay: number }): string
  /** Date and time with the zone of the account. */
  moment(instantMs: number): string
}

const LOCALES: Readonly<Record<Language, Readonly<Record<HomeCountry, string>>>> = {
  nl: { NL: 'nl-NL', BE: 'nl-BE' },
  fr: { NL: 'fr-FR', BE: 'fr-BE' },
  de: { NL: 'de-DE', BE: 'de-BE' },
  en: { NL: 'en-GB', BE: 'en-GB' },
}
const MINUTES_SIGN: Readonly<Record<Language, string>> = {
  nl: 'min',
  fr: 'min',
  de: 'Min.',
  en: 'min',
}
const MEGABYTE_SIGN: Readonly<Record<Language, string>> = { nl: 'MB', fr: 'Mo', de: 'MB', en: 'MB' }
const NO_BREAK_SPACE = '\u00a0'

const formats = new Map<string, LocaleFormat>()

/** One shared format for each reader's language, country and time zone. */
export function localeFormat(reader: {
  language: Language
  country: HomeCountry
  timeZone: string
}): LocaleFormat {
  const key = `${reader.language}|${reader.country}|${reader.timeZone}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const created = createFormat(reader)
  formats.set(key, created)
  return created
}

function createFormat({
  language,
  country,
  timeZone,
}: Parameters<typeof localeFormat>[0]): LocaleFormat {
  const tag = LOCALES[language][country]
  const money = new Intl.NumberFormat(tag, { style: 'currency', currency: 'EUR' })
  const integer = new Intl.NumberFormat(tag, { maximumFractionDigits: 0 })
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 })
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' })
  const moment = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeStyle: 'short', timeZone })
  const withSign = (number: number, sign: string): string =>
    `${integer.format(number)}${NO_BREAK_SPACE}${sign}`
  return {
    tag,
    count: (number) => integer.format(number),
    quantity(amount, unit) {
      if (unit === 'money') return money.format(decimal(amount))
      if (unit === 'second') return withSign(Math.floor(amount / 60), MINUTES_SIGN[language])
      if (unit === 'byte')
        return withSign(Math.floor(amount / BYTES_PER_MB), MEGABYTE_SIGN[language])
      return withSign(amount, 'SMS')
    },
    percent: (used, amount) => percent.format(hundredths(percentOf(used, amount))),
    day: (day) => date.format(utcDay(day)),
    period: ({ startDay, endDay }) => date.formatRange(utcDay(startDay), utcDay(endDay - 1)),
    moment: (instantMs) => moment.format(instantMs),
  }
}

/** Whole percent of the amount that is used, rounded down; exact for any size. */
export function percentOf(used: number, amount: number): number {
  return amount === 0 ? 0 : Number((BigInt(used) * 100n) / BigInt(amount))
}

type DecimalText = `${number}`

/** Euros in whole cents, rounded towards zero, as the text that Intl reads exactly. */
function decimal(amountMicros: number): DecimalText {
  const wholeCents = roundQuotient({
    numerator: amountMicros,
    denominator: MICROS_PER_CENT,
    mode: 'down',
    times: MICROS_PER_CENT,
  })
  return decimalText(microsToDecimal(wholeCents, 2))
}

/** 105 → "1.05". */
function hundredths(percent: number): DecimalText {
  const digits = String(percent).padStart(3, '0')
  return decimalText(`${digits.slice(0, -2)}.${digits.slice(-2)}`)
}

function decimalText(text: string): DecimalText {
  if (!isDecimal(text)) throw new RangeError(`"${text}" is not a decimal number`)
  return text
}

function isDecimal(text: string): text is DecimalText {
  return /^-?\d+(\.\d+)?$/.test(text)
}

function utcDay(day: number): Date {
  return new Date(`${dayToIso(day)}T00:00:00Z`)
}
