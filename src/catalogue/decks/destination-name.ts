/** What the row that prices a number calls its destination, for the papers of a customer. */
import type { Catalogue, PriceComponent } from '../catalogue.ts'
import type { HomeCountry, Language } from '../../core/accounts/accounts.ts'
import { validAt } from '../../core/time/validity.ts'
import { createDeckHit, findDeckRow } from './find-row.ts'
import { createNumberKey, otherParty, takeNumber, type NumberParties } from './number-key.ts'
import type { PriceDeck } from './price-deck.ts'
import { textAt, textsCount } from './text-table.ts'

export interface NamedUsage extends NumberParties {
  readonly rateId: string
  readonly startMs: number
}

/** '' for what no row of a deck priced, or whose row has no name. */
export type DestinationNamer = (usage: NamedUsage, home: HomeCountry, language: Language) => string

/** Undefined where no rate of the catalogue has a deck with names: then there is nothing to say. */
export function destinationNamer(catalogue: Catalogue): DestinationNamer | undefined {
  const { rates, priceDecks } = catalogue
  const deckOf = (component: PriceComponent | undefined): PriceDeck | undefined =>
    component?.deck === undefined ? undefined : priceDecks.get(component.deck.deckId)
  const used = [...rates.values()].flatMap(({ versions }) =>
    versions.flatMap((version) => [deckOf(version), deckOf(version.information)]),
  )
  if (!used.some((deck) => deck?.purpose === 'retail' && hasNames(deck))) return undefined
  const key = createNumberKey()
  const hit = createDeckHit()

  function nameIn(
    deck: PriceDeck | undefined,
    usage: NamedUsage,
    home: HomeCountry,
    language: Language,
  ): string {
    if (deck === undefined || !takeNumber(key, otherParty(usage), home)) return ''
    if (!findDeckRow(deck, key, usage.startMs, hit) || hit.deck === undefined) return ''
    const { table, names } = hit.deck
    const written = textAt(table.destinations, table.destination[hit.row]!)
    return (names.get(written) ?? deck.names.get(written))?.[language] ?? written
  }

  return (usage, home, language) => {
    const version = validAt(rates.get(usage.rateId)?.versions ?? [], usage.startMs)
    if (version === undefined) return ''
    // A number with a tariff of its own is better known by that than by where it is.
    return (
      nameIn(deckOf(version.information), usage, home, language) ||
      nameIn(deckOf(version), usage, home, language)
    )
  }
}

function hasNames(deck: PriceDeck): boolean {
  const { destinations } = deck.table
  for (let number = 0; number < textsCount(destinations); number += 1) {
    if (textAt(destinations, number) !== '') return true
  }
  return deck.over !== undefined && hasNames(deck.over)
}
