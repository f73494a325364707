/**
 * The pricing of a usage whose rate takes prices by number: the rows of its decks are found, and what they
 * say is compiled once for all numbers with the same terms. Rates without decks never come here.
 */
import { createDeckHit, findDeckRow, type DeckHit } from '../../catalogue/decks/find-row.ts'
import { createNumberKey, otherParty, takeNumber } from '../../catalogue/decks/number-key.ts'
import type { NumberParties } from '../../catalogue/decks/number-key.ts'
import { deckRowAt, termsAt } from '../../catalogue/decks/price-deck.ts'
import type { DeckRow, PriceDeck } from '../../catalogue/decks/price-deck.ts'
import { rateOfRows } from '../../catalogue/decks/rate-of-rows.ts'
import type { HomeCountry } from '../../core/accounts/accounts.ts'
import { compileVersion, type CompiledDeck, type CompiledRate } from './compiled-rate.ts'
import type { Pricings } from './pricing.ts'

/** What prices a number: the other party's of the usage. */
export interface PricedNumber extends NumberParties {
  readonly startMs: number
}

/** What was found for a number; filled again for each usage. */
export interface NumberPricing {
  /** Number of the pricing, or NO_PRICING. */
  pricing: number
  readonly traffic: RowChoice
  readonly information: RowChoice
  /** Where there is no pricing: the deck that has no row for the number. */
  missingIn: string
}

export interface RowChoice {
  readonly hit: DeckHit
  isFound: boolean
}

export const NO_PRICING = -1
/** Of the terms of all decks of a catalogue; so that two of them and this make one exact number. */
const TERMS_MAX = 2 ** 26

const key = createNumberKey()

export function createNumberPricing(): NumberPricing {
  return {
    pricing: NO_PRICING,
    traffic: { hit: createDeckHit(), isFound: false },
    information: { hit: createDeckHit(), isFound: false },
    missingIn: '',
  }
}

/** `base` is the number of the rate's own pricing, `home` the country of the account. */
export function priceNumber(
  pricings: Pricings,
  base: number,
  usage: PricedNumber,
  home: HomeCountry,
  found: NumberPricing,
): void {
  const { rate } = pricings.list[base]!
  const isNumber = takeNumber(key, otherParty(usage), home)
  found.pricing = NO_PRICING
  if (!chooseRow(rate.deck, isNumber, usage.startMs, found.traffic, found)) return
  if (!chooseRow(rate.informationDeck, isNumber, usage.startMs, found.information, found)) return
  const terms = termsOf(found.traffic) * TERMS_MAX + termsOf(found.information)
  found.pricing = pricings.variantOf(base, terms, () => variant(rate, found))
}

/** The rows of the decks of a rate that price the number: of the traffic, of the information. */
export function rowsOfNumber(
  rate: CompiledRate,
  usage: PricedNumber,
  home: HomeCountry,
): { readonly traffic: DeckRow | undefined; readonly information: DeckRow | undefined } {
  const isNumber = takeNumber(key, otherParty(usage), home)
  const rowIn = (compiled: CompiledDeck | undefined): DeckRow | undefined => {
    const hit = createDeckHit()
    if (compiled === undefined || !isNumber) return undefined
    if (!findDeckRow(compiled.deck, key, usage.startMs, hit)) return undefined
    return hit.deck === undefined ? undefined : deckRowAt(hit.deck, hit.row)
  }
  return { traffic: rowIn(rate.deck), information: rowIn(rate.informationDeck) }
}

/** False where nothing prices the number. */
function chooseRow(
  compiled: CompiledDeck | undefined,
  isNumber: boolean,
  atMs: number,
  choice: RowChoice,
  found: NumberPricing,
): boolean {
  choice.isFound =
    compiled !== undefined && isNumber && findDeckRow(compiled.deck, key, atMs, choice.hit)
  if (compiled === undefined || choice.isFound || !compiled.rejectsOthers) return true
  found.missingIn = compiled.deck.deckId
  return false
}

/** From 1; 0 stands for none. */
function termsOf({ isFound, hit: { deck, row } }: RowChoice): number {
  return isFound && deck !== undefined ? deck.termsBase + deck.table.terms[row]! + 1 : 0
}

function variant(rate: CompiledRate, { traffic, information }: NumberPricing): CompiledRate {
  const source = rateOfRows(rate.source, termsIn(traffic), termsIn(information))
  return compileVersion(rate.rateId, rate.unit, source)
}

function termsIn({ isFound, hit }: RowChoice): ReturnType<typeof termsAt> | undefined {
  const deck: PriceDeck | undefined = hit.deck
  return isFound && deck !== undefined ? termsAt(deck, hit.row) : undefined
}
