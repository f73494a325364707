/**
 * A cumulative price in words: what the period had before, which tiers, blocks or amounts the usage
 * fell into, fees and bounds, and what was charged for it.
 */
import { quantityText } from '../../catalogue/describe-rate.ts'
import type { CumulativeModel, PercentageModel, Rate, Tier } from '../../catalogue/catalogue.ts'
import { microsToDecimal, type Micros } from '../../core/money/money.ts'
import { unreachable } from '../../core/failures/outcome.ts'
import type { ExplanationStep } from './explain-rating.ts'

export interface ExplainedModelUse {
  /** Out of bundle in the period before this usage, and how many usages. */
  readonly before: number
  readonly usagesBefore: number
  readonly quantity: number
  readonly chargeMicros: Micros
}

export function explainModel(rate: Rate, use: ExplainedModelUse): ExplanationStep[] {
  const { model, decimals, rounding } = rate
  if (model === undefined) return []
  const { before, usagesBefore, quantity } = use
  const total = `${before} before it in ${usagesBefore} usages, ${before + quantity} with it`
  return [
    {
      rule: 'total',
      text: `of the ${model.scope} in this period: ${total}`,
      fact: { is: 'total', before, after: before + quantity },
    },
    ...priceSteps(model, use),
    ...boundSteps(model),
    { rule: 'rounding', text: `once, to ${decimals} decimals, ${rounding}` },
    { rule: model.type, text: `${microsToDecimal(use.chargeMicros)} for ${quantity}` },
  ]
}

function priceSteps(model: CumulativeModel, use: ExplainedModelUse): ExplanationStep[] {
  switch (model.type) {
    case 'graduated':
      return graduatedSteps(model.tiers, use)
    case 'volume':
      return volumeSteps(model.tiers, use)
    case 'package':
      return packageSteps(model, use)
    case 'percentage':
      return percentageSteps(model, use)
    default:
      return unreachable(model)
  }
}

function graduatedSteps(tiers: readonly Tier[], use: ExplainedModelUse): ExplanationStep[] {
  return stretches(tiers, use.before, use.before + use.quantity).flatMap(({ tier, from, to }) => [
    {
      rule: 'tier',
      text: `${to - from} ${priceOf(tier)}`,
      fact: { is: 'tier' as const, quantity: to - from, price: tier.price, per: tier.per },
    },
    ...(from === tier.from && tier.fee !== undefined
      ? [
          {
            rule: 'tier fee',
            text: `${tier.fee}, the total reaches the tier`,
            fact: { is: 'fee' as const, price: tier.fee },
          },
        ]
      : []),
  ])
}

function volumeSteps(
  tiers: readonly Tier[],
  { before, quantity }: ExplainedModelUse,
): ExplanationStep[] {
  const tierAt = (total: number): Tier | undefined => tiers.findLast(({ from }) => from <= total)
  const tier = tierAt(before + quantity)
  if (tier === undefined || quantity === 0) return []
  const fee = tier.fee === undefined ? '' : `, and a fee of ${tier.fee} for the period`
  const text = `the total is ${priceOf(tier)}${fee}; the sum is settled when the period closes`
  const fact = { is: 'tier' as const, quantity, price: tier.price, per: tier.per }
  return [{ rule: 'tier', text, fact }]
}

function packageSteps(
  { price, size }: { readonly price: string; readonly size: number },
  { before, quantity }: ExplainedModelUse,
): ExplanationStep[] {
  const [started, after] = [Math.ceil(before / size), Math.ceil((before + quantity) / size)]
  const text = `${after - started} of ${size} at ${price} started by it, ${started} before it`
  const fact = { is: 'tier' as const, quantity: (after - started) * size, price, per: size }
  return [{ rule: 'block', text, ...(after === started ? {} : { fact }) }]
}

function percentageSteps(model: PercentageModel, use: ExplainedModelUse): ExplanationStep[] {
  const { freeUnits, freeTransactions, tiers, fixed, minimum, maximum } = model
  const { before, usagesBefore, quantity } = use
  if (usagesBefore < freeTransactions) {
    const text = `number ${usagesBefore + 1} of ${freeTransactions} that are free`
    return [{ rule: 'free transaction', text }]
  }
  const free = Math.min(quantity, Math.max(0, freeUnits - before))
  const charged = stretches(tiers, before + free, before + quantity)
  const freeText = `${quantityText(free, 'money')} of ${quantityText(freeUnits, 'money')}`
  return [
    ...(free === 0 ? [] : [{ rule: 'free amount', text: freeText }]),
    ...charged.map(({ tier, from, to }) => ({
      rule: 'tier',
      text: `${tier.percentHundredths / 100} % of ${quantityText(to - from, 'money')}`,
    })),
    ...(charged.length === 0 || !/[1-9]/.test(fixed)
      ? []
      : [{ rule: 'fixed', text: `${fixed} for the transaction` }]),
    ...(minimum === undefined ? [] : [{ rule: 'minimum', text: `at least ${minimum}` }]),
    ...(maximum === undefined ? [] : [{ rule: 'maximum', text: `at most ${maximum}` }]),
  ]
}

function boundSteps({ periodMinimum, periodMaximum }: CumulativeModel): ExplanationStep[] {
  return [
    ...(periodMinimum === undefined
      ? []
      : [{ rule: 'period minimum', text: `at least ${periodMinimum} for the total` }]),
    ...(periodMaximum === undefined
      ? []
      : [{ rule: 'period maximum', text: `at most ${periodMaximum} for the total` }]),
  ]
}

/** The tiers that the units from `start` to `end` fall into, with the part in each. */
function stretches<T extends { readonly from: number }>(
  tiers: readonly T[],
  start: number,
  end: number,
): { readonly tier: T; readonly from: number; readonly to: number }[] {
  return tiers
    .map((tier, index) => ({
      tier,
      from: Math.max(start, tier.from),
      to: Math.min(end, tiers[index + 1]?.from ?? Infinity),
    }))
    .filter(({ from, to }) => from < to)
}

function priceOf({ from, price, per }: Tier): string {
  return `at ${price} per ${per}, the tier from ${from}`
}
