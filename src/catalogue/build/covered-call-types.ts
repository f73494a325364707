/** Which call types the patterns of an allowance or a limit name, and whether they can be covered. */
import { matchingIds } from './build-context.ts'
import type { BuildContext, Path } from './build-context.ts'
import type { CallType } from '../catalogue.ts'
import type { Place } from '../read/catalogue-problem.ts'
import type { Measure } from '../quantity.ts'

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

const KINDS_OF_MEASURE: Readonly<Record<string, readonly string[]>> = {
  voice: ['voice'],
  data: ['data'],
  message: ['sms', 'mms'],
  event: ['event'],
}

export function checkKinds(
  covered: readonly string[],
  { id, place, measure, path }: { id: string; place: Place; measure: Measure; path: Path },
  callTypes: readonly CallType[],
  { problems }: BuildContext,
): void {
  const kinds = KINDS_OF_MEASURE[measure]
  if (kinds === undefined) return // Money covers every kind.
  for (const callType of callTypes) {
    if (!covered.includes(callType.id) || kinds.includes(callType.kind)) continue
    const covers = `"${callType.id}" (${callType.kind})`
    problems.error(place, path, `${id}: an amount of ${measure} cannot cover ${covers}`)
  }
}
