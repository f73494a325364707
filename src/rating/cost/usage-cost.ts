/**
 * What the supplier charges us for a usage, by his own rate: it never changes what the customer is charged.
 * Each record is priced by itself, as he does it, and what cannot be priced is not known, never 0.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { HomeCountry } from '../../core/accounts/accounts.ts'
import { beyondExact } from '../../core/money/beyond-exact.ts'
import { addMicros, shareInMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { billingCalendar } from '../../core/time/period.ts'
import type { Usage } from '../../core/usage/usage.ts'
import { versionAt, type CompiledRate, type CompiledRates } from '../price/compiled-rate.ts'
import { createNumberPricing, NO_PRICING, priceNumber } from '../price/number-pricing.ts'
import type { PricedNumber } from '../price/number-pricing.ts'
import { priceUsage } from '../price/price-usage.ts'
import { createPricings, type Pricing } from '../price/pricing.ts'
import { exchangeOf, EXCHANGE_UNIT, recordCharge } from '../price/record-price.ts'

export interface UsageCost {
  costMicros: Micros
  /** The supplier's rate; '' where the cost is not known. */
  costRateId: string
}

/** What of a usage its cost follows from. */
export type CostedUsage = PricedNumber &
  Pick<Usage, 'supplier' | 'kind' | 'quantity' | 'recordAmount'>

export interface CostBook {
  /** `home` is the country of the account. */
  costOf(usage: CostedUsage, home: HomeCountry, cost: UsageCost): void
}

export function createCostBook(
  catalogue: Catalogue,
  ratesById: ReadonlyMap<string, CompiledRates>,
): CostBook {
  const { suppliers, exchangeRates } = catalogue
  const pricings = createPricings(catalogue)
  const found = createNumberPricing()
  const request = { startMs: 0, coveredQuantity: 0, outOfBundleQuantity: 0, isZeroCovered: false }
  const price = {
    billedQuantity: 0,
    chargeMicros: ZERO_MICROS,
    informationChargeMicros: ZERO_MICROS,
  }

  /** By the supplier's clock: that of his deck, or of the catalogue. */
  function pricingOf(
    rate: CompiledRate,
    usage: CostedUsage,
    home: HomeCountry,
  ): Pricing | undefined {
    const timeZone = rate.deck?.deck.timeZone ?? catalogue.timeZone
    const account = { country: home, timeZone, earlierTerms: [] }
    const calendar = billingCalendar(timeZone, 1)
    const base = pricings.numberOf(rate, { account, calendar })
    if (!rate.usesDecks) return pricings.list[base]
    priceNumber(pricings, base, usage, home, found)
    return found.pricing === NO_PRICING ? undefined : pricings.list[found.pricing]
  }

  /** Undefined where the supplier's rate does not say it. */
  function priced(rate: CompiledRate, usage: CostedUsage, home: HomeCountry): Micros | undefined {
    const { startMs, quantity, recordAmount } = usage
    if (rate.record !== undefined) {
      const charge = recordCharge(rate.record, recordAmount, startMs, exchangeRates)
      return typeof charge === 'string' ? undefined : charge
    }
    const pricing = pricingOf(rate, usage, home)
    const currency = (rate.deck ?? rate.informationDeck)?.deck.currency ?? 'EUR'
    const exchange = exchangeOf(currency, startMs, exchangeRates)
    if (pricing === undefined || exchange === undefined) return undefined
    request.startMs = startMs
    request.outOfBundleQuantity = quantity
    priceUsage(pricing.rate, request, pricing.clock, price)
    const sum = addMicros(price.chargeMicros, price.informationChargeMicros)
    return shareInMicros(sum, { numerator: exchange, denominator: EXCHANGE_UNIT })
  }

  return {
    costOf(usage, home, cost) {
      cost.costMicros = ZERO_MICROS
      cost.costRateId = ''
      const rateId = suppliers.get(usage.supplier)?.get(usage.kind)
      const rates = rateId === undefined ? undefined : ratesById.get(rateId)
      const rate = rates === undefined ? undefined : versionAt(rates, usage.startMs)
      if (rate === undefined) return
      try {
        const micros = isFree(rate, usage) ? ZERO_MICROS : priced(rate, usage, home)
        if (micros === undefined) return
        cost.costMicros = micros
        cost.costRateId = rate.rateId
      } catch (error) {
        beyondExact(error)
      }
    },
  }
}

/** Whoever calls pays his supplier; what comes in costs us what the supplier's record says, if it says anything. */
function isFree(rate: CompiledRate, { direction }: CostedUsage): boolean {
  return direction === 'in' && rate.record === undefined
}
