/** Which rows of the price decks price a usage, with the file and line that they are read from. */
import type { DeckRow } from '../../catalogue/decks/price-deck.ts'
import type { Usage } from '../../core/usage/usage.ts'
import type { Lane } from '../memory/lane.ts'
import { otherParty, rowsOfNumber } from '../price/number-pricing.ts'
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
    steps.push({ rule: 'row', text: traffic === undefined ? none : rowText(number, traffic) })
  }
  if (rate.informationDeck !== undefined) {
    const none = `no row of ${rate.informationDeck.deck.deckId} has ${number}: priced as what has none`
    const text = information === undefined ? none : rowText(number, information)
    steps.push({ rule: 'information row', text })
  }
  return steps
}

function rowText(
  number: string,
  { deckId, code, destination, terms, file, line }: DeckRow,
): string {
  const named = destination === '' ? '' : ` (${destination})`
  const paid = terms.party === '' ? '' : `, for ${terms.party}`
  return `${number} is code ${code}${named} of deck ${deckId}${paid}: ${file}:${line}`
}
