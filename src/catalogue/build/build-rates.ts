/** Rates of the catalogue: versions in time, each with steps, bands, information part and model. */
import type { BuildContext, Path } from './build-context.ts'
import { buildDeckUse, type PriceDecks } from './build-deck-use.ts'
import { checkRateEffects } from '../check/check-rate-effects.ts'
import { buildBands } from './build-time-bands.ts'
import { buildSteps } from './build-steps.ts'
import { checkBounds } from '../check/check-bounds.ts'
import type { StepDeclaration } from './build-steps.ts'
import { buildModel } from './build-model.ts'
import { buildRecordPrice } from './build-record-price.ts'
import { deckSteps } from '../decks/rate-of-rows.ts'
import type { PriceComponent, Rate, RateVersions } from '../catalogue.ts'
import type { Declaration, Place } from '../read/catalogue-problem.ts'
import { orderVersions } from './order-versions.ts'
import { UNIT_OF_MEASURE } from '../quantity.ts'
import type { RateDeclaration } from '../read/read-catalogue-folder.ts'

export type VersionDeclaration = Extract<RateDeclaration, { versions: unknown }>['versions'][number]
type RatedMeasure = RateDeclaration['for']

export function buildRates(context: BuildContext, decks: PriceDecks): Map<string, RateVersions> {
  return new Map(
    context.folder.rates.map((declaration) => [
      declaration.id,
      buildRate(declaration, { context, decks }),
    ]),
  )
}

interface RateParts {
  readonly context: BuildContext
  readonly decks: PriceDecks
}

function buildRate(declaration: Declaration<RateDeclaration>, parts: RateParts): RateVersions {
  const { context } = parts
  const { id, given, place } = declaration
  const versions =
    'versions' in given
      ? given.versions.map((version, index) => ({ version, path: ['versions', index] }))
      : [{ version: given, path: [] }]
  const built = versions.map(({ version, path }) => ({
    ...buildVersion(version, { id, measure: given.for, place, path }, parts),
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

function buildVersion(given: VersionDeclaration, at: VersionPlace, parts: RateParts): Rate {
  const { id, place, path } = at
  const { context } = parts
  const { record, model, information } = given
  const component = buildComponent(given, { ...at, isInformation: false }, given.bands ?? [], parts)
  checkRateEffects(given, at, context)
  const isPriced = [given.steps, model, given.deck, record].some((each) => each !== undefined)
  if (!isPriced) {
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
    bands: buildBands(given.bands ?? [], { ...at, component, otherwise: given.otherwise }, context),
    holidays: given.holidays ?? 'as-sunday',
    information:
      information === undefined
        ? undefined
        : buildComponent(
            information,
            { ...at, path: [...path, 'information'], isInformation: true },
            [],
            parts,
          ),
    model: model === undefined ? undefined : buildModel(model, at, context),
    ...(record === undefined ? {} : { record: buildRecordPrice(record, at, context) }),
  }
}

interface ComponentDeclaration {
  readonly connectFee?: string | undefined
  readonly steps?: readonly StepDeclaration[] | undefined
  readonly minimum?: string | undefined
  readonly maximum?: string | undefined
  readonly deck?: string | undefined
  readonly price?: string | undefined
  readonly by?: string | undefined
  readonly otherwise?: string | undefined
}

function buildComponent(
  given: ComponentDeclaration,
  at: VersionPlace & { readonly isInformation: boolean },
  bands: readonly { readonly name: string; readonly price?: string | undefined }[],
  parts: RateParts,
): PriceComponent {
  const { path } = at
  const { context } = parts
  const { minimum, maximum, otherwise = 'reject' } = given
  checkBounds({ minimum, maximum }, { ...at, path: [...path, 'minimum'] }, context)
  const deck = buildDeckUse(given, at, bands, parts)
  const component = { connectFee: given.connectFee ?? '0', minimum, maximum }
  if (deck !== undefined) {
    return { ...component, steps: deck.rejectsOthers ? [] : deckSteps(otherwise, deck), deck }
  }
  const steps = { ...at, path: [...path, 'steps'], maximum }
  return { ...component, steps: buildSteps(given.steps ?? [], steps, context) }
}
