/** What prices the numbers of a code, whether the deck has the code or only a shorter one. */
import { termsOn } from './deck-history.ts'
import type { DeckTerms } from './deck-terms.ts'
import type { DeckCodes } from './merge-list.ts'

/** Its own row of the day, or that of the longest shorter code; undefined where there is none. */
export function termsForCode(codes: DeckCodes, code: string, day: number): DeckTerms | undefined {
  for (let length = code.length; length > 0; length -= 1) {
    const versions = codes.get(code.slice(0, length))
    const terms = versions === undefined ? undefined : termsOn(versions, day)
    if (terms !== undefined) return terms
  }
  return undefined
}
