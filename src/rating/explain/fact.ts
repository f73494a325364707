/**
 * What a step of an explanation says, as figures: whoever tells it to a customer writes it in their language, and leaves
 * out what only the provider's people know. Prices are decimals of the catalogue.
 */
import type { Localized } from '../../catalogue/catalogue.ts'

export type Fact =
  /** Taken from an allowance, of which this was used before. */
  | {
      readonly is: 'bundle'
      readonly names: Localized
      readonly ofGroup: boolean
      readonly quantity: number
      readonly used: number
      readonly amount: number
    }
  | { readonly is: 'rest'; readonly outOfBundle: number; readonly quantity: number }
  | {
      readonly is: 'step'
      readonly count: number
      readonly increment: number
      readonly price: string
      readonly per: number
      /** The name of a time band; '' for the price of every hour. */
      readonly band: string
    }
  | { readonly is: 'fee' | 'minimum' | 'maximum'; readonly price: string }
  /** A part of a longer session is priced as the whole, less what was billed before. */
  | { readonly is: 'session' }
  | { readonly is: 'information'; readonly micros: number }
  | { readonly is: 'paid'; readonly names: Localized; readonly micros: number }
  /** What the period had before, and with this. */
  | { readonly is: 'total'; readonly before: number; readonly after: number }
  | { readonly is: 'tier'; readonly quantity: number; readonly price: string; readonly per: number }
