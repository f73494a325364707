/** Names of countries in the language of the reader. */
import type { Language } from '../../core/accounts/accounts.ts'

const names = new Map<Language, Intl.DisplayNames>()

/** The name of an ISO 3166 code; what is none stays as it is written. */
export function countryName(code: string, language: Language): string {
  if (!/^[A-Z]{2}$/.test(code)) return code
  let ofLanguage = names.get(language)
  if (ofLanguage === undefined) {
    ofLanguage = new Intl.DisplayNames([language], { type: 'region' })
    names.set(language, ofLanguage)
  }
  return ofLanguage.of(code) ?? code
}
