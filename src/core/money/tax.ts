/**
 * Categories of VAT, as EN 16931 has them: standard and reduced are its S, with another rate each;
 * reverse-charge AE, zero Z, exempt E, outside-scope O. In the order in which invoices list them.
 */
import type { Validity } from '../time/validity.ts'

export const TAX_CATEGORIES = [
  'standard',
  'reduced',
  'reverse-charge',
  'zero',
  'exempt',
  'outside-scope',
] as const
export type TaxCategory = (typeof TAX_CATEGORIES)[number]

/** Categories with a percentage of their own; all others bear no VAT. */
export const RATED_CATEGORIES = ['standard', 'reduced'] as const
export type RatedCategory = (typeof RATED_CATEGORIES)[number]

/** The category from one date to another. */
export interface TaxChoice extends Validity {
  readonly taxCategory: TaxCategory
}

/** The first that holds is the one; where none does it is the standard rate. */
export type TaxChoices = readonly TaxChoice[]

/** What a charge bears. */
export interface Tax {
  readonly taxCategory: TaxCategory
  /** Hundredths of a percent: 2100 = 21 %. */
  readonly taxPercentHundredths: number
}

export function isRated(taxCategory: TaxCategory): taxCategory is RatedCategory {
  return RATED_CATEGORIES.some((rated) => rated === taxCategory)
}
