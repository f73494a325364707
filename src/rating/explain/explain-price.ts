/** The arithmetic of a price in words: band, steps with their counts, fee, bounds, rounding. */
import { addMicros, micros, microsToDecimal } from '../../core/money/money.ts'
import { explainModel } from './explain-model.ts'
import type { Rating } from '../price/price-rating.ts'
import type { ExplanationStep } from './explain-rating.ts'
import type { CompiledRate } from '../price/compiled-rate.ts'
import type { PriceTable } from '../price/price-table.ts'
import { tableAt } from '../price/price-usage.ts'
import type { RatingState } from '../memory/rating-state.ts'
import { SESSION } from '../session/session-record.ts'
import { NO_SLOT } from '../memory/sums.ts'

/** Reads the counts that pricing left in the rate's tables, so it must follow it at once. */
export function explainPrice(state: RatingState, rating: Rating): ExplanationStep[] {
  const { rate, session, request, price } = rating
  const { values } = state.sums
  if (rate.model !== undefined) return modelSteps(values, rating)
  const startMs = Math.min(
    request.startMs,
    session === NO_SLOT ? Infinity : values[session + SESSION.startMs]!,
  )
  const steps: ExplanationStep[] = []
  if (session !== NO_SLOT) {
    steps.push({
      rule: 'session',
      text:
        'part of a session: priced as the whole of ' +
        `${values[session + SESSION.quantity]! + request.quantity}, less ` +
        `${values[session + SESSION.billedQuantity]!} that were billed before`,
      fact: { is: 'session' },
    })
  }
  if (price.billedQuantity !== 0 || price.chargeMicros !== 0) {
    const { list } = state.pricings
    const own = list[rating.pricing]!
    const { clock } = rate === own.rate ? own : list[values[session + SESSION.pricing]!]!
    steps.push(...tableSteps(rate, tableAt(rate, startMs, clock)))
  }
  if (rate.information !== undefined && price.informationChargeMicros !== 0) {
    const text = `the third party's part, ${microsToDecimal(price.informationChargeMicros)}`
    const fact = { is: 'information', micros: price.informationChargeMicros } as const
    steps.push({ rule: 'information', text, fact })
  }
  return steps
}

/** By the total of the period; of a session to which this part brings the rate, the whole. */
function modelSteps(
  values: Float64Array,
  { rate, session, price, modelUse }: Rating,
): ExplanationStep[] {
  if (!modelUse.isWhole) {
    return explainModel(rate.source, { ...modelUse, chargeMicros: price.chargeMicros })
  }
  const paidMicros = micros(
    values[session + SESSION.chargeMicros]! + values[session + SESSION.moneyTakenMicros]!,
  )
  const text =
    'the earliest part of its session, which has its rate from now on: priced as the whole of ' +
    `${modelUse.quantity}, less ${microsToDecimal(paidMicros)} that was paid before`
  const chargeMicros = addMicros(price.chargeMicros, paidMicros)
  const fact = { is: 'session' } as const
  return [
    { rule: 'session', text, fact },
    ...explainModel(rate.source, { ...modelUse, chargeMicros }),
  ]
}

function tableSteps(rate: CompiledRate, atStart: PriceTable): ExplanationStep[] {
  const { source } = rate
  const bands = [source, ...source.bands]
  const steps = rate.tables.flatMap((table, index) => {
    const bandName = index === 0 ? '' : (source.bands[index - 1]?.name ?? '')
    const band = index === 0 ? '' : ` in band ${bandName}`
    return (bands[index]?.steps ?? []).flatMap((step, at): ExplanationStep[] => {
      const count = table.counts[at] ?? 0
      if (count === 0) return []
      const text = `${count} × ${step.increment} at ${step.price} per ${step.per} from ${step.from}`
      const { increment, price, per } = step
      const fact = { is: 'step', count, increment, price, per, band: bandName } as const
      return [{ rule: 'step', text: text + band, fact }]
    })
  })
  const fee = bands[rate.tables.indexOf(atStart)]?.connectFee ?? '0'
  if (atStart.fee !== 0) {
    steps.push({ rule: 'connect fee', text: fee, fact: { is: 'fee', price: fee } })
  }
  if (source.minimum !== undefined) {
    const fact = { is: 'minimum', price: source.minimum } as const
    steps.push({ rule: 'minimum', text: `at least ${source.minimum}`, fact })
  }
  if (source.maximum !== undefined) {
    const fact = { is: 'maximum', price: source.maximum } as const
    steps.push({ rule: 'maximum', text: `at most ${source.maximum}`, fact })
  }
  const rounding = `once, to ${source.decimals} decimals, ${source.rounding}`
  return [...steps, { rule: 'rounding', text: rounding }]
}
