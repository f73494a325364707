/** A rate by a deck as it is for one number: what the row says, and the rate where it is silent. */
import type { DeckUse, PriceComponent, Rate, RateStep } from '../catalogue.ts'
import type { RowTerms } from './row-terms.ts'

/** Without terms the part is as the rate has it: it has no deck, or no row and a price for that. */
export function rateOfRows(
  rate: Rate,
  traffic: RowTerms | undefined,
  information: RowTerms | undefined,
): Rate {
  const ofTraffic = traffic === undefined ? rate : withTerms(rate, traffic)
  return {
    ...ofTraffic,
    bands: traffic === undefined ? rate.bands : bandsOf(rate, traffic),
    information:
      rate.information === undefined || information === undefined
        ? rate.information
        : withTerms(rate.information, information),
  }
}

function withTerms<Component extends PriceComponent>(
  component: Component,
  terms: RowTerms,
): Component {
  const { deck } = component
  if (deck === undefined) return component
  return {
    ...component,
    connectFee: terms.connectFee ?? component.connectFee,
    minimum: terms.minimum ?? component.minimum,
    maximum: terms.maximum ?? component.maximum,
    freeQuantity: terms.freeQuantity === 0 ? component.freeQuantity : terms.freeQuantity,
    steps: deckSteps(terms.price ?? deck.price ?? '0', incrementsOf(deck, terms)),
  }
}

/** A price of the row holds at any time, but in the bands for which it says another. */
function bandsOf({ bands, deck }: Rate, terms: RowTerms): Rate['bands'] {
  if (deck === undefined) return bands
  return bands.map((band) => {
    const price =
      terms.bandPrices.get(band.name) ??
      terms.price ??
      deck.bandPrices.get(band.name) ??
      deck.price ??
      '0'
    return {
      ...band,
      connectFee: terms.connectFee ?? band.connectFee,
      steps: deckSteps(price, incrementsOf(deck, terms)),
    }
  })
}

type Increments = Pick<DeckUse, 'per' | 'firstIncrement' | 'nextIncrement'>

function incrementsOf(deck: DeckUse, terms: RowTerms): Increments {
  return {
    per: deck.per,
    firstIncrement: terms.firstIncrement ?? deck.firstIncrement,
    nextIncrement: terms.nextIncrement ?? deck.nextIncrement,
  }
}

/** One price: the first increment whole, then the next ones. */
export function deckSteps(
  price: string,
  { per, firstIncrement, nextIncrement }: Increments,
): RateStep[] {
  const first = { from: 0, price, per, increment: firstIncrement }
  return firstIncrement === nextIncrement
    ? [first]
    : [first, { from: firstIncrement, price, per, increment: nextIncrement }]
}
