/** Texts of the portal by language. Dutch is the list of them; the others have the same. */
import type { Language } from '../../core/accounts/accounts.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'
import { nl, type CustomerWords } from './nl.ts'
import { providerDe } from './provider-de.ts'
import { providerEn } from './provider-en.ts'
import { providerFr } from './provider-fr.ts'
import { providerNl, type ProviderWords } from './provider-nl.ts'

export type PortalWords = CustomerWords & ProviderWords

export const WORDS: Readonly<Record<Language, PortalWords>> = {
  nl: { ...nl, ...providerNl },
  fr: { ...fr, ...providerFr },
  de: { ...de, ...providerDe },
  en: { ...en, ...providerEn },
}
