/**
 * The rules of rating written a second time, as plainly as possible: decimal.js, one loop for each
 * increment, local time asked anew each time. Slow and obvious; the engine must agree with it.
 */
import { Temporal } from 'temporal-polyfill'
import { Decimal } from 'decimal.js'
import type { Allowance, PriceComponent, Rate, TimeBand } from '../../src/catalogue/catalogue.ts'

const Exact = Decimal.clone({ precision: 60 })
const ROUNDING = {
  'half-up': Decimal.ROUND_HALF_UP,
  up: Decimal.ROUND_UP,
  down: Decimal.ROUND_DOWN,
} as const

export interface OraclePrice {
  readonly billed: number
  /** In micros, as a decimal string. */
  readonly charge: string
  readonly information: string
}

/**
 * Price of what remains after `covered` units; the call began at `startMs` in Amsterdam. Of `left`
 * units that remain in the bundle nothing can be out of it.
 */
export function oraclePrice(
  rate: Rate,
  usage: { startMs: number; covered: number; rest: number; left?: number },
): OraclePrice {
  const { startMs, covered, rest, left = 0 } = usage
  const nothing = covered + rest === 0 && !rate.chargeZero
  if (nothing) return { billed: 0, charge: '0', information: '0' }
  const priceAt = (position: number): Pick<TimeBand, 'connectFee' | 'steps'> =>
    bandAt(rate, rate.split ? startMs + position * 1000 : startMs)
  let billed = 0
  let sum = new Exact(0)
  let charge = new Exact(0)
  if (rest > 0 || covered + left === 0) {
    while (billed < rest) {
      const walked = increment(priceAt(covered + billed).steps, covered + billed)
      if (walked === undefined) {
        billed = rest
        break
      }
      billed += walked.increment
      sum = sum.plus(walked.price)
    }
    sum = sum.plus(bandAt(rate, startMs).connectFee)
    charge = bounded(rate, sum)
  } else if (rate.connectFeeAlways) {
    charge = new Exact(bandAt(rate, startMs).connectFee)
    if (rate.maximum !== undefined) charge = Exact.min(charge, rate.maximum)
  }
  const information =
    rate.information === undefined
      ? new Exact(0)
      : bounded(rate.information, componentSum(rate.information, covered + rest))
  return { billed, charge: rounded(rate, charge), information: rounded(rate, information) }
}

function componentSum(component: PriceComponent, quantity: number): Decimal {
  let sum = new Exact(component.connectFee)
  let position = 0
  while (position < quantity) {
    const walked = increment(component.steps, position)
    if (walked === undefined) break
    position += walked.increment
    sum = sum.plus(walked.price)
  }
  return sum
}

/** The step is the last whose `from` is not beyond the position. */
function increment(
  steps: Rate['steps'],
  position: number,
): { increment: number; price: Decimal } | undefined {
  const step = steps.findLast((each) => each.from <= position) ?? steps[0]
  if (step === undefined) return undefined
  const price = new Exact(step.price).times(step.increment).div(step.per)
  return { increment: step.increment, price }
}

function bounded(component: PriceComponent, sum: Decimal): Decimal {
  let result = sum
  if (component.minimum !== undefined) result = Exact.max(result, component.minimum)
  if (component.maximum !== undefined) result = Exact.min(result, component.maximum)
  return result
}

function rounded(rate: Rate, sum: Decimal): string {
  // Sixty digits hold any sum of quotients here; what they cannot hold is far below a digit that
  // rounding looks at, so the last ten are dropped first.
  const clean = sum.toDecimalPlaces(40, Decimal.ROUND_HALF_UP)
  return clean.toDecimalPlaces(rate.decimals, ROUNDING[rate.rounding]).times(1_000_000).toFixed(0)
}

function bandAt(rate: Rate, instantMs: number): Pick<TimeBand, 'connectFee' | 'steps'> {
  if (rate.bands.length === 0) return rate
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(instantMs)).toZonedDateTimeISO(
    'Europe/Amsterdam',
  )
  const minute = local.hour * 60 + local.minute
  const day = dayKind(rate, local)
  const band = rate.bands.find((each) => {
    if (!each.days.includes(day)) return false
    return each.fromMinute <= each.toMinute
      ? minute >= each.fromMinute && minute < each.toMinute
      : minute >= each.fromMinute || minute < each.toMinute
  })
  return band ?? rate
}

/** The holidays of test/rating/world.ts for the Netherlands. */
function dayKind({ bands, holidays }: Rate, local: Temporal.ZonedDateTime): number {
  const isHoliday = ['01-01', '12-25'].includes(local.toPlainDate().toString().slice(5))
  if (!isHoliday || holidays === 'ignored') return local.dayOfWeek
  return bands.some(({ days }) => days.includes(8)) ? 8 : 7
}

export interface OracleUsage {
  readonly who: string
  readonly startMs: number
  readonly quantity: number
}

/**
 * Takes usages from allowances of one billing period. `holdersOf` names who may use an allowance
 * together: one name for a group, the subscription's own otherwise.
 */
export function createOracleBundles(
  allowances: readonly Allowance[],
  holderOf: (allowance: Allowance, who: string) => { holder: string; amount: number } | undefined,
): (usage: OracleUsage) => { taken: Record<string, number>; rest: number } {
  const used = new Map<string, number>()
  const ordered = [...allowances].sort(
    (left, right) =>
      left.priority - right.priority ||
      Number(left.scope !== 'own') - Number(right.scope !== 'own') ||
      Number(left.period !== 'day') - Number(right.period !== 'day') ||
      (left.allowanceId < right.allowanceId ? -1 : 1),
  )
  return ({ who, startMs, quantity }) => {
    const taken: Record<string, number> = {}
    let rest = quantity
    for (const allowance of ordered) {
      const held = holderOf(allowance, who)
      if (held === undefined || rest === 0) continue
      const day =
        allowance.period === 'day'
          ? Temporal.Instant.fromEpochMilliseconds(startMs)
              .toZonedDateTimeISO('Europe/Amsterdam')
              .toPlainDate()
              .toString()
          : ''
      const key = `${allowance.allowanceId}|${held.holder}|${day}`
      const left = held.amount - (used.get(key) ?? 0)
      let counted = 0
      while (counted < rest && counted < left) counted += allowance.increment
      counted = Math.min(counted, left)
      if (counted <= 0) continue
      used.set(key, (used.get(key) ?? 0) + counted)
      const name = `${allowance.allowanceId}|${held.holder}`
      taken[name] = (taken[name] ?? 0) + counted
      rest -= Math.min(rest, counted)
    }
    return { taken, rest }
  }
}
