/**
 * The price that comes in the record: the supplier's amount in its currency, converted at the rate of the
 * day on which the usage began, with a percentage and an addition, within bounds, rounded once.
 */
import type { ExchangeRate, RecordPrice } from '../../catalogue/catalogue.ts'
import { divideBig, micros, type Micros, type RoundingMode } from '../../core/money/money.ts'
import { validAt } from '../../core/time/validity.ts'
import { nanoFromDecimal } from './price-table.ts'

export interface CompiledRecordPrice {
  /** 10,000 and the percentage in hundredths. */
  readonly factor: bigint
  readonly addition: bigint
  readonly minimum: bigint
  readonly maximum: bigint | undefined
  readonly decimals: number
  readonly mode: RoundingMode
}

export type ExchangeRates = ReadonlyMap<string, readonly ExchangeRate[]>

/** An amount as usage carries it: '3.10 USD'. */
const AMOUNT = /^(\d{1,12})(?:\.(\d{1,12}))? ([A-Z]{3})$/
const HOME_CURRENCY = 'EUR'
const AMOUNT_DECIMALS = 12
const EXCHANGE_DECIMALS = 10
/** Of what `exchangeOf` returns: one EUR. */
export const EXCHANGE_UNIT = 10n ** BigInt(EXCHANGE_DECIMALS)
const FACTOR_DECIMALS = 4
const NANO_DECIMALS = 9
/** Of the sums: amount × exchange rate × factor. */
const DECIMALS = AMOUNT_DECIMALS + EXCHANGE_DECIMALS + FACTOR_DECIMALS
const NANO = 10n ** BigInt(DECIMALS - NANO_DECIMALS)

export function compileRecordPrice(
  { percentHundredths, addition, minimum, maximum }: RecordPrice,
  { decimals, mode }: { readonly decimals: number; readonly mode: RoundingMode },
): CompiledRecordPrice {
  return {
    factor: BigInt(10 ** FACTOR_DECIMALS + percentHundredths),
    addition: nanoFromDecimal(addition) * NANO,
    minimum: minimum === undefined ? 0n : nanoFromDecimal(minimum) * NANO,
    maximum: maximum === undefined ? undefined : nanoFromDecimal(maximum) * NANO,
    decimals,
    mode,
  }
}

/** The charge, or a sentence on why there is none. Throws `money_overflow` beyond the exact range. */
export function recordCharge(
  price: CompiledRecordPrice,
  amount: string,
  atMs: number,
  exchangeRates: ExchangeRates,
): Micros | string {
  const parts = AMOUNT.exec(amount)
  if (parts === null) {
    return amount === '' ? 'the record has no amount' : `"${amount}" is no amount of a currency`
  }
  const [, whole = '', fraction = '', currency = ''] = parts
  const exchange = exchangeOf(currency, atMs, exchangeRates)
  if (exchange === undefined) return `there is no exchange rate of ${currency} at that moment`
  const exact = scaled(whole, fraction, AMOUNT_DECIMALS)
  let sum = exact * exchange * price.factor + price.addition
  if (sum < price.minimum) sum = price.minimum
  if (price.maximum !== undefined && sum > price.maximum) sum = price.maximum
  const units = divideBig(sum, 10n ** BigInt(DECIMALS - price.decimals), price.mode)
  return micros(Number(units) * 10 ** (6 - price.decimals))
}

/** What a unit is in EUR, in parts of EXCHANGE_UNIT; undefined where no rate of it holds then. */
export function exchangeOf(
  currency: string,
  atMs: number,
  exchangeRates: ExchangeRates,
): bigint | undefined {
  if (currency === HOME_CURRENCY) return EXCHANGE_UNIT
  const rate = validAt(exchangeRates.get(currency) ?? [], atMs)?.rate
  if (rate === undefined) return undefined
  const [whole = '', fraction = ''] = rate.split('.')
  return scaled(whole, fraction, EXCHANGE_DECIMALS)
}

function scaled(whole: string, fraction: string, decimals: number): bigint {
  return BigInt(whole + fraction.padEnd(decimals, '0'))
}
