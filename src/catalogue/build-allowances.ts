/** Allowances: amounts in units that people read, made whole numbers; patterns made call types. */
import { matchingIds } from './build-context.ts'
import type { BuildContext, Path } from './build-context.ts'
import type { Allowance, CallType } from './catalogue.ts'
import type { Declaration, Place } from './catalogue-problem.ts'
import { measureOf, UNIT_OF_MEASURE } from './quantity.ts'
import type { Measure } from './quantity.ts'
import type { AllowanceDeclaration } from './read-catalogue-folder.ts'

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

const KINDS_OF_MEASURE: Readonly<Record<string, readonly string[]>> = {
  voice: ['voice'],
  data: ['data'],
  message: ['sms', 'mms'],
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
  if (known !== undefined) checkKinds(covered, { id, place, measure }, callTypes, context)
  checkLifetime(declaration, context)
  return {
    allowanceId: id,
    names: given.names,
    unit: unitOf(measure),
    amount:
      given.amount === 'unlimited' || known === undefined
        ? Infinity
        : quantityOf(given.amount, 'amount'),
    fairUseAmount: given.fairUse === undefined ? undefined : quantityOf(given.fairUse, 'fairUse'),
    callTypes: covered,
    increment:
      given.countedBy === undefined ? 1 : Math.max(quantityOf(given.countedBy, 'countedBy'), 1),
    period: given.period,
    lifetimeMonths: given.lifetimeMonths ?? 0,
    proration: given.proration,
    rolloverPeriods: given.rollover,
    priority: given.priority,
    scope: given.scope,
    watchedBy: given.watchedBy,
  }
}

function unitOf(measure: Measure): Allowance['unit'] {
  const unit = UNIT_OF_MEASURE[measure]
  return unit === 'event' ? 'message' : unit
}

/** undefined when the amount does not tell it, which is reported here. */
function measureOfAllowance(
  { id, given, place }: Declaration<AllowanceDeclaration>,
  { problems }: BuildContext,
): Measure | undefined {
  const ofAmount = given.amount === 'unlimited' ? undefined : measureOf(given.amount)
  if (given.amount === 'unlimited' && given.of === undefined) {
    problems.error(place, ['amount'], `${id}: say what is unlimited: "of: voice", data or message`)
  }
  if (given.amount !== 'unlimited' && (ofAmount === undefined || ofAmount === 'event')) {
    const message = `${id}: "${given.amount}" has no unit of minutes, volume, messages or EUR`
    problems.error(place, ['amount'], message)
  }
  if (given.of !== undefined && ofAmount !== undefined && given.of !== ofAmount) {
    problems.error(place, ['of'], `${id}: "${given.amount}" is no amount of ${given.of}`)
  }
  if (given.fairUse !== undefined && given.amount !== 'unlimited') {
    problems.error(place, ['fairUse'], `${id}: fair use belongs to "amount: unlimited"`)
  }
  return given.of ?? (ofAmount === 'event' ? undefined : ofAmount)
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

function checkKinds(
  covered: readonly string[],
  { id, place, measure }: { id: string; place: Place; measure: Measure },
  callTypes: readonly CallType[],
  { problems }: BuildContext,
): void {
  const kinds = KINDS_OF_MEASURE[measure]
  if (kinds === undefined) return // Money covers every kind.
  for (const callType of callTypes) {
    if (!covered.includes(callType.id) || kinds.includes(callType.kind)) continue
    const covers = `"${callType.id}" (${callType.kind})`
    problems.error(place, ['callTypes'], `${id}: an amount of ${measure} cannot cover ${covers}`)
  }
}

/**
 * Ids that the patterns name, with the call types that count as one of them. Reports patterns that
 * name nothing.
 */
export function coveredCallTypes(
  patterns: readonly string[],
  at: { id: string; place: Place; path: Path },
  callTypes: readonly CallType[],
  { folder, problems }: BuildContext,
): string[] {
  const ids = callTypes.map((callType) => callType.id)
  const named = patterns.flatMap((pattern, index) => {
    const found = matchingIds(pattern, ids)
    if (found.length === 0 && !folder.isDeclared('callTypes', pattern)) {
      problems.error(at.place, [...at.path, index], `${at.id}: no call type matches "${pattern}"`)
    }
    return found
  })
  return callTypes
    .filter(({ id, countsAs }) => named.includes(id) || named.includes(countsAs))
    .map((callType) => callType.id)
}
