/** What a row of a deck says beside its code and its days, as texts in the form of the deck's file. */

export interface DeckTerms {
  readonly destination: string
  /** EUR for a minute, a message or an event; '' where the rate's holds. */
  readonly price: string
  readonly fee: string
  readonly first: string
  readonly next: string
  readonly minimum: string
  readonly maximum: string
  readonly free: string
  /** '', 'all-below', or 'ended': the code has no price of its own. */
  readonly cover: string
  readonly party: string
  /** Price by time band, as `peak=0.10`, in the order of their names. */
  readonly bands: readonly string[]
}

export const NO_TERMS: DeckTerms = {
  destination: '',
  price: '',
  fee: '',
  first: '',
  next: '',
  minimum: '',
  maximum: '',
  free: '',
  cover: '',
  party: '',
  bands: [],
}

/** Says that a code ended where no row that held before does. */
export const ENDED: DeckTerms = { ...NO_TERMS, cover: 'ended' }

/** Of equal terms there is one object: they are compared by identity, and 260,000 rows stay small. */
export interface TermsPool {
  one(terms: DeckTerms): DeckTerms
}

export function createTermsPool(): TermsPool {
  const known = new Map([[keyOf(ENDED), ENDED]])
  return {
    one(terms) {
      const key = keyOf(terms)
      const one = known.get(key) ?? terms
      known.set(key, one)
      return one
    },
  }
}

function keyOf(terms: DeckTerms): string {
  const { destination, price, fee, first, next, minimum, maximum, free, cover, party } = terms
  const parts = [destination, price, fee, first, next, minimum, maximum, free, cover, party]
  return [...parts, ...terms.bands].join('\u0000')
}
