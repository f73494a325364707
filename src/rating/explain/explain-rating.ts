/**
 * Says in words and numbers how a usage is rated: the same computation as rating, without adding
 * anything, followed by a sentence for each rule in the order in which it was applied.
 */
import { microsToDecimal, micros } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import type { RatedUsage } from '../../core/usage/ledger-row.ts'
import { REJECT_REASONS } from '../../core/failures/reasons.ts'
import type { Usage } from '../../core/usage/usage.ts'
import { crossedBundleLevels, type AllowanceInstance } from '../allowance/allowance-instance.ts'
import type { Takes } from '../allowance/take-allowances.ts'
import { cellOf, LANE, laneAt, UNIT, type Lane } from '../memory/lane.ts'
import { priceInRange } from '../price/price-in-range.ts'
import { createRating, type Rating } from '../price/price-rating.ts'
import { explainPrice } from './explain-price.ts'
import { crossedLevels, isWatchedAt } from '../limit/meter.ts'
import { instanceAt, levelsFor } from '../apply-rating.ts'
import { createResultBuffer, fillRated, fillRejected } from '../rated-usage.ts'
import type { Explanation } from '../rater.ts'
import type { RatingState } from '../memory/rating-state.ts'
import { SESSION } from '../session/session-record.ts'
import { rowSteps } from './explain-row.ts'
import type { Standing } from '../memory/standing.ts'
import { NO_SLOT } from '../memory/sums.ts'

export type ExplanationStep = Explanation['steps'][number]

export function explainRating(state: RatingState, usage: Usage, recordedMs: number): Explanation {
  const rating = createRating()
  const buffer = createResultBuffer()
  const slot = priceInRange(state, usage, rating)
  if (slot === NO_SLOT) {
    const result = fillRejected(buffer, rating)
    const why = rating.reason === '' ? '' : REJECT_REASONS[rating.reason]
    return { result, steps: [{ rule: 'rejected', text: `${why}: ${rating.detail}` }] }
  }
  const lane = laneAt(state, slot)
  const takes = takesOf(state, slot, lane, rating.takes)
  const crossings = crossingsOf(state, usage, slot, { rating, takes, recordedMs })
  const result = fillRated(buffer, state.sums, slot, rating, crossings, recordedMs)
  return {
    result,
    steps: [
      ...standingSteps(lane, rating, usage, result),
      ...rowSteps(lane, usage, startOf(state, usage, rating)),
      ...allowanceSteps(takes, rating),
      ...explainPrice(state, rating),
      ...moneySteps(takes, rating),
      { rule: 'charge', text: chargeText(result) },
      ...crossings.map((entry) => ({ rule: 'limit', text: `crosses ${entry}` })),
    ],
  }
}

/** Of its session, where an earlier part of that came before. */
function startOf({ sums }: RatingState, { startMs }: Usage, { session }: Rating): number {
  if (session === NO_SLOT) return startMs
  return Math.min(startMs, sums.values[session + SESSION.startMs]!)
}

function crossingsOf(
  state: RatingState,
  usage: Usage,
  slot: number,
  parts: { rating: Rating; takes: readonly Take[]; recordedMs: number },
): string[] {
  const { rating, takes, recordedMs } = parts
  const { price } = rating
  const { standing } = laneAt(state, slot)
  const { accountPeriod } = standing
  const cell = cellOf(state, slot, rating.rate)
  const { values } = state.sums
  if (recordedMs >= accountPeriod.closedAtMs) return []
  // As in rating, two windows of one allowance share a level: the first that reaches it tells it.
  const reported = new Set(accountPeriod.reported)
  const ofBundles = takes.flatMap(({ instance, used, amount, quantity }) => {
    const use = { amount, before: used, after: used + quantity }
    const crossed = crossedBundleLevels(instance, use, reported)
    for (const { key } of crossed) reported.add(key)
    return crossed
  })
  const spentMicros = price.chargeMicros - rating.moneyTakenMicros + price.informationChargeMicros
  const sums = [
    ...cell.quantityMeters.map((meter) => ({ meter, sum: values[meter.slot]! + usage.quantity })),
    ...cell.moneyMeters.map((meter) => ({ meter, sum: values[meter.slot]! + spentMicros })),
  ]
  const ofLimits = sums
    .filter(({ meter }) => isWatchedAt(meter, usage.startMs))
    .flatMap(({ meter, sum }) => {
      const levels = levelsFor(state, standing, meter, recordedMs)
      return crossedLevels({ ...meter, levels }, sum, reported)
    })
  return [...ofBundles, ...ofLimits].map(({ key, used, amount }) => `${key}|${used}|${amount}`)
}

