/** Prices of a deck below what suppliers' decks of the catalogue say that the calls cost us, or the other way round. */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { deckRows, type PriceDeck } from '../../catalogue/decks/price-deck.ts'
import { dayStartMs } from '../../core/time/period.ts'
import { holdsAt, validAt } from '../../core/time/validity.ts'
import { belowCost, type BelowCost } from '../../price-lists/changes/below-cost.ts'
import type { DeckVersion } from '../../price-lists/deck/deck-history.ts'
import { createTermsPool, NO_TERMS } from '../../price-lists/deck/deck-terms.ts'
import type { DeckCodes } from '../../price-lists/deck/merge-list.ts'

export interface DeckBelowCost extends BelowCost {
  /** The other deck: what costs more than it is sold for, or is sold for less than it costs. */
  readonly deckId: string
}

/** Of a deck that is about to be `codes`, on the day; nothing where the deck's prices have no exchange rate. */
export function decksBelowCost(
  { priceDecks, exchangeRates }: Pick<Catalogue, 'priceDecks' | 'exchangeRates'>,
  deckId: string,
  { codes, day }: { readonly codes: DeckCodes; readonly day: number },
): DeckBelowCost[] {
  const own = priceDecks.get(deckId)
  const isCost = own?.purpose === 'cost'
  const others = [...priceDecks.values()].filter((each) => (each.purpose === 'cost') !== isCost)
  return others.flatMap((other) => {
    const { currency, timeZone } = (isCost ? own : other) ?? other
    const atMs = dayStartMs(day, timeZone)
    const euros = currency === 'EUR' ? '1' : validAt(exchangeRates.get(currency) ?? [], atMs)?.rate
    if (euros === undefined) return []
    const there = codesOn(other, day)
    const [prices, costs] = isCost ? [there, codes] : [codes, there]
    return belowCost(prices, costs, { day, euros }).map((each) => ({
      ...each,
      deckId: other.deckId,
    }))
  })
}

/** The deck's own rows that hold on the day. */
function codesOn(deck: PriceDeck, day: number): DeckCodes {
  const pool = createTermsPool()
  const atMs = dayStartMs(day, deck.timeZone)
  const codes = new Map<string, readonly DeckVersion[]>()
  for (const row of deckRows(deck)) {
    if (!holdsAt(row, atMs)) continue
    const { code, cover, destination, terms } = row
    const one = pool.one({ ...NO_TERMS, cover, destination, price: terms.price ?? '' })
    codes.set(code, [{ fromDay: -Infinity, untilDay: Infinity, terms: one }])
  }
  return codes
}
