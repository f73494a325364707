/**
 * A rate version with the clock of its time bands, as an account's time zone and country have it.
 * Few of them exist, so a record names one by its number and rating finds it without the account.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { AccountState } from '../memory/account-state.ts'
import { createBandClock, type BandClock } from './band-clock.ts'
import type { CompiledRate } from './compiled-rate.ts'
import { createHolidayCalendar } from './holiday-calendar.ts'

export interface Pricing {
  readonly rate: CompiledRate
  /** Undefined where the rate has no time bands. */
  readonly clock: BandClock | undefined
  /** Of a rate by decks: the pricings for its numbers, by the terms of their rows. */
  readonly variants: Map<number, number> | undefined
}

/** Whose clock and holidays hold. */
export interface PricedAccount {
  readonly calendar: AccountState['calendar']
  readonly account: Pick<AccountState['account'], 'country' | 'timeZone' | 'earlierTerms'>
}

export interface Pricings {
  /** By number. */
  readonly list: readonly Pricing[]
  numberOf(rate: CompiledRate, account: PricedAccount): number
  /** The pricing for numbers with these terms, beside the one with number `base`. */
  variantOf(base: number, terms: number, make: () => CompiledRate): number
}

export function createPricings(catalogue: Catalogue): Pricings {
  const isHoliday = createHolidayCalendar(catalogue.holidays)
  const list: Pricing[] = []
  const numbers = new Map<CompiledRate, Map<string, number>>()

  function createPricing(rate: CompiledRate, account: PricedAccount): Pricing {
    const { bands } = rate.source
    const variants = rate.usesDecks ? new Map<number, number>() : undefined
    if (bands.length === 0) return { rate, clock: undefined, variants }
    const { country } = account.account
    const ignoresHolidays = rate.source.holidays === 'ignored'
    const clock = createBandClock(
      bands,
      account.calendar,
      (day) => !ignoresHolidays && isHoliday(country, day),
    )
    return { rate, clock, variants }
  }

  return {
    list,
    numberOf(rate, account) {
      const { country } = account.account
      const ofRate = numbers.get(rate) ?? new Map<string, number>()
      numbers.set(rate, ofRate)
      const key = rate.source.bands.length === 0 ? '' : `${country}|${zonesOf(account)}`
      let number = ofRate.get(key)
      if (number === undefined) {
        number = list.push(createPricing(rate, account)) - 1
        ofRate.set(key, number)
      }
      return number
    },
    variantOf(base, terms, make) {
      const { clock, variants } = list[base]!
      let number = variants?.get(terms)
      if (number === undefined) {
        number = list.push({ rate: make(), clock, variants: undefined }) - 1
        variants?.set(terms, number)
      }
      return number
    },
  }
}

/** The time zone of the account, with those of before and their ends. */
function zonesOf({ account: { timeZone, earlierTerms } }: PricedAccount): string {
  return [...earlierTerms.map((each) => `${each.timeZone} ${each.toDay}`), timeZone].join('|')
}
