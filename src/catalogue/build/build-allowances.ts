/** Allowances: amounts in units that people read, made whole numbers; patterns made call types. */
import type { BuildContext } from './build-context.ts'
import { checkKinds, coveredCallTypes } from './covered-call-types.ts'
import { checkAllowanceEffects } from '../check/check-allowance-effects.ts'
import { allowanceVersions, termsOf } from './allowance-versions.ts'
import type { Allowance, AllowanceTerms, CallType } from '../catalogue.ts'
import { createProblemList, type Declaration } from '../read/catalogue-problem.ts'
import { measureOf, UNIT_OF_MEASURE } from '../quantity.ts'
import type { Measure } from '../quantity.ts'
import type { AllowanceDeclaration } from '../read/read-catalogue-folder.ts'

export function buildAllowances(
  context: BuildContext,
  callTypes: readonly CallType[],
): Map<string, Allowance> {
  return new Map(
    context.folder.allowances.map((declaration) => [
      declaration.id,
      buildAllowance(declaration, callTypes, context),
    ]),
  )
}

function buildAllowance(
  declaration: Declaration<AllowanceDeclaration>,
  callTypes: readonly CallType[],
  context: BuildContext,
): Allowance {
  const { id, given, place } = declaration
  const known = measureOfAllowance(declaration, context)
  const measure = known ?? 'voice'
  const quantityOf = (text: string, field: string) =>
    context.quantityOf(text, measure, place, [field])
  const ids = coveredCallTypes(
    given.callTypes,
    { id, place, path: ['callTypes'] },
    callTypes,
    context,
  )
  const excepted = coveredCallTypes(
    given.except ?? [],
    { id, place, path: ['except'] },
    callTypes,
    context,
  )
  const covered = ids.filter((callType) => !excepted.includes(callType))
  if (covered.length === 0) context.problems.warn(place, [], `${id}: covers no call type`)
  if (known !== undefined) {
    checkKinds(covered, { id, place, measure, path: ['callTypes'] }, callTypes, context)
  }
  checkLifetime(declaration, context)
  checkExceptions(declaration, { ids, callTypes }, context)
  if (known !== undefined) checkAllowanceEffects(declaration, known, context)
  const terms: AllowanceTerms = {
    amount:
      given.amount === 'unlimited' || known === undefined
        ? Infinity
        : quantityOf(given.amount, 'amount'),
    fairUseAmount: given.fairUse === undefined ? undefined : quantityOf(given.fairUse, 'fairUse'),
    callTypes: covered,
    priority: given.priority,
  }
  const versions = allowanceVersions(declaration, { terms, measure, callTypes }, context)
  return {
    ...terms,
    ...termsOf(versions.at(-1)),
    versions,
    allowanceId: id,
    names: given.names,
    unit: UNIT_OF_MEASURE[measure],
    increment:
      given.countedBy === undefined ? 1 : Math.max(quantityOf(given.countedBy, 'countedBy'), 1),
    period: given.period,
    lifetimeMonths: given.lifetimeMonths ?? 0,
    proration: given.proration,
    rolloverPeriods: given.rollover,
    rolloverMaximum:
      given.rolloverMaximum === undefined
        ? undefined
        : quantityOf(given.rolloverMaximum, 'rolloverMaximum'),
    scope: given.scope,
    watchedBy: given.watchedBy,
  }
}

/** undefined when the amount does not tell it, which is reported here. */
function measureOfAllowance(
  { id, given, place }: Declaration<AllowanceDeclaration>,
  { problems }: BuildContext,
): Measure | undefined {
  const ofAmount = given.amount === 'unlimited' ? undefined : measureOf(given.amount)
  if (given.amount === 'unlimited' && given.of === undefined) {
    problems.error(
      place,
      ['amount'],
      `${id}: say what is unlimited: "of: voice", data, message or event`,
    )
  }
  if (given.amount !== 'unlimited' && ofAmount === undefined) {
    const message = `${id}: "${given.amount}" has no unit of minutes, volume, messages, events or EUR`
    problems.error(place, ['amount'], message)
  }
  if (given.of !== undefined && ofAmount !== undefined && given.of !== ofAmount) {
    problems.error(place, ['of'], `${id}: "${given.amount}" is no amount of ${given.of}`)
  }
  if (given.fairUse !== undefined && given.amount !== 'unlimited') {
    problems.error(place, ['fairUse'], `${id}: fair use belongs to "amount: unlimited"`)
  }
  return given.of ?? ofAmount
}

/** Each exception takes out something that would be covered without it. */
function checkExceptions(
  { id, given, place }: Declaration<AllowanceDeclaration>,
  { ids, callTypes }: { ids: readonly string[]; callTypes: readonly CallType[] },
  context: BuildContext,
): void {
  const silent = { ...context, problems: createProblemList() }
  for (const [index, pattern] of (given.except ?? []).entries()) {
    const path = ['except', index]
    const taken = coveredCallTypes([pattern], { id, place, path }, callTypes, silent)
    if (taken.length === 0 || taken.some((callType) => ids.includes(callType))) continue
    context.problems.ineffective(
      place,
      path,
      `${id}: does not cover "${pattern}" without it either`,
    )
  }
}

function checkLifetime(
  { id, given, place }: Declaration<AllowanceDeclaration>,
  { problems }: BuildContext,
): void {
  if (given.period === 'lifetime' && given.lifetimeMonths === undefined) {
    problems.error(place, ['period'], `${id}: a lifetime needs its length, lifetimeMonths`)
  }
  if (given.period !== 'lifetime' && given.lifetimeMonths !== undefined) {
    problems.error(place, ['lifetimeMonths'], `${id}: belongs to "period: lifetime"`)
  }
  if (given.period !== 'billing-period' && given.rollover > 0) {
    problems.error(place, ['rollover'], `${id}: only an amount per billing period rolls over`)
  }
}
