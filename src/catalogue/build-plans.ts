/**
 * Plans and modules. A plan takes what it does not say itself from its parent, that from its own,
 * and in the end from the default plan of its product. All of it is merged here, and each rate
 * keeps the id of the plan that gave it.
 */
import { coveredCallTypes } from './build-allowances.ts'
import { matchingIds } from './build-context.ts'
import type { BuildContext, Path } from './build-context.ts'
import type { CallType, Plan, PlanModule, RateVersions } from './catalogue.ts'
import type { Declaration, Place, ProblemList } from './catalogue-problem.ts'
import { measureOf } from './quantity.ts'
import type { ModuleDeclaration, PlanDeclaration } from './read-catalogue-folder.ts'

export interface PriceParts {
  readonly callTypes: readonly CallType[]
  readonly rates: ReadonlyMap<string, RateVersions>
}

export function buildPlans(context: BuildContext, parts: PriceParts): Map<string, Plan> {
  const { plans } = context.folder
  const declarations = new Map(plans.map((plan) => [plan.id, plan]))
  const ratesByPlan = new Map(
    plans.map((plan) => [plan.id, ratesByCallType(plan, plan.given.rates, parts, context)]),
  )
  return new Map(
    plans.map((declaration) => {
      checkAllowanceIds(declaration, declaration.given.allowances ?? [], context)
      const lineage = lineageOf(declaration, declarations, context)
      return [declaration.id, mergePlan(declaration, lineage, ratesByPlan)]
    }),
  )
}

export function buildModules(context: BuildContext, parts: PriceParts): Map<string, PlanModule> {
  return new Map(
    context.folder.modules.map((declaration) => {
      const { id, given } = declaration
      checkAllowanceIds(declaration, given.allowances, context)
      const built: PlanModule = {
        moduleId: id,
        product: given.product,
        names: given.names,
        monthlyFee: given.monthlyFee,
        rates: ratesByCallType(declaration, given.rates, parts, context),
        allowanceIds: given.allowances,
        limit: buildLimit(declaration, parts, context),
      }
      return [id, built]
    }),
  )
}

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
  ratesByPlan: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Plan {
  const rates = new Map<string, { rateId: string; from: string }>()
  for (const { id: from } of lineage) {
    for (const [callType, rateId] of ratesByPlan.get(from) ?? []) {
      if (!rates.has(callType)) rates.set(callType, { rateId, from })
    }
  }
  function nearest<K extends keyof PlanDeclaration>(field: K): PlanDeclaration[K] | undefined {
    return lineage.find((ancestor) => ancestor.given[field] !== undefined)?.given[field]
  }
  return {
    planId: id,
    product: given.product,
    names: given.names,
    inheritsFrom: lineage[1]?.id ?? '',
    monthlyFee: nearest('monthlyFee') ?? '0.00',
    activationFee: nearest('activationFee') ?? '0.00',
    simBlockFee: nearest('simBlockFee') ?? '0.00',
    prorateFee: nearest('prorateFee') ?? true,
    billing: nearest('billing') ?? 'advance',
    rates,
    allowanceIds: nearest('allowances') ?? [],
  }
}

/**
 * Call type → rate of one plan or module by itself. An exact call type goes before a pattern, a
 * longer pattern before a shorter one, and what is said of a call type holds for those that count
 * as it, unless the same plan says something of them.
 */
function ratesByCallType(
  { id, place }: Declaration<unknown>,
  given: Readonly<Record<string, string>>,
  { callTypes, rates }: PriceParts,
  { folder, problems }: BuildContext,
): Map<string, string> {
  const ids = callTypes.map((callType) => callType.id)
  const patterns = Object.keys(given).sort((left, right) => precedence(right) - precedence(left))
  const chosen = new Map<string, string>()
  for (const pattern of patterns) {
    const rateId = given[pattern] ?? ''
    const path = ['rates', pattern]
    if (!rates.has(rateId) && !folder.isDeclared('rates', rateId)) {
      problems.error(place, path, `${id}: there is no rate "${rateId}"`)
    }
    const matching = matchingIds(pattern, ids)
    if (matching.length === 0 && !folder.isDeclared('callTypes', pattern)) {
      problems.error(place, path, `${id}: no call type matches "${pattern}"`)
    }
    for (const callType of matching) if (!chosen.has(callType)) chosen.set(callType, rateId)
    checkUnits({ id, place, path, rateId, matching }, { callTypes, rates }, problems)
  }
  for (const { id: callType, countsAs } of callTypes) {
    const rateId = chosen.get(countsAs)
    if (rateId !== undefined && !chosen.has(callType)) chosen.set(callType, rateId)
  }
  return chosen
}

const EXACT_PRECEDENCE = 1_000

function precedence(pattern: string): number {
  return pattern.includes('*') ? pattern.length : EXACT_PRECEDENCE
}

const UNITS_OF_KIND: Readonly<Record<string, string>> = {
  voice: 'second',
  data: 'byte',
  sms: 'message',
  mms: 'message',
  event: 'event',
}

function checkUnits(
  at: { id: string; place: Place; path: Path; rateId: string; matching: readonly string[] },
  { callTypes, rates }: PriceParts,
  problems: ProblemList,
): void {
  const rate = rates.get(at.rateId)
  if (rate === undefined) return
  for (const { id, kind } of callTypes) {
    if (!at.matching.includes(id) || UNITS_OF_KIND[kind] === rate.unit) continue
    const message = `${at.id}: the rate "${at.rateId}" is by the ${rate.unit}; ${id} is ${kind}`
    problems.error(at.place, at.path, message)
  }
}

function checkAllowanceIds(
  { id, place }: Declaration<unknown>,
  allowanceIds: readonly string[],
  { folder, problems }: BuildContext,
): void {
  for (const [index, allowanceId] of allowanceIds.entries()) {
    if (folder.isDeclared('allowances', allowanceId)) continue
    const message = `${id}: there is no allowance "${allowanceId}"`
    problems.error(place, ['allowances', index], message)
  }
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
