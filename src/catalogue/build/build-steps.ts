/**
 * Steps of a price: `{ from: 1 min, price: "0.06/min", by: 1 s }`. `by: 60/1` is the trade's short
 * form for two steps: the first 60 seconds whole, then by the second.
 */
import { microsFromDecimal } from '../../core/money/money.ts'
import type { BuildContext, Path } from './build-context.ts'
import type { RateStep } from '../catalogue.ts'
import type { Place } from '../read/catalogue-problem.ts'
import type { Measure } from '../quantity.ts'

export interface StepDeclaration {
  readonly from?: string | undefined
  readonly price: string
  readonly by?: string | undefined
}

export interface StepsPlace {
  readonly id: string
  readonly measure: Measure
  readonly place: Place
  /** Of the list of steps. */
  readonly path: Path
  /** Above which nothing more is charged, to find steps that cannot matter. */
  readonly maximum?: string | undefined
  /** Tiers of a month-cumulative model have no increments. */
  readonly isTier?: boolean
}

const SHORT_FORM = /^(\d+)\/(\d+)$/

export function buildSteps(
  declarations: readonly StepDeclaration[],
  at: StepsPlace,
  context: BuildContext,
): RateStep[] {
  const built = declarations.map((declaration, index) => ({
    index,
    steps: buildStep(declaration, { ...at, path: [...at.path, index] }, context),
  }))
  let previous: RateStep | undefined
  for (const { index, steps } of built) {
    const first = steps[0]
    if (index === 0 && first !== undefined && first.from !== 0) {
      const message = `${at.id}: the first step begins at 0; leave its "from" out`
      context.problems.error(at.place, [...at.path, index, 'from'], message)
    }
    if (first !== undefined && previous !== undefined && first.from <= previous.from) {
      const message = `${at.id}: steps go up: this one does not begin after the step before it`
      context.problems.error(at.place, [...at.path, index, 'from'], message)
    }
    previous = steps.at(-1) ?? previous
  }
  warnOfUnreachable(built, at, context)
  return built.flatMap(({ steps }) => steps)
}

function buildStep(given: StepDeclaration, at: StepsPlace, context: BuildContext): RateStep[] {
  const { id, measure, place, path } = at
  const [price = '', bought = ''] = given.price.split('/').map((part) => part.trim())
  const quantity = /^\d/.test(bought) ? bought : `1 ${bought}`
  const per = context.quantityOf(quantity, measure, place, [...path, 'price'])
  if (per === 0 && bought.startsWith('0')) {
    context.problems.error(place, [...path, 'price'], `${id}: a price cannot buy ${bought}`)
  }
  const from =
    given.from === undefined ? 0 : context.quantityOf(given.from, measure, place, [...path, 'from'])
  const perOrOne = Math.max(per, 1) // After an error nothing divides by 0.
  const short = SHORT_FORM.exec(given.by ?? '')
  if (short !== null && measure === 'voice') {
    const first = Number.parseInt(short[1] ?? '', 10)
    const next = Number.parseInt(short[2] ?? '', 10)
    if (first > 0 && next > 0) {
      const step = { from, price, per: perOrOne, increment: first }
      return first === next
        ? [step]
        : [step, { from: from + first, price, per: perOrOne, increment: next }]
    }
  }
  return [{ from, price, per: perOrOne, increment: incrementOf(given.by, at, context, id) }]
}

function incrementOf(
  by: string | undefined,
  at: StepsPlace,
  context: BuildContext,
  id: string,
): number {
  const { measure, place, path } = at
  if (by === undefined) {
    if (at.isTier === true || measure === 'message' || measure === 'event') return 1
    const example = measure === 'voice' ? '"by: 60/1" or "by: 1 s"' : '"by: 1 MB"'
    context.problems.error(place, path, `${id}: say in what increments is counted: ${example}`)
    return 1
  }
  const increment = context.quantityOf(by, measure, place, [...path, 'by'])
  if (increment === 0 && by.startsWith('0')) {
    context.problems.error(place, [...path, 'by'], `${id}: an increment of 0 never ends`)
  }
  return Math.max(increment, 1)
}

/** A step that the increments before it jump over, or that begins when the maximum is reached. */
function warnOfUnreachable(
  built: readonly { index: number; steps: readonly RateStep[] }[],
  at: StepsPlace,
  context: BuildContext,
): void {
  const flat = built.flatMap(({ index, steps }) => steps.map((step) => ({ ...step, index })))
  const maximumMicros = at.maximum === undefined ? Infinity : microsFromDecimal(at.maximum)
  let position = 0
  let chargedMicros = 0
  for (const [order, step] of flat.entries()) {
    const next = flat[order + 1]
    if (next !== undefined && next.from <= step.from) return // Wrong order: reported as an error.
    if (order > 0 && (next?.from ?? Infinity) <= position) {
      const message = `${at.id}: this step is never reached: the increments before it pass over it`
      context.problems.warn(at.place, [...at.path, step.index], message)
      continue
    }
    if (order > 0 && chargedMicros >= maximumMicros) {
      const message = `${at.id}: this step is never reached: the maximum ${at.maximum} comes first`
      context.problems.warn(at.place, [...at.path, step.index], message)
      return
    }
    if (next === undefined) return
    const increments = Math.ceil((next.from - position) / step.increment)
    position += increments * step.increment
    chargedMicros += (microsFromDecimal(step.price) * increments * step.increment) / step.per
  }
}
