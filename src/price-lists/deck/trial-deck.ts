/** A deck as if the prices of one day had held from an earlier one on: to try a list on usage of before. */
import { termsOn, type DeckVersion } from './deck-history.ts'
import type { DeckCodes } from './merge-list.ts'

/** What the deck says before `fromDay` stays; from it on holds what holds on `pricesOfDay`. */
export function trialDeck(
  codes: DeckCodes,
  { fromDay, pricesOfDay }: { readonly fromDay: number; readonly pricesOfDay: number },
): DeckCodes {
  if (pricesOfDay <= fromDay) return codes
  return new Map(
    [...codes].map(
      ([code, versions]) => [code, trialVersions(versions, fromDay, pricesOfDay)] as const,
    ),
  )
}

function trialVersions(
  versions: readonly DeckVersion[],
  fromDay: number,
  pricesOfDay: number,
): DeckVersion[] {
  const before = versions
    .filter((version) => version.fromDay < fromDay)
    .map((version) => ({ ...version, untilDay: Math.min(version.untilDay, fromDay) }))
  const terms = termsOn(versions, pricesOfDay)
  return terms === undefined ? before : [...before, { fromDay, untilDay: Infinity, terms }]
}
