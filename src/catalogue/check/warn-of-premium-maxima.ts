/**
 * Information tariffs above what the law allows: the Belgian maxima by range (royal decree of 27 April 2007
 * and what replaced it), for calls and messages. They hold with VAT, and prices here are without.
 */
import { Decimal } from 'decimal.js'
import type { Catalogue } from '../catalogue.ts'
import { deckRows, type DeckRow, type PriceDeck } from '../decks/price-deck.ts'
import { linePlace, type ProblemList } from '../read/catalogue-problem.ts'
import { vatRatesOf } from '../vat-at.ts'

interface Maximum {
  /** What the code of a row begins with. */
  readonly range: string
  /** EUR with VAT. */
  readonly amount: string
  readonly per: 'minute' | 'call' | 'message'
}

const CALLS: readonly Maximum[] = [
  { range: '3270', amount: '0.30', per: 'minute' },
  { range: '32900', amount: '0.50', per: 'minute' },
  { range: '32901', amount: '0.50', per: 'call' },
  { range: '32902', amount: '1.00', per: 'minute' },
  { range: '32903', amount: '1.50', per: 'minute' },
  { range: '32904', amount: '2.00', per: 'minute' },
  { range: '32905', amount: '2.00', per: 'call' },
  { range: '32906', amount: '1.00', per: 'minute' },
  { range: '32907', amount: '2.00', per: 'minute' },
  { range: '32909', amount: '31.00', per: 'call' },
]
const MESSAGES: readonly Maximum[] = [
  { range: 'BE:2', amount: '1.00', per: 'message' },
  { range: 'BE:3', amount: '4.00', per: 'message' },
  { range: 'BE:4', amount: '31.00', per: 'message' },
  { range: 'BE:5', amount: '0.50', per: 'message' },
  { range: 'BE:6', amount: '2.00', per: 'message' },
  { range: 'BE:7', amount: '4.00', per: 'message' },
  { range: 'BE:9', amount: '2.00', per: 'message' },
]
/** Rows of one deck that are named; the others are counted. */
const SHOWN_MAX = 20
const HUNDREDTHS = 10_000

export function warnOfPremiumMaxima(catalogue: Catalogue, problems: ProblemList): void {
  const percent = vatRatesOf(catalogue.vatRates, 'BE', 'standard').at(-1)?.percentHundredths ?? 0
  const withVat = new Decimal(percent).div(HUNDREDTHS).plus(1)
  for (const [deck, unit] of informationDecks(catalogue)) {
    let count = 0
    for (const row of deckRows(deck)) {
      const message = tooDear(row, unit === 'second' ? CALLS : MESSAGES, withVat)
      if (message === '') continue
      count += 1
      if (count <= SHOWN_MAX) problems.warn(linePlace(row.file, row.line), [], message)
    }
    if (count <= SHOWN_MAX) continue
    const rest = `${count - SHOWN_MAX} more rows of ${deck.deckId} are above the legal maximum`
    problems.warn(linePlace(deck.files[0] ?? '', 1), [], rest)
  }
}

/** Each once, with what the rates that use it count in. */
function informationDecks(catalogue: Catalogue): Map<PriceDeck, string> {
  const decks = new Map<PriceDeck, string>()
  for (const { unit, versions } of catalogue.rates.values()) {
    for (const { information } of versions) {
      let deck = catalogue.priceDecks.get(information?.deck?.deckId ?? '')
      for (; deck !== undefined; deck = deck.over) decks.set(deck, unit)
    }
  }
  return decks
}

/** A sentence, or '' for what the law allows or says nothing of. */
function tooDear({ code, terms }: DeckRow, maxima: readonly Maximum[], withVat: Decimal): string {
  const maximum = maxima.find(({ range }) => code.startsWith(range))
  if (maximum === undefined) return ''
  const ofCall = maximum.per === 'call'
  const price = new Decimal((ofCall ? terms.connectFee : terms.price) ?? '0')
  const charged = price.times(withVat)
  const allowed = new Decimal(maximum.amount)
  if (charged.lessThanOrEqualTo(allowed)) return ''
  return (
    `${code} costs ${charged.toDecimalPlaces(4).toString()} a ${maximum.per} with VAT; ` +
    `the legal maximum of ${maximum.range} is ${maximum.amount}`
  )
}
