/** Probable oversights about price decks: those that nothing uses, and prices in bands that no rate has. */
import type { Catalogue } from '../catalogue.ts'
import type { PriceDeck } from '../decks/price-deck.ts'
import { parseTerms } from '../decks/row-terms.ts'
import { textAt, textsCount } from '../decks/text-table.ts'
import { linePlace, type ProblemList } from '../read/catalogue-problem.ts'
import type { CatalogueFolder } from '../read/read-catalogue-folder.ts'

export function warnOfDecks(
  { rates, priceDecks }: Catalogue,
  folder: CatalogueFolder,
  problems: ProblemList,
): void {
  const bandsByDeck = new Map<PriceDeck, Set<string>>()
  for (const { versions } of rates.values()) {
    for (const { deck, bands, information } of versions) {
      use(
        deck?.deckId,
        bands.map(({ name }) => name),
      )
      use(information?.deck?.deckId, [])
    }
  }

  function use(deckId: string | undefined, bands: readonly string[]): void {
    let deck = deckId === undefined ? undefined : priceDecks.get(deckId)
    for (; deck !== undefined; deck = deck.over) {
      const known = bandsByDeck.get(deck) ?? new Set()
      bandsByDeck.set(deck, new Set([...known, ...bands]))
    }
  }

  for (const deck of priceDecks.values()) {
    const declared = folder.priceDecks.find(({ id }) => id === deck.deckId)?.place
    const place = declared ?? linePlace(deck.files[0] ?? '', 1)
    const bands = bandsByDeck.get(deck)
    if (bands === undefined) {
      if (deck.purpose === 'retail')
        problems.warn(place, [], `${deck.deckId}: no rate uses this deck`)
      continue
    }
    for (const band of bandsOf(deck)) {
      if (bands.has(band)) continue
      const message = `${deck.deckId}: no rate by this deck has a band "${band}", so price@${band} never holds`
      problems.warn(linePlace(deck.files[0] ?? '', 1), [], message)
    }
  }
}

function bandsOf({ table: { termsTexts } }: PriceDeck): Set<string> {
  const bands = new Set<string>()
  for (let number = 0; number < textsCount(termsTexts); number += 1) {
    for (const band of parseTerms(textAt(termsTexts, number)).bandPrices.keys()) bands.add(band)
  }
  return bands
}
