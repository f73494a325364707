/** Texts of the portal by language. Dutch is the list of them; the others have the same. */
import type { Language } from '../../core/accounts/accounts.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'
import { nl } from './nl.ts'

export type PortalWords = typeof nl

export const WORDS: Readonly<Record<Language, PortalWords>> = { nl, fr, de, en }
