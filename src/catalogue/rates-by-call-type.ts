/** Which rate a plan or module gives to each call type: patterns and `countsAs` resolved. */
import { matchingIds } from './build-context.ts'
import type { BuildContext, Path } from './build-context.ts'
import type { CallType, RateVersions } from './catalogue.ts'
import type { Declaration, Place, ProblemList } from './catalogue-problem.ts'

export interface PriceParts {
  readonly callTypes: readonly CallType[]
  readonly rates: ReadonlyMap<string, RateVersions>
}

/**
 * Call type → rate of one plan or module by itself. An exact call type goes before a pattern, a
 * longer pattern before a shorter one, and what is said of a call type holds for those that count
 * as it, unless the same plan says something of them.
 */
export function ratesByCallType(
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
