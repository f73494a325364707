/**
 * A rate version compiled for rating: its price tables over one scale, the clock of its time bands,
 * its information component and its cumulative model.
 */
import type { DeckUse, Rate, RateVersions } from '../../catalogue/catalogue.ts'
import type { PriceDeck } from '../../catalogue/decks/price-deck.ts'
import { compileModel, type CompiledModel } from '../model/compiled-model.ts'
import { compilePrices, type PriceScale, type PriceTable } from './price-table.ts'
import { compileRecordPrice, type CompiledRecordPrice } from './record-price.ts'
import { isWithin } from '../../core/time/validity.ts'

export interface CompiledRates {
  readonly rateId: string
  readonly unit: RateVersions['unit']
  readonly versions: readonly CompiledRate[]
  /** Some version has a cumulative model, so units at all of them count for its total. */
  readonly isCumulative: boolean
}

export interface CompiledRate {
  readonly rateId: string
  readonly unit: RateVersions['unit']
  readonly fromMs: number
  readonly toMs: number
  /** As written in the catalogue, for explanations and for the clock of the bands. */
  readonly source: Rate
  readonly scale: PriceScale
  /** [0] holds outside of all bands; [n + 1] belongs to `source.bands[n]`. */
  readonly tables: readonly PriceTable[]
  /** Each increment takes the band at its own start; only seconds know their moment. */
  readonly splitsByBand: boolean
  readonly information: CompiledInformation | undefined
  readonly model: CompiledModel | undefined
  /** The price is the amount in the record. */
  readonly record: CompiledRecordPrice | undefined
  /** More than quantity and time make its price: the number of the other party, or the record. */
  readonly readsUsage: boolean
  /** Each number is priced by its rows: by traffic, by information or both. */
  readonly usesDecks: boolean
  readonly deck: CompiledDeck | undefined
  readonly informationDeck: CompiledDeck | undefined
}

export interface CompiledInformation {
  readonly scale: PriceScale
  readonly tables: readonly PriceTable[]
  /** Units at the beginning that cost nothing. */
  readonly freeQuantity: number
}

export interface CompiledDeck {
  readonly deck: PriceDeck
  readonly rejectsOthers: boolean
}

const NO_DECKS: ReadonlyMap<string, PriceDeck> = new Map()

/** Stands where no rate is known yet; costs nothing. */
export const NO_RATE: CompiledRate = compileVersion('', 'event', {
  fromMs: 0,
  toMs: 0,
  connectFee: '0',
  steps: [],
  minimum: undefined,
  maximum: undefined,
  decimals: 6,
  rounding: 'half-up',
  chargeZero: false,
  connectFeeAlways: false,
  split: false,
  bands: [],
  holidays: 'as-sunday',
  information: undefined,
  model: undefined,
})

/** Throws `money_invalid` for a price that cannot be read exactly. */
export function compileRates(
  rates: RateVersions,
  decks: ReadonlyMap<string, PriceDeck> = NO_DECKS,
): CompiledRates {
  const { rateId, unit } = rates
  return {
    rateId,
    unit,
    versions: rates.versions.map((version) => compileVersion(rateId, unit, version, decks)),
    isCumulative: rates.versions.some((version) => version.model !== undefined),
  }
}

/** The version that holds at the instant, if any. */
export function versionAt(rates: CompiledRates, instantMs: number): CompiledRate | undefined {
  for (const version of rates.versions) {
    if (isWithin(instantMs, version.fromMs, version.toMs)) return version
  }
  return undefined
}

/** Without decks its prices hold for every number. */
export function compileVersion(
  rateId: string,
  unit: RateVersions['unit'],
  rate: Rate,
  decks: ReadonlyMap<string, PriceDeck> = NO_DECKS,
): CompiledRate {
  const rounding = { decimals: rate.decimals, mode: rate.rounding }
  const { scale, tables } = compilePrices(rate, [rate, ...rate.bands], rounding)
  const { information } = rate
  const deck = compileDeck(rate.deck, decks)
  const informationDeck = compileDeck(information?.deck, decks)
  const usesDecks = deck !== undefined || informationDeck !== undefined
  return {
    rateId,
    unit,
    fromMs: rate.fromMs,
    toMs: rate.toMs,
    source: rate,
    scale,
    tables,
    splitsByBand: rate.split && rate.bands.length > 0 && unit === 'second',
    information:
      information === undefined
        ? undefined
        : {
            ...compilePrices(information, [information], rounding),
            freeQuantity: information.freeQuantity ?? 0,
          },
    model: rate.model === undefined ? undefined : compileModel(rate.model, rounding),
    record: rate.record === undefined ? undefined : compileRecordPrice(rate.record, rounding),
    readsUsage: usesDecks || rate.record !== undefined,
    usesDecks,
    deck,
    informationDeck,
  }
}

function compileDeck(
  use: DeckUse | undefined,
  decks: ReadonlyMap<string, PriceDeck>,
): CompiledDeck | undefined {
  const deck = use === undefined ? undefined : decks.get(use.deckId)
  return use === undefined || deck === undefined
    ? undefined
    : { deck, rejectsOthers: use.rejectsOthers }
}
