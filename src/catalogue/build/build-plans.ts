/**
 * Plans and modules. A plan takes what it does not say itself from its parent, that from its own,
 * and in the end from the default plan of its product. All of it is merged here, and each rate
 * keeps the id of the plan that gave it.
 */
import type { Validity } from '../../core/accounts/accounts.ts'
import type { BuildContext } from './build-context.ts'
import { buildGrants, type Grants } from './build-grants.ts'
import type { TaxChoices } from '../../core/money/tax.ts'
import { buildFee, type FeeField } from './build-fee.ts'
import { buildTaxes } from './build-vat.ts'
import type { DatedFee } from '../fee-at.ts'
import type { Plan, PlanModule, RateChoice, RatesByCallType } from '../catalogue.ts'
import type { Declaration } from '../read/catalogue-problem.ts'
import { coveredCallTypes } from './covered-call-types.ts'
import { measureOf } from '../quantity.ts'
import { firstThat, ratesByCallType } from './rates-by-call-type.ts'
import type { PriceParts } from './rates-by-call-type.ts'
import type { ModuleDeclaration, PlanDeclaration } from '../read/read-catalogue-folder.ts'

export function buildPlans(context: BuildContext, parts: PriceParts): Map<string, Plan> {
  const { plans } = context.folder
  const declarations = new Map(plans.map((plan) => [plan.id, plan]))
  const ratesByPlan = new Map(
    plans.map((plan) => [plan.id, ratesByCallType(plan, plan.given.rates, parts, context)]),
  )
  const grantsByPlan = new Map(
    plans.map((plan) => [plan.id, buildGrants(plan, plan.given.allowances ?? [], context)]),
  )
  const feesByPlan = new Map(plans.map((plan) => [plan.id, feesOf(plan, context)]))
  const taxesByPlan = new Map(
    plans.map((plan) => [plan.id, buildTaxes(plan.given.tax, plan, context)]),
  )
  return new Map(
    plans.map((declaration) => {
      const lineage = lineageOf(declaration, declarations, context)
      const { id, given, place } = declaration
      const validity = context.validityOf(given, place, [])
      if (given.product === 'voip' && given.simBlockFee !== undefined) {
        context.problems.ineffective(
          place,
          ['simBlockFee'],
          `${id}: a voip plan has no SIM to block`,
        )
      }
      const merged = mergePlan(declaration, lineage, {
        ratesByPlan,
        grantsByPlan,
        taxesByPlan,
        feesByPlan,
      })
      return [declaration.id, { ...merged, ...validity }]
    }),
  )
}

export function buildModules(context: BuildContext, parts: PriceParts): Map<string, PlanModule> {
  return new Map(
    context.folder.modules.map((declaration) => {
      const { id, given } = declaration
      const built: PlanModule = {
        ...context.validityOf(given, declaration.place, []),
        moduleId: id,
        product: given.product,
        names: given.names,
        monthlyFee: buildFee(given.monthlyFee, { ...declaration, field: 'monthlyFee' }, context),
        taxes: buildTaxes(given.tax, declaration, context),
        rates: ratesByCallType(declaration, given.rates, parts, context),
        ...buildGrants(declaration, given.allowances, context),
        limit: buildLimit(declaration, parts, context),
      }
      return [id, built]
    }),
  )
}

/** Those that the plan says itself. */
function feesOf({ id, given, place }: Declaration<PlanDeclaration>, context: BuildContext): Fees {
  const feeOf = (field: FeeField): DatedFee | undefined => {
    const fee = given[field]
    return fee === undefined ? undefined : buildFee(fee, { id, place, field }, context)
  }
  return {
    monthlyFee: feeOf('monthlyFee'),
    activationFee: feeOf('activationFee'),
    simBlockFee: feeOf('simBlockFee'),
  }
}

type Fees = Readonly<Record<FeeField, DatedFee | undefined>>

