/** How a seller numbers its documents, for series that have not begun. */

/** Of one kind of document. */
export interface SeriesRules {
  /** Before the year: capitals, digits and dashes. */
  readonly prefix?: string | undefined
  /** Year of issue → the first number of that year, where an older system has had those before; else 1. */
  readonly start?: Readonly<Record<string, number>> | undefined
}

export interface NumberRules {
  readonly invoice?: SeriesRules | undefined
  /** Where credit notes have numbers of their own. */
  readonly creditNote?: SeriesRules | undefined
}

export const CREDIT_NOTE_PREFIX = 'C'
export const PREFIX = /^[A-Z0-9-]{0,8}$/
export const SEQUENCE_MAX = 99_999_999
