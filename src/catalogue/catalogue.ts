/**
 * The price catalogue as the rest of tik sees it: parsed, validated, immutable, with a content
 * hash. Prices are decimal strings here (exact); src/rating/compile-* turns them into integer
 * tables. All validity is half open [fromMs, toMs) in UTC, resolved from local dates when it is
 * loaded.
 */
import type { PriceDeck } from './decks/price-deck.ts'
import type { DatedFee } from './fee-at.ts'
import type { Language, LimitCode, Validity } from '../core/accounts/accounts.ts'
import type { CountedData } from '../limits/limit-kinds.ts'
import type { RoundingMode } from '../core/money/money.ts'
import type { RatedCategory, TaxChoices } from '../core/money/tax.ts'
import type { Direction, Product, UsageKind } from '../core/usage/usage.ts'

export type Localized = Readonly<Record<Language, string>>

export interface Catalogue {
  /** SHA-256 of the files' content, hex; stored on each rated row as its first 16 digits. */
  readonly hash: string
  readonly currency: 'EUR'
  readonly timeZone: string
  /** Ordered: `index` is the position and never changes within one catalogue. */
  readonly callTypes: readonly CallType[]
  readonly callTypeIndexById: ReadonlyMap<string, number>
  readonly rates: ReadonlyMap<string, RateVersions>
  readonly allowances: ReadonlyMap<string, Allowance>
  readonly plans: ReadonlyMap<string, Plan>
  readonly modules: ReadonlyMap<string, PlanModule>
  readonly zones: readonly NetworkZone[]
  /** By ISO 3166 alpha-2; the mobile country codes tell a home network from a visited one. */
  readonly countries: ReadonlyMap<string, Country>
  readonly destinations: readonly Destination[]
  readonly specialNumbers: readonly SpecialNumber[]
  readonly holidays: HolidayRules
  readonly priceDecks: ReadonlyMap<string, PriceDeck>
  /** By currency, ascending: what one unit of it is in EUR. */
  readonly exchangeRates: ReadonlyMap<string, readonly ExchangeRate[]>
  readonly suppliers: ReadonlyMap<string, SupplierCosts>
  /** As the catalogue declares them; see vat-at.ts for those that are built in. */
  readonly vatRates: readonly VatRate[]
}

/** The rate by which a supplier charges us each kind of usage. */
export type SupplierCosts = ReadonlyMap<UsageKind, string>

export interface ExchangeRate extends Validity {
  /** A decimal. */
  readonly rate: string
}

/** The first of a country and category that holds is the one. */
export interface VatRate extends Validity {
  /** ISO 3166 alpha-2, of the seller. */
  readonly country: string
  readonly category: RatedCategory
  readonly percentHundredths: number
}

export interface CallType {
  readonly id: string
  readonly index: number
  readonly names: Localized
  readonly kind: UsageKind
  /** The invoice heading: national, international, roaming, premium, special, data, messages. */
  readonly invoiceGroup: string
  readonly taxes: TaxChoices
  /** Of the third party's part; as `taxes` when left out. */
  readonly informationTaxes?: TaxChoices | undefined
  /** For the limits `national-data` and `roaming-spend`, and the data columns of overviews. */
  readonly counts: CountedData | 'other'
  /**
   * Call type whose rate and allowances hold where a plan says nothing about this one ('' = none).
   * Already merged into `Plan.rates` and `Allowance.callTypes`; kept here for `catalogue show`.
   */
  readonly countsAs: string
  /** First call type with a matching line wins; see src/catalogue/classify/classify.ts. */
  readonly when: readonly CallTypeCondition[]
}

/** All given fields must match; a missing field matches anything. */
export interface CallTypeCondition {
  readonly products?: readonly Product[]
  readonly kinds?: readonly UsageKind[]
  readonly directions?: readonly Direction[]
  /** Zone ids of the place of use; 'home' when not roaming. */
  readonly locations?: readonly string[]
  /** Tariff class of the other party ('fixed', 'mobile', 'premium-0900', 'internal', …). */
  readonly destinationClasses?: readonly string[]
  /**
   * 'national' = same country as the account's home country, an international zone id of the deck,
   * or a network zone id such as 'rlah' = the other party's country is in that zone at the moment.
   */
  readonly destinationZones?: readonly string[]
}

