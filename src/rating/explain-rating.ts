/**
 * Says in words and numbers how a usage is rated: the same computation as rating, without adding
 * anything, followed by a sentence for each rule in the order in which it was applied.
 */
import { microsToDecimal, micros } from '../core/money.ts'
import { dayToIso } from '../core/period.ts'
import type { RatedUsage } from '../core/ledger-row.ts'
import { REJECT_REASONS } from '../core/reasons.ts'
import type { Usage } from '../core/usage.ts'
import { crossedBundleLevels } from './allowance/allowance-instance.ts'
import { createRating, priceRating, type Rating } from './price-rating.ts'
import { explainPrice } from './explain-price.ts'
import { crossedLevels } from './limit/meter.ts'
import { levelsFor } from './apply-rating.ts'
import { createResultBuffer, fillRated, fillRejected } from './rated-usage.ts'
import type { Explanation } from './rater.ts'
import type { RatingState } from './rating-state.ts'
import type { Standing } from './standing.ts'

export type ExplanationStep = Explanation['steps'][number]

export function explainRating(state: RatingState, usage: Usage, recordedMs: number): Explanation {
  const rating = createRating()
  const buffer = createResultBuffer()
  if (!priceRating(state, usage, rating)) {
    const result = fillRejected(buffer, rating)
    const why = rating.reason === '' ? '' : REJECT_REASONS[rating.reason]
    return { result, steps: [{ rule: 'rejected', text: `${why}: ${rating.detail}` }] }
  }
  const crossings = crossingsOf(state, usage, rating, recordedMs)
  const result = fillRated(buffer, rating, { crossings, recordedMs })
  return {
    result,
    steps: [
      ...standingSteps(rating, usage, result),
      ...allowanceSteps(rating),
      ...explainPrice(state, rating),
      ...moneySteps(rating),
      { rule: 'charge', text: chargeText(result) },
      ...crossings.map((entry) => ({ rule: 'limit', text: `crosses ${entry}` })),
    ],
  }
}

function crossingsOf(
  state: RatingState,
  usage: Usage,
  rating: Rating,
  recordedMs: number,
): string[] {
  const { standing, cell, takes, price } = rating
  if (standing === undefined || cell === undefined) return []
  const { accountPeriod } = standing
  if (recordedMs >= accountPeriod.closedAtMs) return []
  const ofBundles = takes.instances.slice(0, takes.count).flatMap((instance, index) => {
    const before = instance.balance.used
    const after = before + takes.quantities[index]!
    return crossedBundleLevels(instance, { before, after }, accountPeriod.reported)
  })
  const spentMicros = price.chargeMicros - rating.moneyTakenMicros + price.informationChargeMicros
  const sums = [
    ...cell.quantityMeters.map((meter) => ({ meter, sum: meter.sum + usage.quantity })),
    ...cell.moneyMeters.map((meter) => ({ meter, sum: meter.sum + spentMicros })),
  ]
  const ofLimits = sums.flatMap(({ meter, sum }) => {
    const levels = levelsFor(state, standing, meter, recordedMs)
    return crossedLevels({ ...meter, levels }, sum, accountPeriod.reported)
  })
  return [...ofBundles, ...ofLimits].map(({ key, used, amount }) => `${key}|${used}|${amount}`)
}

function standingSteps(rating: Rating, usage: Usage, result: RatedUsage): ExplanationStep[] {
  const { standing, offered, rate } = rating
  if (standing === undefined || offered === undefined || rate === undefined) return []
  return [
    { rule: 'subscription', text: subscriptionText(standing, result) },
    {
      rule: 'rate',
      text:
        `${usage.callType} is priced by rate ${rate.rateId} of ${offered.source}, ` +
        `version from ${new Date(Math.max(0, rate.fromMs)).toISOString()}`,
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

function allowanceSteps({ takes, unitTakesCount, request }: Rating): ExplanationStep[] {
  const steps = takes.instances.slice(0, unitTakesCount).map((instance, index) => ({
    rule: 'allowance',
    text:
      `${takes.quantities[index]} from ${instance.balance.key}, ` +
      `of which ${instance.balance.used} of ${instance.amount} were used`,
  }))
  if (steps.length === 0) return []
  const rest = `${request.outOfBundleQuantity} of ${request.quantity} remain out of bundle`
  return [...steps, { rule: 'remainder', text: rest }]
}

function moneySteps({ takes, unitTakesCount }: Rating): ExplanationStep[] {
  return takes.instances.slice(unitTakesCount, takes.count).map((instance, index) => {
    const taken = micros(takes.quantities[unitTakesCount + index]!)
    return {
      rule: 'money allowance',
      text: `${microsToDecimal(taken)} paid from ${instance.balance.key}`,
    }
  })
}

function chargeText(result: RatedUsage): string {
  const information =
    result.informationChargeMicros === 0
      ? ''
      : ` and ${microsToDecimal(result.informationChargeMicros)} information`
  return `${microsToDecimal(result.chargeMicros)}${information}`
}
