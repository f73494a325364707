/** The month-cumulative model of a rate: tiers, blocks or a percentage, with the bounds of the period. */
import type { BuildContext, Path } from './build-context.ts'
import type { VersionPlace } from './build-rates.ts'
import { buildSteps } from './build-steps.ts'
import type { CumulativeModel, PercentageModel } from '../catalogue.ts'
import type { ModelDeclaration } from '../read/catalogue-schema.ts'
import { checkBounds } from '../check/check-bounds.ts'
import { measureOf } from '../quantity.ts'

export function buildModel(
  given: ModelDeclaration,
  at: VersionPlace,
  context: BuildContext,
): CumulativeModel {
  const place = { ...at, path: [...at.path, 'model'] }
  const { scope = 'subscription', periodMinimum, periodMaximum } = given
  checkBounds(
    { minimum: periodMinimum, maximum: periodMaximum },
    { ...at, path: [...place.path, 'periodMinimum'] },
    context,
  )
  return { scope, periodMinimum, periodMaximum, ...buildPrice(given, place, context) }
}

type Price = CumulativeModel extends infer Model
  ? Model extends unknown
    ? Omit<Model, 'scope' | 'periodMinimum' | 'periodMaximum'>
    : never
  : never

function buildPrice(given: ModelDeclaration, at: VersionPlace, context: BuildContext): Price {
  if (given.type === 'percentage') return buildPercentage(given, at, context)
  if (given.type === 'package') {
    const path = [...at.path, 'size']
    const size = context.quantityOf(given.size, at.measure, at.place, path)
    if (size === 0 && given.size.startsWith('0')) {
      context.problems.error(at.place, path, `${at.id}: a block of 0 never ends`)
    }
    return { type: 'package', price: given.price, size: Math.max(size, 1) }
  }
  const steps = buildSteps(
    given.tiers.map(({ from, price }) => ({ from, price, by: undefined })),
    { ...at, path: [...at.path, 'tiers'], isTier: true },
    context,
  )
  const tiers = steps.map(({ from, price, per }, index) => {
    const fee = given.tiers[index]?.fee
    return { from, price, per, ...(fee === undefined ? {} : { fee }) }
  })
  return { type: given.type, tiers }
}

type PercentageDeclaration = Extract<ModelDeclaration, { type: 'percentage' }>

function buildPercentage(
  given: PercentageDeclaration,
  at: VersionPlace,
  context: BuildContext,
): PercentageModel {
  const { minimum, maximum } = given
  checkBounds({ minimum, maximum }, { ...at, path: [...at.path, 'minimum'] }, context)
  checkPeriodBounds(given, at, context)
  const tiers = percentTiers(given, at, context)
  const hasTotal = tiers.length > 1 || given.free !== undefined
  const isOfPeriod = given.periodMinimum !== undefined || given.periodMaximum !== undefined
  if (
    given.scope !== undefined &&
    !hasTotal &&
    !isOfPeriod &&
    given.freeTransactions === undefined
  ) {
    const message = `${at.id}: nothing is added up here, so it has no scope`
    context.problems.ineffective(at.place, [...at.path, 'scope'], message)
  }
  return {
    type: 'percentage',
    tiers,
    freeUnits:
      given.free === undefined ? 0 : amountOf(given.free, [...at.path, 'free'], at, context),
    freeTransactions: given.freeTransactions ?? 0,
    fixed: given.fixed ?? '0',
    minimum,
    maximum,
  }
}

function percentTiers(
  given: PercentageDeclaration,
  at: VersionPlace,
  context: BuildContext,
): PercentageModel['tiers'] {
  if ((given.percent === undefined) === (given.tiers === undefined)) {
    const message = `${at.id}: a percentage has either "percent" or "tiers" with one for each`
    context.problems.error(at.place, [...at.path, 'percent'], message)
  }
  const declared = given.tiers ?? [{ percent: given.percent ?? '0', from: undefined }]
  let previous = -1
  return declared.map(({ from, percent }, index) => {
    const path = [...at.path, 'tiers', index, 'from']
    const start = from === undefined ? 0 : amountOf(from, path, at, context)
    if (start <= previous || (index === 0 && start > 0)) {
      const message = `${at.id}: the first tier begins at 0, and each after the one before it`
      context.problems.error(at.place, path, message)
    }
    previous = start
    return { from: start, percentHundredths: hundredthsOf(percent) }
  })
}

/** Bounds of the period are of what its amounts cost together: no transaction has a price then. */
function checkPeriodBounds(
  given: PercentageDeclaration,
  at: VersionPlace,
  { problems }: BuildContext,
): void {
  if (given.periodMinimum === undefined && given.periodMaximum === undefined) return
  const ofTransactions = ['minimum', 'maximum', 'fixed', 'freeTransactions'] as const
  for (const field of ofTransactions) {
    if (given[field] === undefined) continue
    const message = `${at.id}: "${field}" is of a transaction and cannot stand beside bounds of the period`
    problems.error(at.place, [...at.path, field], message)
  }
}

/** In micros. A number of events here once meant as many micros, which nobody means. */
function amountOf(text: string, path: Path, at: VersionPlace, context: BuildContext): number {
  if (measureOf(text) !== 'event') return context.quantityOf(text, 'money', at.place, path)
  const message = `${at.id}: "${text}" is no amount: write "10.00 EUR", or "freeTransactions: 3"`
  context.problems.ineffective(at.place, path, message)
  return context.quantityOf(text, 'event', at.place, path)
}

export function hundredthsOf(percent: string): number {
  const [whole = '', fraction = ''] = percent.split('.')
  return Number.parseInt(whole + fraction.padEnd(2, '0'), 10)
}
