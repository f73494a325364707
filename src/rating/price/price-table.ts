/**
 * Turns the decimal prices of a rate into integers over one common denominator, so that pricing a
 * quantity is a sum of whole products and exactly one division. Exact for prices of nine decimals.
 */
import type { PriceComponent, RateStep } from '../../catalogue/catalogue.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { RoundingMode } from '../../core/money/money.ts'

/** Steps and connect fee of one band, as integers over the denominator of its `PriceScale`. */
export interface PriceTable {
  readonly from: Float64Array
  readonly increment: Float64Array
  /** Exact price of one whole increment; beyond the safe range only `incrementPriceBig` is exact. */
  readonly incrementPrice: Float64Array
  readonly incrementPriceBig: readonly bigint[]
  readonly fee: number
  readonly feeBig: bigint
  /** Scratch of one pricing: how many increments of each step were consumed. */
  readonly counts: Float64Array
}

/** What all tables of one rate share. A sum of numerators / `denominator` counts rounding units. */
export interface PriceScale {
  readonly denominator: number
  readonly denominatorBig: bigint
  /** Micros of one rounding unit: 100 at four decimals. */
  readonly unitMicros: number
  readonly mode: RoundingMode
  /** -1 and Infinity when there is none. */
  readonly minimum: number
  readonly maximum: number
  readonly minimumBig: bigint
  readonly maximumBig: bigint | undefined
  /** Every number above and in the tables is a safe integer; otherwise only bigint is exact. */
  readonly fitsNumbers: boolean
}

export interface PriceBand {
  readonly connectFee: string
  readonly steps: readonly RateStep[]
}

const NANO_DECIMALS = 9
/** Rounding compares twice a remainder with the denominator. */
const ROUNDING_ROOM = 2n

/**
 * Compiles the bands of one rate (the first is the rate's own) over one scale. `decimals` is 0-6.
 * Throws `money_invalid` for a price that is no decimal of at most nine decimals.
 */
export function compilePrices(
  component: PriceComponent,
  bands: readonly PriceBand[],
  rounding: { decimals: number; mode: RoundingMode },
): { scale: PriceScale; tables: PriceTable[] } {
  const steps = bands.flatMap((band) => band.steps)
  const denominator = steps.reduce((product, step) => product * BigInt(step.per), 1n)
  const nano = (price: string): bigint => nanoFromDecimal(price) * denominator
  const unit = denominator * 10n ** BigInt(NANO_DECIMALS - rounding.decimals)
  const minimum = component.minimum === undefined ? undefined : nano(component.minimum)
  const maximum = component.maximum === undefined ? undefined : nano(component.maximum)
  const prices = bands.map((band) => ({
    fee: nano(band.connectFee),
    steps: band.steps.map((step) => incrementPrice(step, denominator)),
  }))

  const bounds = [minimum ?? 0n, maximum ?? 0n]
  const numerators = [...prices.flatMap((band) => [band.fee, ...band.steps]), ...bounds]
  const shared = numerators.reduce(greatestCommonDivisor, unit)
  const scale = createScale({
    unit: unit / shared,
    minimum: minimum === undefined ? undefined : minimum / shared,
    maximum: maximum === undefined ? undefined : maximum / shared,
    numerators: numerators.map((numerator) => numerator / shared),
    unitMicros: 10 ** (6 - rounding.decimals),
    mode: rounding.mode,
  })
  const tables = prices.map((band, index) =>
    createTable(
      bands[index]?.steps ?? [],
      band.steps.map((price) => price / shared),
      band.fee / shared,
    ),
  )
  return { scale, tables }
}

/** '0.0725' → 72_500_000n. Throws `money_invalid`. */
export function nanoFromDecimal(text: string): bigint {
  const match = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text)
  if (match === null) {
    throw new TikError('money_invalid', `"${text}" is not a price of at most nine decimals`)
  }
  return BigInt((match[1] ?? '') + (match[2] ?? '').padEnd(NANO_DECIMALS, '0'))
}

function createScale(parts: {
  unit: bigint
  minimum: bigint | undefined
  maximum: bigint | undefined
  numerators: readonly bigint[]
  unitMicros: number
  mode: RoundingMode
}): PriceScale {
  const { unit, minimum, maximum, numerators, unitMicros, mode } = parts
  const numbers = [...numerators, unit * ROUNDING_ROOM]
  return {
    denominator: Number(unit),
    denominatorBig: unit,
    unitMicros,
    mode,
    minimum: minimum === undefined ? -1 : Number(minimum),
    maximum: maximum === undefined ? Infinity : Number(maximum),
    minimumBig: minimum ?? -1n,
    maximumBig: maximum,
    fitsNumbers: numbers.every((number) => number <= BigInt(Number.MAX_SAFE_INTEGER)),
  }
}

function createTable(steps: readonly RateStep[], prices: bigint[], fee: bigint): PriceTable {
  return {
    from: Float64Array.from(steps, (step) => step.from),
    increment: Float64Array.from(steps, (step) => step.increment),
    incrementPrice: Float64Array.from(prices, toDouble),
    incrementPriceBig: prices,
    fee: toDouble(fee),
    feeBig: fee,
    counts: new Float64Array(steps.length),
  }
}

/** Exact while the scale fits numbers; otherwise nobody reads it. */
function toDouble(numerator: bigint): number {
  return Number(numerator)
}

function incrementPrice(step: RateStep, denominator: bigint): bigint {
  return (nanoFromDecimal(step.price) * BigInt(step.increment) * denominator) / BigInt(step.per)
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [larger, smaller] = [left, right]
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller]
  return larger
}
