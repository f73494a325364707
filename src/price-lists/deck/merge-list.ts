/** A deck with a list taken in: pure, and the same whatever the order of the list's rows. */
import type { ListSays } from '../says-of-list.ts'
import { withSays, type DeckVersion } from './deck-history.ts'

/** Versions of a code in the order of their days. */
export type DeckCodes = ReadonlyMap<string, readonly DeckVersion[]>

export interface ListKind {
  readonly listDay: number
  /** It has every code: what it does not name ends at its date. */
  readonly isFull: boolean
  /** Codes that do not end, though no usable row names them: one that cannot be used does. */
  readonly spared: ReadonlySet<string>
  /** Dates of the full lists that were taken in before. */
  readonly fullDays: readonly number[]
}

/** Codes that the list leaves as they were keep their array. */
export function mergeList(codes: DeckCodes, says: ListSays['byCode'], kind: ListKind): DeckCodes {
  const fullDays = kind.isFull
    ? [...new Set([...kind.fullDays, kind.listDay])].toSorted((left, right) => left - right)
    : kind.fullDays
  const merged = new Map<string, readonly DeckVersion[]>()
  const ended = [{ fromDay: kind.listDay, terms: undefined }]
  for (const [code, versions] of codes) {
    const named = says.get(code)
    const ends = kind.isFull && isOfLists(code) && !kind.spared.has(code)
    merged.set(code, withSays(versions, named ?? (ends ? ended : []), fullDays))
  }
  for (const [code, said] of says) {
    if (!merged.has(code)) merged.set(code, withSays([], said, fullDays))
  }
  return merged
}

/** A number of one country that its carriers do not list, such as NL:0900, is left alone. */
function isOfLists(code: string): boolean {
  return !code.includes(':')
}