function standingSteps(
  { standing, offered }: Lane,
  { rate }: Rating,
  usage: Usage,
  result: RatedUsage,
): ExplanationStep[] {
  return [
    { rule: 'subscription', text: subscriptionText(standing, result) },
    {
      rule: 'rate',
      text:
        `${usage.callType} is priced by rate ${rate.rateId} of ${offered.source}` +
        (rate.fromMs <= 0 ? '' : `, version from ${new Date(rate.fromMs).toISOString()}`),
    },
  ]
}

function subscriptionText({ subscription, offer }: Standing, result: RatedUsage): string {
  const modules = offer?.moduleIds.length === 0 ? 'none' : offer?.moduleIds.join(', ')
  const late = result.late ? '; the period is closed: late usage' : ''
  return (
    `${subscription.subscriptionId} of ${subscription.accountId}, plan ${offer?.planId}, ` +
    `modules ${modules}, period from ${dayToIso(result.periodStartDay)}${late}`
  )
}

interface Take {
  readonly instance: AllowanceInstance
  readonly isMoney: boolean
  readonly quantity: number
  readonly used: number
  readonly amount: number
}

function takesOf(
  { sums: { values } }: RatingState,
  slot: number,
  lane: Lane,
  takes: Takes,
): Take[] {
  return Array.from(takes.positions.subarray(0, takes.count), (position, index) => {
    const unit = slot + LANE.units + position * UNIT.size
    return {
      instance: instanceAt(lane, position),
      isMoney: position >= lane.units.length,
      quantity: takes.quantities[index]!,
      used: values[values[unit + UNIT.usedSlot]!]!,
      amount: values[unit + UNIT.amount]!,
    }
  })
}

function allowanceSteps(takes: readonly Take[], { request }: Rating): ExplanationStep[] {
  const steps = takes
    .filter((take) => !take.isMoney)
    .map(({ instance, quantity, used, amount }) => ({
      rule: 'allowance',
      text: `${quantity} from ${instance.balance.key}, of which ${used} of ${amountText(amount)} were used`,
      fact: {
        is: 'bundle' as const,
        names: instance.allowance.names,
        ofGroup: instance.scopeKind === 'group',
        quantity,
        used,
        amount,
      },
    }))
  if (steps.length === 0) return []
  const rest =
    `${request.outOfBundleQuantity} of ${request.quantity} remain out of bundle, ` +
    `from position ${request.coveredQuantity}`
  const { outOfBundleQuantity: outOfBundle, quantity } = request
  const fact = { is: 'rest' as const, outOfBundle, quantity }
  return [...steps, { rule: 'remainder', text: rest, fact }]
}

function amountText(amount: number): string {
  return Number.isFinite(amount) ? String(amount) : 'unlimited'
}

function moneySteps(takes: readonly Take[], { givenBack }: Rating): ExplanationStep[] {
  const rule = 'money allowance'
  const paid = takes
    .filter((take) => take.isMoney)
    .map(({ instance, quantity }) => ({
      rule,
      text: `${microsToDecimal(micros(quantity))} paid from ${instance.balance.key}`,
      fact: { is: 'paid' as const, names: instance.allowance.names, micros: quantity },
    }))
  const back = givenBack.map(({ key, quantity }) => ({
    rule,
    text: `${microsToDecimal(micros(quantity))} goes back to ${key}: the session became cheaper`,
  }))
  return [...paid, ...back]
}

function chargeText(result: RatedUsage): string {
  const information =
    result.informationChargeMicros === 0
      ? ''
      : ` and ${microsToDecimal(result.informationChargeMicros)} information`
  return `${microsToDecimal(result.chargeMicros)}${information}`
}
