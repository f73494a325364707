/** Which rows of the price decks price a usage, with the file and line that they are read from. */
import { otherParty } from '../../catalogue/decks/number-key.ts'
import type { DeckRow } from '../../catalogue/decks/price-deck.ts'
import type { Usage } from '../../core/usage/usage.ts'
import type { Lane } from '../memory/lane.ts'
import { rowsOfNumber } from '../price/number-pricing.ts'
import type { ExplanationStep } from './explain-rating.ts'

/** `startMs` is that of the usage, or of the session that it is a part of. */
export function rowSteps(
  { rate, standing }: Lane,
  usage: Usage,
  startMs: number,
): ExplanationStep[] {
  if (!rate.usesDecks) return []
  const { country } = standing.account.account
  const { traffic, information } = rowsOfNumber(rate, { ...usage, startMs }, country)
  const number = otherParty(usage)
  const steps: ExplanationStep[] = []
  if (rate.deck !== undefined) {
    const none = `no row of ${rate.deck.deck.deckId} has ${number}: priced as what has none`
    steps.push({
      rule: 'row',
      ...(traffic === undefined ? { text: none } : rowText(number, traffic)),
    })
  }
  if (rate.informationDeck !== undefined) {
    const none = `no row of ${rate.informationDeck.deck.deckId} has ${number}: priced as what has none`
    const said = information === undefined ? { text: none } : rowText(number, information)
    steps.push({ rule: 'information row', ...said })
  }
  return steps
}

function rowText(
  number: string,
  { deckId, code, destination, terms, file, line }: DeckRow,
): { text: string; place: string } {
  const named = destination === '' ? '' : ` (${destination})`
  const paid = terms.party === '' ? '' : `, for ${terms.party}`
  const text = `${number} is code ${code}${named} of deck ${deckId}${paid}`
  return { text, place: `${file}:${line}` }
}
