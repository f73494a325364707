/**
 * Prices that are more than a factor away from those of the month before: a decimal that slipped is
 * found before it is billed. Compared is what holds for whom: by plan or module and call type, whatever
 * rate says it, between the catalogue of then and now, and between dated versions of one.
 */
import { Decimal } from 'decimal.js'
import type {
  Catalogue,
  Plan,
  PlanModule,
  PriceComponent,
  Rate,
} from '../../catalogue/catalogue.ts'
import { feeAt } from '../../catalogue/fee-at.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { validAt } from '../../core/time/validity.ts'

/** A catalogue at a moment. */
export interface PriceMoment {
  readonly catalogue: Catalogue
  readonly atMs: number
}

export interface PriceChange {
  /** Of a rate: its id now; of a fee: the plan's or module's. */
  readonly subject: string
  readonly kind: 'rate' | 'fee'
  /** Such as `connect fee` or `per second`. */
  readonly what: string
  readonly before: string
  readonly after: string
  /** Plans and modules that it holds for. */
  readonly sellers: ReadonlySet<string>
  readonly callTypes: ReadonlySet<string>
}

/** More than this times, or less than one part of it, is no rise of prices but a question. */
export const PRICE_FACTOR_MAX = 2
const DECIMALS_SHOWN = 6

export function priceChanges(before: PriceMoment, after: PriceMoment): PriceChange[] {
  const changes = new Map<string, PriceChange & { sellers: Set<string>; callTypes: Set<string> }>()
  for (const { id, earlier, later } of soldInBoth(before, after)) {
    for (const callType of later.rates.keys()) {
      for (const change of rateChanges(
        rateOf(earlier, callType, before),
        rateOf(later, callType, after),
      )) {
        const key = `${change.subject}|${change.what}|${change.before}|${change.after}`
        const known = changes.get(key) ?? { ...change, sellers: new Set(), callTypes: new Set() }
        known.sellers.add(id)
        known.callTypes.add(callType)
        changes.set(key, known)
      }
    }
  }
  return [...changes.values(), ...feeChanges(before, after)]
}

type Sold = Plan | PlanModule

function soldInBoth(before: PriceMoment, after: PriceMoment) {
  const then = new Map<string, Sold>([...before.catalogue.plans, ...before.catalogue.modules])
  const now = new Map<string, Sold>([...after.catalogue.plans, ...after.catalogue.modules])
  return [...now].flatMap(([id, sold]) => {
    const same = then.get(id)
    return same === undefined ? [] : [{ id, earlier: same, later: sold }]
  })
}

interface RateThen {
  readonly rateId: string
  readonly rate: Rate
  readonly unit: string
}

function rateOf(
  sold: Sold,
  callType: string,
  { catalogue, atMs }: PriceMoment,
): RateThen | undefined {
  const rateId = validAt(sold.rates.get(callType) ?? [], atMs)?.rateId
  const versions = rateId === undefined ? undefined : catalogue.rates.get(rateId)
  const rate = validAt(versions?.versions ?? [], atMs)
  if (rateId === undefined || versions === undefined || rate === undefined) return undefined
  return { rateId, rate, unit: versions.unit }
}

type Difference = Pick<PriceChange, 'subject' | 'kind' | 'what' | 'before' | 'after'>

function rateChanges(then: RateThen | undefined, now: RateThen | undefined): Difference[] {
  if (then === undefined || now === undefined || then.unit !== now.unit) return []
  const before = pricesOf(then.rate, then.unit)
  return [...pricesOf(now.rate, now.unit)].flatMap(([what, price]) => {
    const earlier = before.get(what)
    if (earlier === undefined || !isFarApart(earlier, price)) return []
    return [difference(now.rateId, 'rate', what, earlier, price)]
  })
}

/** By what each is for: only what both have is compared. */
function pricesOf(rate: Rate, unit: string): Map<string, Decimal> {
  const prices = componentPrices(rate, unit, '')
  const { information, model } = rate
  const bands = rate.bands.flatMap((band) => [
    ...componentPrices({ ...band, minimum: undefined, maximum: undefined }, unit, `${band.name}: `),
  ])
  const others =
    information === undefined ? [] : componentPrices(information, unit, 'information: ')
  return new Map([...prices, ...bands, ...others, ...modelPrices(model, unit)])
}

function componentPrices(
  { connectFee, steps, minimum, maximum }: PriceComponent,
  unit: string,
  whose: string,
): Map<string, Decimal> {
  const bounds = { minimum, maximum }
  return new Map([
    [`${whose}connect fee`, new Decimal(connectFee)],
    ...steps.map(({ from, price, per }) => {
      const start = from === 0 ? '' : ` from ${from}`
      return [`${whose}price of a ${nameOf(unit)}${start}`, unitPrice(price, per, unit)] as const
    }),
    ...Object.entries(bounds).flatMap(([name, amount]) =>
      amount === undefined ? [] : [[`${whose}${name}`, new Decimal(amount)] as const],
    ),
  ])
}

function modelPrices(model: Rate['model'], unit: string): Map<string, Decimal> {
  if (model === undefined || model.type === 'percentage') return new Map()
  if (model.type === 'package') {
    const price = unitPrice(model.price, model.size, unit)
    return new Map([[`package price of a ${nameOf(unit)}`, price]])
  }
  return new Map(
    model.tiers.map(({ from, price, per }) => {
      const what = `${model.type} price of a ${nameOf(unit)} from ${from}`
      return [what, unitPrice(price, per, unit)]
    }),
  )
}

/** By what people think in. */
const SPOKEN: Readonly<Record<string, { readonly name: string; readonly units: number }>> = {
  second: { name: 'minute', units: 60 },
  byte: { name: 'million bytes', units: 1_000_000 },
}

function nameOf(unit: string): string {
  return SPOKEN[unit]?.name ?? unit
}

function unitPrice(price: string, per: number, unit: string): Decimal {
  return new Decimal(price).times(SPOKEN[unit]?.units ?? 1).div(per)
}

function feeChanges(before: PriceMoment, after: PriceMoment): PriceChange[] {
  return soldInBoth(before, after).flatMap(({ id, earlier, later }) => {
    const fees = [
      ['monthly fee', feeAt(earlier.monthlyFee, before.atMs), feeAt(later.monthlyFee, after.atMs)],
      ...('activationFee' in earlier && 'activationFee' in later
        ? [
            [
              'activation fee',
              feeAt(earlier.activationFee, before.atMs),
              feeAt(later.activationFee, after.atMs),
            ] as const,
          ]
        : []),
    ] as const
    return fees.flatMap(([what, ...both]) => {
      const [old, fresh] = both.map((fee) => new Decimal(microsToDecimal(fee)))
      if (old === undefined || fresh === undefined || !isFarApart(old, fresh)) return []
      const change = difference(id, 'fee', what, old, fresh)
      return [{ ...change, sellers: new Set([id]), callTypes: new Set<string>() }]
    })
  })
}

function isFarApart(before: Decimal, after: Decimal): boolean {
  if (before.isZero() && after.isZero()) return false
  const [low, high] = before.lt(after) ? [before, after] : [after, before]
  return low.isZero() || high.gt(low.times(PRICE_FACTOR_MAX))
}

function difference(
  subject: string,
  kind: PriceChange['kind'],
  what: string,
  before: Decimal,
  after: Decimal,
): Difference {
  const [shownBefore, shownAfter] = [before, after].map((price) => {
    return price.toDecimalPlaces(DECIMALS_SHOWN).toString()
  })
  return { subject, kind, what, before: shownBefore ?? '', after: shownAfter ?? '' }
}
