/** The sentences of a limit mail; one file for each language in texts/. */
import type { Language } from '../../core/accounts/accounts.ts'
import { de } from './texts/de.ts'
import { en } from './texts/en.ts'
import { fr } from './texts/fr.ts'
import { nl } from './texts/nl.ts'

export interface AlertTexts {
  group(name: string): string
  /** What a limit of a service is of. */
  readonly services: Readonly<Record<'data' | 'sms' | 'voice', string>>
  title(what: { limit: string; reached: string }): string
  reached(percents: readonly string[]): string
  /** Subject of a mail about one limit, and of one about several. */
  subjectOne(what: { limit: string; percent: string; scope: string }): string
  subjectMany(what: { count: string; account: string }): string
  readonly greeting: (name: string) => string
  /** About one limit: a warning before its full amount, and the full amount. */
  introNear(account: string): string
  /** Further away than that. */
  introPart(account: string): string
  introOne(account: string): string
  introMany(what: { account: string; count: string }): string
  readonly labels: Readonly<
    Record<'whose' | 'crossedBy' | 'used' | 'limit' | 'period' | 'at' | 'next' | 'change', string>
  >
  readonly next: Readonly<
    Record<'bundleNear' | 'bundleFull' | 'spendNear' | 'spendReached' | 'blockRequested', string>
  > & { /** After the amount there are further messages. */ again(amount: string): string }
  change(what: { isAlwaysOn: boolean; partner: string }): string
  /** Under a list that shows only the first of many. */
  more(count: string): string
  readonly attachmentName: string
  readonly listTitle: string
  readonly countsTitle: string
  /** Why this mail came, and that it was sent by a machine. */
  footer(what: { partner: string; account: string }): string
  readonly simBlock: {
    subject(scope: string): string
    intro(what: { scope: string; service: string }): string
    readonly services: Readonly<Record<'sim' | 'data' | 'roaming-data', string>>
    fee(amount: string): string
    readonly undo: (partner: string) => string
    footer(what: { partner: string; account: string }): string
  }
}

export const ALERT_TEXTS: Readonly<Record<Language, AlertTexts>> = { nl, fr, de, en }
