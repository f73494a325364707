/** Versions of an allowance: from a date on another amount, other call types, another place in line. */
import type { Validity } from '../../core/accounts/accounts.ts'
import type { BuildContext, Path } from './build-context.ts'
import type { AllowanceTerms, CallType } from '../catalogue.ts'
import { createProblemList, type Declaration } from '../read/catalogue-problem.ts'
import { checkKinds, coveredCallTypes } from './covered-call-types.ts'
import { orderVersions } from './order-versions.ts'
import { measureOf, type Measure } from '../quantity.ts'
import type { AllowanceDeclaration } from '../read/read-catalogue-folder.ts'

interface Base {
  /** As the allowance itself says: they hold where a version says nothing. */
  readonly terms: AllowanceTerms
  readonly measure: Measure
  readonly callTypes: readonly CallType[]
}

type VersionDeclaration = NonNullable<AllowanceDeclaration['versions']>[number]

/** Ascending; empty for an allowance that is the same for ever. */
export function allowanceVersions(
  { id, given, place }: Declaration<AllowanceDeclaration>,
  base: Base,
  context: BuildContext,
): (Validity & AllowanceTerms)[] {
  const isDated = given.from !== undefined || given.until !== undefined
  if (given.versions === undefined) {
    return isDated ? [{ ...context.validityOf(given, place, []), ...base.terms }] : []
  }
  if (isDated) {
    const message = `${id}: its versions say from when to when; leave the dates beside them out`
    context.problems.error(place, [given.from === undefined ? 'until' : 'from'], message)
  }
  const built = given.versions.map((version, index) => {
    const path = ['versions', index]
    const terms = versionTerms(version, path, { id, given, place }, base, context)
    return { ...context.validityOf(version, place, path), ...terms, path }
  })
  return orderVersions(built, { id, place, what: 'allowance' }, context).map(
    ({ path: _path, ...version }) => version,
  )
}

export function termsOf(version: AllowanceTerms | undefined): AllowanceTerms | undefined {
  if (version === undefined) return undefined
  const { amount, fairUseAmount, callTypes, priority } = version
  return { amount, fairUseAmount, callTypes, priority }
}

function versionTerms(
  version: VersionDeclaration,
  path: Path,
  declaration: Declaration<AllowanceDeclaration>,
  base: Base,
  context: BuildContext,
): AllowanceTerms {
  const { id, given, place } = declaration
  const { measure, terms } = base
  const amount = amountOf(version, path, declaration, base, context)
  const fairUse = version.fairUse ?? (amount === Infinity ? given.fairUse : undefined)
  if (version.fairUse !== undefined && amount !== Infinity) {
    const message = `${id}: fair use belongs to "amount: unlimited"`
    context.problems.error(place, [...path, 'fairUse'], message)
  }
  return {
    amount,
    fairUseAmount:
      fairUse === undefined
        ? undefined
        : version.fairUse === undefined
          ? terms.fairUseAmount
          : context.quantityOf(fairUse, measure, place, [...path, 'fairUse']),
    callTypes: callTypesOf(version, path, declaration, base, context),
    priority: version.priority ?? terms.priority,
  }
}

function amountOf(
  version: VersionDeclaration,
  path: Path,
  { id, place }: Declaration<AllowanceDeclaration>,
  { terms, measure }: Base,
  context: BuildContext,
): number {
  if (version.amount === undefined) return terms.amount
  if (version.amount === 'unlimited') return Infinity
  const at = [...path, 'amount']
  if (measureOf(version.amount) !== measure) {
    const message = `${id}: "${version.amount}" is no amount of ${measure}, as the others are`
    context.problems.error(place, at, message)
    return terms.amount
  }
  return context.quantityOf(version.amount, measure, place, at)
}

function callTypesOf(
  version: VersionDeclaration,
  path: Path,
  { id, given, place }: Declaration<AllowanceDeclaration>,
  { terms, measure, callTypes }: Base,
  context: BuildContext,
): readonly string[] {
  if (version.callTypes === undefined && version.except === undefined) return terms.callTypes
  // What the allowance itself says was checked there.
  const silent = { ...context, problems: createProblemList() }
  const idsOf = (field: 'callTypes' | 'except'): string[] =>
    coveredCallTypes(
      version[field] ?? given[field] ?? [],
      { id, place, path: [...path, field] },
      callTypes,
      version[field] === undefined ? silent : context,
    )
  const excepted = idsOf('except')
  const covered = idsOf('callTypes').filter((callType) => !excepted.includes(callType))
  if (covered.length === 0) context.problems.warn(place, path, `${id}: covers no call type`)
  checkKinds(covered, { id, place, measure, path: [...path, 'callTypes'] }, callTypes, context)
  return covered
}
