/**
 * How a seller reminds of overdue invoices: when, in which words, and what the law of a country says of a kind of
 * customer. All of it is the seller's data: no amount and no term is ours. Without steps nobody is reminded.
 */
import type { HomeCountry, Language } from './accounts.ts'

export const CUSTOMER_KINDS = ['consumer', 'micro-small', 'large', 'public', 'provider'] as const
/** On whom duties depend; '' = not said. */
export type CustomerKind = (typeof CUSTOMER_KINDS)[number]

export const REMINDER_STEPS_MAX = 3

export interface ReminderRules {
  /** The first, second and last reminder; later ones after more days. */
  readonly steps: readonly ReminderStep[]
  readonly terms: readonly ReminderTerm[]
}

export interface ReminderStep {
  /** After the due day. */
  readonly afterDays: number
  /** In place of the words that tik has. */
  readonly texts?:
    Readonly<Partial<Record<Language, { subject: string; text: string }>>> | undefined
}

/** What is added to a step for customers of a country, or of a kind of customer there. */
export interface ReminderTerm {
  readonly step: number
  readonly country: HomeCountry
  /** All kinds where it is left out. */
  readonly customerKind?: CustomerKind | undefined
  /** Costs as they stand in the mail, such as "10.00"; they are told, not charged. */
  readonly cost?: string | undefined
  readonly texts?: Readonly<Partial<Record<Language, string>>> | undefined
}