/** Where usage may come from; the most specific member valid at the moment wins. */
export interface NetworkZone {
  readonly zoneId: string
  readonly members: readonly (Validity & {
    /** 'MCC', 'MCC-MNC', or 'TADIG:' with an ISO alpha-3 country or a whole TADIG code. */
    readonly network: string
  })[]
  /** Countries (ISO 3166 alpha-2) of the zone, for the other party's side of a condition. */
  readonly countries: readonly (Validity & { readonly country: string })[]
}

export interface Country {
  readonly country: string
  /** ISO 3166 alpha-3, with which TADIG codes begin. */
  readonly alpha3: string
  readonly name: string
  readonly mobileCountryCodes: readonly string[]
}

/** One prefix of the rate deck. The longest one valid at the start instant wins. */
export interface Destination extends Validity {
  readonly prefix: string
  readonly destinationId: string
  readonly name: string
  readonly country: string
  readonly destinationClass: string
  /** International zone as seen from home; '' for destinations priced as national. */
  readonly zoneId: string
}

/** Short and service numbers of a home country, matched before E.164. */
export interface SpecialNumber extends Validity {
  readonly country: 'NL' | 'BE'
  /** Digits as dialled at home: '112', '0900', '14', … ; a prefix unless `exact`. */
  readonly digits: string
  readonly exact: boolean
  readonly kinds: readonly UsageKind[]
  readonly destinationId: string
  readonly destinationClass: string
}

export interface HolidayRules {
  readonly byCountry: Readonly<Record<'NL' | 'BE', readonly string[]>>
}

/** One rate id with its versions in time; exactly one version is valid at a moment, or none. */
export interface RateVersions {
  readonly rateId: string
  readonly unit: 'second' | 'byte' | 'message' | 'event'
  readonly versions: readonly Rate[]
}

export interface Rate extends Validity, PriceComponent {
  readonly decimals: number
  readonly rounding: RoundingMode
  readonly chargeZero: boolean
  /** Charge the connect fee also when allowances covered everything. */
  readonly connectFeeAlways: boolean
  readonly split: boolean
  readonly bands: readonly TimeBand[]
  /** Which bands hold on a public holiday: those of Sundays (or for holidays), or those of its weekday. */
  readonly holidays: 'as-sunday' | 'ignored'
  /** Third-party part of a premium number: own steps, own invoice category. */
  readonly information: PriceComponent | undefined
  readonly model: CumulativeModel | undefined
  /** The price is the supplier's amount in the record. */
  readonly record?: RecordPrice | undefined
}

export interface PriceComponent {
  readonly connectFee: string
  readonly steps: readonly RateStep[]
  readonly minimum: string | undefined
  readonly maximum: string | undefined
  /** Units at the beginning that cost nothing; a usage that ends in them costs nothing at all. */
  readonly freeQuantity?: number | undefined
  /** Prices by number: then `steps` price what no row has, and are empty where that is rejected. */
  readonly deck?: DeckUse | undefined
}

/** Where the prices come from, and what holds for what a row leaves open. */
export interface DeckUse {
  readonly deckId: string
  /** Of `per` units. */
  readonly price: string | undefined
  readonly per: number
  readonly firstIncrement: number
  readonly nextIncrement: number
  /** By the name of a band that says one. */
  readonly bandPrices: ReadonlyMap<string, string>
  readonly rejectsOthers: boolean
}

/** The amount, converted to EUR, × (1 + percent) + addition, then minimum and maximum. */
export interface RecordPrice {
  readonly percentHundredths: number
  readonly addition: string
  readonly minimum: string | undefined
  readonly maximum: string | undefined
}

export interface RateStep {
  readonly from: number
  readonly price: string
  /** Units (seconds, bytes, messages) that `price` buys. */
  readonly per: number
  readonly increment: number
}

/** Replaces connect fee and steps while it holds, in the account's local time. */
export interface TimeBand {
  readonly name: string
  /** 1 = Monday … 7 = Sunday, which holds on public holidays too unless the rate has a band of 8 for them. */
  readonly days: readonly number[]
  readonly fromMinute: number
  readonly toMinute: number
  readonly connectFee: string
  readonly steps: readonly RateStep[]
}

/** Month-cumulative price of what is out of bundle, per subscription or account and period. */
export type CumulativeModel = PeriodBounds & { readonly scope: CumulativeScope } & (
    | { readonly type: 'graduated'; readonly tiers: readonly Tier[] }
    | { readonly type: 'volume'; readonly tiers: readonly Tier[] }
    | { readonly type: 'package'; readonly price: string; readonly size: number }
    | PercentageModel
  )
