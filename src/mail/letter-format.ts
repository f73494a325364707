/**
 * The form of a letter to one reader: that of the language (core/text/locale-format.ts), and dates in
 * words, which are those of the country. They come from Intl: a letter is kept as it was written.
 */
import type { HomeCountry, Language } from '../core/accounts/accounts.ts'
import { localeFormat, type LocaleFormat } from '../core/text/locale-format.ts'
import { dayToIso } from '../core/time/period.ts'

export interface LetterFormat extends LocaleFormat {
  /** BCP 47 tag for `lang` attributes. */
  readonly tag: string
  /** 2 november 2026 */
  dateInWords(day: number): string
  /** First to last day of a period, both inclusive. */
  periodInWords(period: { startDay: number; endDay: number }): string
  /** Date and time with the zone of the account. */
  moment(instantMs: number): string
}

interface Reader {
  readonly language: Language
  readonly country: HomeCountry
  readonly timeZone: string
}

const LOCALES: Readonly<Record<Language, Readonly<Record<HomeCountry, string>>>> = {
  nl: { NL: 'nl-NL', BE: 'nl-BE' },
  fr: { NL: 'fr-FR', BE: 'fr-BE' },
  de: { NL: 'de-DE', BE: 'de-BE' },
  en: { NL: 'en-GB', BE: 'en-GB' },
}

const formats = new Map<string, LetterFormat>()

/** One shared format for each reader's language, country and time zone. */
export function letterFormat(reader: Reader): LetterFormat {
  const key = `${reader.language}|${reader.country}|${reader.timeZone}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const created = createFormat(reader)
  formats.set(key, created)
  return created
}

function createFormat({ language, country, timeZone }: Reader): LetterFormat {
  const tag = LOCALES[language][country]
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' })
  const moment = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeStyle: 'short', timeZone })
  return {
    ...localeFormat(language),
    tag,
    dateInWords: (day) => date.format(utcDay(day)),
    periodInWords: ({ startDay, endDay }) => date.formatRange(utcDay(startDay), utcDay(endDay - 1)),
    moment: (instantMs) => moment.format(instantMs),
  }
}

function utcDay(day: number): Date {
  return new Date(`${dayToIso(day)}T00:00:00Z`)
}