/** The plan itself, its parent, and so on; at the end the default plan of the product. */
function lineageOf(
  declaration: Declaration<PlanDeclaration>,
  declarations: ReadonlyMap<string, Declaration<PlanDeclaration>>,
  { folder, problems }: BuildContext,
): Declaration<PlanDeclaration>[] {
  const defaults = folder.settings?.given.defaultPlans ?? {}
  const lineage = [declaration]
  let current = declaration
  for (;;) {
    const { id, given, place } = current
    const parentId = given.inheritsFrom ?? defaults[given.product]
    if (parentId === undefined) return lineage
    // The default plan of a product is where every lineage ends.
    if (parentId === id && given.inheritsFrom === undefined) return lineage
    const parent = declarations.get(parentId)
    const isOwnMistake = current === declaration
    if (parent === undefined) {
      if (
        isOwnMistake &&
        given.inheritsFrom !== undefined &&
        !folder.isDeclared('plans', parentId)
      ) {
        problems.error(place, ['inheritsFrom'], `${id}: there is no plan "${parentId}"`)
      }
      return lineage
    }
    if (lineage.includes(parent)) {
      if (given.inheritsFrom !== undefined) {
        problems.error(place, ['inheritsFrom'], `${id}: inherits from itself, by "${parentId}"`)
      }
      return lineage
    }
    if (parent.given.product !== given.product && isOwnMistake) {
      const message = `${id}: a ${given.product} plan cannot inherit from "${parentId}"`
      problems.error(place, ['inheritsFrom'], `${message}, a ${parent.given.product} plan`)
    }
    lineage.push(parent)
    current = parent
  }
}

function mergePlan(
  { id, given }: Declaration<PlanDeclaration>,
  lineage: readonly Declaration<PlanDeclaration>[],
  {
    ratesByPlan,
    grantsByPlan,
    taxesByPlan,
    feesByPlan,
  }: {
    readonly ratesByPlan: ReadonlyMap<string, RatesByCallType>
    readonly grantsByPlan: ReadonlyMap<string, Grants>
    readonly taxesByPlan: ReadonlyMap<string, TaxChoices>
    readonly feesByPlan: ReadonlyMap<string, Fees>
  },
): Omit<Plan, keyof Validity> {
  const rates = new Map<string, readonly RateChoice[]>()
  for (const { id: ofPlan } of lineage) {
    for (const [callType, choices] of ratesByPlan.get(ofPlan) ?? []) {
      rates.set(callType, firstThat(rates.get(callType) ?? [], choices))
    }
  }
  function nearest<K extends keyof PlanDeclaration>(field: K): PlanDeclaration[K] | undefined {
    return lineage.find((ancestor) => ancestor.given[field] !== undefined)?.given[field]
  }
  const nearestFee = (field: FeeField): DatedFee =>
    lineage.map(({ id: ofPlan }) => feesByPlan.get(ofPlan)?.[field]).find(isGiven) ?? '0.00'
  const grants = grantsByPlan.get(
    lineage.find(({ given: of }) => of.allowances !== undefined)?.id ?? '',
  )
  return {
    planId: id,
    product: given.product,
    names: given.names,
    inheritsFrom: lineage[1]?.id ?? '',
    monthlyFee: nearestFee('monthlyFee'),
    activationFee: nearestFee('activationFee'),
    simBlockFee: nearestFee('simBlockFee'),
    prorateFee: nearest('prorateFee') ?? true,
    billing: nearest('billing') ?? 'advance',
    taxes: taxesByPlan.get(lineage.find((each) => each.given.tax !== undefined)?.id ?? '') ?? [],
    rates,
    ...(grants ?? { allowanceIds: [], allowanceDates: new Map() }),
  }
}

function isGiven(fee: DatedFee | undefined): fee is DatedFee {
  return fee !== undefined
}

function buildLimit(
  { id, given, place }: Declaration<ModuleDeclaration>,
  { callTypes }: PriceParts,
  context: BuildContext,
): PlanModule['limit'] {
  if (given.limit === undefined) return undefined
  const measure = measureOf(given.limit.step) === 'data' ? 'data' : 'voice'
  const path = ['limit', 'callTypes']
  return {
    unit: measure === 'data' ? 'byte' : 'second',
    step: context.quantityOf(given.limit.step, measure, place, ['limit', 'step']),
    callTypes: coveredCallTypes(given.limit.callTypes, { id, place, path }, callTypes, context),
  }
}
