/** What a rate, or its information part, says of the price deck that it takes its prices from. */
import type { BuildContext, Path } from './build-context.ts'
import type { VersionPlace } from './build-rates.ts'
import { buildSteps } from './build-steps.ts'
import type { DeckUse } from '../catalogue.ts'
import { deckRows, type PriceDeck } from '../decks/price-deck.ts'
import { parseTerms, type RowTerms } from '../decks/row-terms.ts'
import { textAt, textsCount } from '../decks/text-table.ts'

export interface DeckUseDeclaration {
  readonly deck?: string | undefined
  readonly price?: string | undefined
  readonly by?: string | undefined
  readonly otherwise?: string | undefined
  readonly steps?: readonly unknown[] | undefined
}

export type PriceDecks = ReadonlyMap<string, PriceDeck>

const SECONDS_PER_MINUTE = 60
const STEP_UNITS = { voice: 'min', message: 'sms', event: 'event', data: 'MB' } as const

/** Undefined without a deck; what is wrong is reported. `bands` are those that say a price. */
export function buildDeckUse(
  given: DeckUseDeclaration,
  at: VersionPlace & { readonly isInformation: boolean },
  bands: readonly { readonly name: string; readonly price?: string | undefined }[],
  parts: { readonly context: BuildContext; readonly decks: PriceDecks },
): DeckUse | undefined {
  const { context, decks } = parts
  const report = (path: Path, message: string): void =>
    context.problems.error(at.place, [...at.path, ...path], `${at.id}: ${message}`)
  const { deck: deckId } = given
  if (deckId === undefined) {
    reportWithout(given, bands, report)
    return undefined
  }
  if (given.steps !== undefined) {
    report(['steps'], 'beside a deck there are no steps: say price, by and otherwise')
  }
  if (at.measure === 'data') report(['deck'], 'data goes to no number, so no deck can price it')
  const deck = decks.get(deckId)
  if (deck === undefined) report(['deck'], `there is no price deck "${deckId}"`)
  const price = given.price ?? (at.isInformation ? '0' : undefined)
  if (deck !== undefined) {
    const isPriced = price !== undefined
    reportRows(deck, { ...at, isPriced }, report)
  }
  const [first, next] = incrementsOf(given.by, at, context)
  return {
    deckId,
    price,
    per: at.measure === 'voice' ? SECONDS_PER_MINUTE : 1,
    firstIncrement: first,
    nextIncrement: next,
    bandPrices: new Map(
      bands.flatMap(({ name, price: ofBand }) => (ofBand === undefined ? [] : [[name, ofBand]])),
    ),
    rejectsOthers: given.otherwise === undefined || given.otherwise === 'reject',
  }
}

type Report = (path: Path, message: string) => void

function reportWithout(
  given: DeckUseDeclaration,
  bands: readonly { readonly price?: string | undefined }[],
  report: Report,
): void {
  for (const field of ['price', 'by', 'otherwise'] as const) {
    if (given[field] !== undefined) {
      report([field], `"${field}" is of a rate by a deck, and there is no "deck"`)
    }
  }
  for (const [index, { price }] of bands.entries()) {
    if (price === undefined) continue
    report(['bands', index, 'price'], '"price" is of a rate by a deck: write steps')
  }
}

/** A row that leaves the price to a rate that has none, or has free seconds for the traffic. */
function reportRows(
  deck: PriceDeck,
  { isInformation, isPriced }: { readonly isInformation: boolean; readonly isPriced: boolean },
  report: Report,
): void {
  const problemOf = ({ price, freeQuantity }: RowTerms): string => {
    if (price === undefined && !isPriced) return 'has no price, and the rate has none for it'
    if (freeQuantity === 0 || isInformation) return ''
    return 'has free seconds, which are of information tariffs only'
  }
  for (let layer: PriceDeck | undefined = deck; layer !== undefined; layer = layer.over) {
    const { termsTexts } = layer.table
    const isSound = Array.from({ length: textsCount(termsTexts) }, (_, number) =>
      problemOf(parseTerms(textAt(termsTexts, number))),
    ).every((problem) => problem === '')
    if (isSound) continue
    for (const row of deckRows(layer)) {
      const problem = row.cover === 'ended' ? '' : problemOf(row.terms)
      if (problem === '') continue
      report(['deck'], `the code ${row.code} in ${row.file}:${row.line} ${problem}`)
      return
    }
  }
}

/** By the second where an information part does not say, by one where single things are counted. */
function incrementsOf(
  by: string | undefined,
  at: VersionPlace & { readonly isInformation: boolean },
  context: BuildContext,
): readonly [number, number] {
  if (by === undefined && (at.isInformation || at.measure !== 'voice')) return [1, 1]
  const steps = buildSteps(
    [{ price: `0/${STEP_UNITS[at.measure]}`, ...(by === undefined ? {} : { by }) }],
    { ...at, path: [...at.path, 'by'] },
    context,
  )
  const first = steps[0]?.increment ?? 1
  return [first, steps[1]?.increment ?? first]
}
