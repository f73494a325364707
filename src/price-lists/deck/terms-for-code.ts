/** What prices the numbers of a code, whether the deck has the code or only a shorter one. */
import { termsOn } from './deck-history.ts'
import type { DeckTerms } from './deck-terms.ts'
import type { DeckCodes } from './merge-list.ts'

/** Its own row of the day, or that of the longest shorter code; undefined where there is none. */
export function termsForCode(codes: DeckCodes, code: string, day: number): DeckTerms | undefined {
  const found = codeFor(codes, code, day)
  return found === '' ? undefined : termsOn(codes.get(found) ?? [], day)
}

/** The code itself, or the longest shorter one that has a row of the day; '' for none. */
export function codeFor(codes: DeckCodes, code: string, day: number): string {
  for (let length = code.length; length > 0; length -= 1) {
    const shorter = code.slice(0, length)
    const versions = codes.get(shorter)
    if (versions !== undefined && termsOn(versions, day) !== undefined) return shorter
  }
  return ''
}
