/** Rates of the catalogue: versions in time, each with steps, bands, information part and model. */
import type { BuildContext, Path } from './build-context.ts'
import { checkRateEffects } from '../check/check-rate-effects.ts'
import { buildBands } from './build-time-bands.ts'
import { buildSteps } from './build-steps.ts'
import { checkBounds } from '../check/check-bounds.ts'
import type { StepDeclaration } from './build-steps.ts'
import { buildModel } from './build-model.ts'
import type { PriceComponent, Rate, RateVersions } from '../catalogue.ts'
import type { Declaration, Place } from '../read/catalogue-problem.ts'
import { orderVersions } from './order-versions.ts'
import { UNIT_OF_MEASURE } from '../quantity.ts'
import type { RateDeclaration } from '../read/read-catalogue-folder.ts'

export type VersionDeclaration = Extract<RateDeclaration, { versions: unknown }>['versions'][number]
type RatedMeasure = RateDeclaration['for']

export function buildRates(context: BuildContext): Map<string, RateVersions> {
  return new Map(
    context.folder.rates.map((declaration) => [declaration.id, buildRate(declaration, context)]),
  )
}

function buildRate(declaration: Declaration<RateDeclaration>, context: BuildContext): RateVersions {
  const { id, given, place } = declaration
  const versions =
    'versions' in given
      ? given.versions.map((version, index) => ({ version, path: ['versions', index] }))
      : [{ version: given, path: [] }]
  const built = versions.map(({ version, path }) => ({
    ...buildVersion(version, { id, measure: given.for, place, path }, context),
    path,
  }))
  const ended = orderVersions(built, { id, place, what: 'price' }, context)
  const unit = UNIT_OF_MEASURE[given.for]
  return { rateId: id, unit, versions: ended.map(({ path: _path, ...version }) => version) }
}

export interface VersionPlace {
  readonly id: string
  readonly measure: RatedMeasure
  readonly place: Place
  readonly path: Path
}

function buildVersion(given: VersionDeclaration, at: VersionPlace, context: BuildContext): Rate {
  const { id, place, path } = at
  const component = buildComponent(given, at, context)
  checkRateEffects(given, at, context)
  if (given.steps === undefined && given.model === undefined) {
    const message =
      given.bands === undefined
        ? `${id}: has neither steps nor a model; a free rate has one step of price "0/min"`
        : `${id}: has no steps for the time outside its bands`
    context.problems.error(place, path, message)
  }
  return {
    ...context.validityOf(given, place, path),
    ...component,
    decimals: given.rounding?.decimals ?? 4,
    rounding: given.rounding?.mode ?? 'half-up',
    chargeZero: given.chargeZero,
    connectFeeAlways: given.connectFeeAlways,
    split: given.split,
    bands: buildBands(given.bands ?? [], { ...at, connectFee: component.connectFee }, context),
    holidays: given.holidays ?? 'as-sunday',
    information:
      given.information === undefined
        ? undefined
        : buildComponent(given.information, { ...at, path: [...path, 'information'] }, context),
    model: given.model === undefined ? undefined : buildModel(given.model, at, context),
  }
}

interface ComponentDeclaration {
  readonly connectFee?: string | undefined
  readonly steps?: readonly StepDeclaration[] | undefined
  readonly minimum?: string | undefined
  readonly maximum?: string | undefined
}

function buildComponent(
  given: ComponentDeclaration,
  at: VersionPlace,
  context: BuildContext,
): PriceComponent {
  const { path } = at
  const { minimum, maximum } = given
  checkBounds({ minimum, maximum }, { ...at, path: [...path, 'minimum'] }, context)
  return {
    connectFee: given.connectFee ?? '0',
    steps: buildSteps(given.steps ?? [], { ...at, path: [...path, 'steps'], maximum }, context),
    minimum,
    maximum,
  }
}