export type CumulativeScope = 'subscription' | 'account'

/** Of what a period's total costs, once there is any. */
export interface PeriodBounds {
  readonly periodMinimum?: string | undefined
  readonly periodMaximum?: string | undefined
}

export interface Tier {
  readonly from: number
  readonly price: string
  readonly per: number
  /** Once a period, when its total reaches the tier. */
  readonly fee?: string | undefined
}

export interface PercentageModel {
  readonly type: 'percentage'
  /** By what the period's amounts add up to; `from` in micros. */
  readonly tiers: readonly { readonly from: number; readonly percentHundredths: number }[]
  /** Micros of amounts that cost nothing, the first of the period. */
  readonly freeUnits: number
  /** Usages that cost nothing, the first of the period. */
  readonly freeTransactions: number
  /** Of each transaction that is charged, beside the percentage. */
  readonly fixed: string
  readonly minimum: string | undefined
  readonly maximum: string | undefined
}

/** What of an allowance can change from a date on while its balances go on. */
export interface AllowanceTerms {
  /** In the unit (micros for money); Infinity when unlimited. */
  readonly amount: number
  /**
   * Amount above which an unlimited allowance is watched and may be surcharged; undefined = none.
   */
  readonly fairUseAmount: number | undefined
  readonly callTypes: readonly string[]
  readonly priority: number
}

/** The terms are those of the version that holds last; see allowance-at.ts for a moment's. */
export interface Allowance extends AllowanceTerms {
  readonly allowanceId: string
  readonly names: Localized
  readonly unit: 'second' | 'byte' | 'message' | 'event' | 'money'
  /** Counting increment; 1 = exact. */
  readonly increment: number
  readonly period: 'billing-period' | 'day' | 'lifetime'
  readonly lifetimeMonths: number
  readonly proration: 'none' | 'daily'
  readonly rolloverPeriods: number
  /** Of what a period left at most so much is kept, in the unit; undefined = all of it. */
  readonly rolloverMaximum?: number | undefined
  readonly scope: 'own' | 'group-fixed' | 'group-pooled'
  /** Limit code that watches it at 80 and 100 %, if any. */
  readonly watchedBy: LimitCode | undefined
  /** Ascending; outside of them there is no such allowance. Empty = the same for ever. */
  readonly versions: readonly (Validity & AllowanceTerms)[]
}

/** By call type id; the first of a list that holds is the one, and where none holds there is none. */
export type RatesByCallType = ReadonlyMap<string, readonly RateChoice[]>

export interface RateChoice extends Validity {
  readonly rateId: string
  /** The plan or module that says so (for `catalogue show`). */
  readonly from: string
}

/** Stretches in which a plan or module brings an allowance; one that is not here it always brings. */
export type AllowanceDates = ReadonlyMap<string, readonly Validity[]>

/** Outside of its validity a subscription that has it has no plan. */
export interface Plan extends Validity {
  readonly planId: string
  readonly product: Product
  readonly names: Localized
  /**
   * Parent whose rates and allowances hold where this plan says nothing (already merged in here).
   */
  readonly inheritsFrom: string
  readonly monthlyFee: DatedFee
  readonly activationFee: DatedFee
  readonly simBlockFee: DatedFee
  readonly prorateFee: boolean
  readonly billing: 'advance' | 'arrears'
  /** Of all its fees. */
  readonly taxes: TaxChoices
  readonly rates: RatesByCallType
  /** All that it brings at any time, each once. */
  readonly allowanceIds: readonly string[]
  readonly allowanceDates: AllowanceDates
}

/** Outside of its validity it gives nothing and costs nothing. */
export interface PlanModule extends Validity {
  readonly moduleId: string
  readonly product: Product
  readonly names: Localized
  readonly monthlyFee: DatedFee
  readonly taxes: TaxChoices
  readonly rates: RatesByCallType
  readonly allowanceIds: readonly string[]
  readonly allowanceDates: AllowanceDates
  /** For limit `module-volume`: what is counted and the step that a limit must be a multiple of. */
  readonly limit:
    | {
        readonly unit: 'second' | 'byte'
        readonly step: number
        readonly callTypes: readonly string[]
      }
    | undefined
}
