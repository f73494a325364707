/** The allowances that a plan or module brings, some of them from or until a date. */
import type { Validity } from '../../core/accounts/accounts.ts'
import type { BuildContext } from './build-context.ts'
import type { AllowanceDates } from '../catalogue.ts'
import type { Declaration } from '../read/catalogue-problem.ts'
import type { PlanDeclaration } from '../read/read-catalogue-folder.ts'

type GrantDeclarations = NonNullable<PlanDeclaration['allowances']>

export interface Grants {
  readonly allowanceIds: readonly string[]
  readonly allowanceDates: AllowanceDates
}

/** What refers to nothing, and what is brought twice at one moment, is reported. */
export function buildGrants(
  { id, place }: Declaration<unknown>,
  given: GrantDeclarations,
  context: BuildContext,
): Grants {
  const { folder, problems } = context
  const grants = given.map((entry, index) => {
    const isDated = typeof entry === 'object'
    const allowanceId = isDated ? entry.allowance : entry
    const path = ['allowances', index]
    if (!folder.isDeclared('allowances', allowanceId)) {
      problems.error(place, path, `${id}: there is no allowance "${allowanceId}"`)
    }
    return { allowanceId, path, ...context.validityOf(isDated ? entry : {}, place, path) }
  })
  const byId = Map.groupBy(grants, ({ allowanceId }) => allowanceId)
  for (const [allowanceId, entries] of byId) {
    const ordered = entries.toSorted((left, right) => left.fromMs - right.fromMs)
    for (const [index, entry] of ordered.entries()) {
      const next = ordered[index + 1]
      if (next === undefined || next.fromMs >= entry.toMs) continue
      const line = place.lineOf(entry.path)
      problems.warn(place, next.path, `${id}: has "${allowanceId}" already by line ${line}`)
    }
  }
  const dated = [...byId].filter(([, entries]) => !entries.some(isAlways))
  return {
    allowanceIds: [...byId.keys()],
    allowanceDates: new Map(
      dated.map(([allowanceId, entries]) => [
        allowanceId,
        entries.map(({ fromMs, toMs }) => ({ fromMs, toMs })),
      ]),
    ),
  }
}

/** The ids of a list, dated or not. */
export function grantedIds(given: GrantDeclarations | undefined): string[] {
  return (given ?? []).map((entry) => (typeof entry === 'object' ? entry.allowance : entry))
}

function isAlways({ fromMs, toMs }: Validity): boolean {
  return fromMs === -Infinity && toMs === Infinity
}
