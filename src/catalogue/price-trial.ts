/** A catalogue with one price changed by a percentage, to see what it would do: nothing is written. */
import { TikError } from '../core/failures/errors.ts'
import { microsFromDecimal, microsToDecimal, shareInMicros } from '../core/money/money.ts'
import type { Catalogue, Rate, RateStep } from './catalogue.ts'

export interface PriceTrial {
  readonly rateId: string
  /** Such as "10" or "-2.5": of the price of every step, in every band and version. Fees stay. */
  readonly percent: string
}

/** Hundredths of a percent, as 100 % has them; and what one is of a decimal that is read as money. */
const WHOLE_HUNDREDTHS = 10_000
const MICROS_PER_HUNDREDTH = 10_000
const PERCENT_MIN = -100
const PERCENT_MAX = 1_000

/** Throws `not_found` for a rate that the catalogue does not have, and `usage_error`. */
export function withPriceChanged(catalogue: Catalogue, { rateId, percent }: PriceTrial): Catalogue {
  const rates = catalogue.rates.get(rateId)
  if (rates === undefined) throw new TikError('not_found', `there is no rate "${rateId}"`)
  if (!/^-?\d{1,4}(\.\d{1,2})?$/.test(percent)) throw notPercent(percent)
  const hundredths = microsFromDecimal(percent) / MICROS_PER_HUNDREDTH
  if (hundredths < PERCENT_MIN * 100 || hundredths > PERCENT_MAX * 100) throw notPercent(percent)
  const changed = {
    ...rates,
    versions: rates.versions.map((version) => scaled(version, hundredths)),
  }
  return { ...catalogue, rates: new Map([...catalogue.rates, [rateId, changed]]) }
}

function scaled(rate: Rate, hundredths: number): Rate {
  const share = {
    numerator: BigInt(WHOLE_HUNDREDTHS + hundredths),
    denominator: BigInt(WHOLE_HUNDREDTHS),
  }
  const steps = (all: readonly RateStep[]): RateStep[] =>
    all.map((step) => ({
      ...step,
      price: microsToDecimal(shareInMicros(microsFromDecimal(step.price), share)),
    }))
  return {
    ...rate,
    steps: steps(rate.steps),
    bands: rate.bands.map((band) => ({ ...band, steps: steps(band.steps) })),
  }
}

function notPercent(percent: string): TikError {
  return new TikError(
    'usage_error',
    `"${percent}" is no percentage from ${PERCENT_MIN} to ${PERCENT_MAX}, such as 10 or -2.5`,
  )
}
