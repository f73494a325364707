/** A fee as the catalogue declares it: one amount, or a list of them with dates. */
import type { DatedFee } from '../fee-at.ts'
import type { Place } from '../read/catalogue-problem.ts'
import type { BuildContext, DatedEntry, Path } from './build-context.ts'
import { orderVersions } from './order-versions.ts'

type GivenFee = string | readonly (DatedEntry & { readonly fee: string })[]
export type FeeField = 'monthlyFee' | 'activationFee' | 'simBlockFee'

export function buildFee(
  given: GivenFee,
  { id, place, field }: { readonly id: string; readonly place: Place; readonly field: FeeField },
  context: BuildContext,
): DatedFee {
  if (typeof given === 'string') return given
  const versions = given.map((version, index) => {
    const path: Path = [field, index]
    return { fee: version.fee, path, ...context.validityOf(version, place, path) }
  })
  return orderVersions(versions, { id: `${id}.${field}`, place, what: 'fee' }, context).map(
    ({ path: _path, ...version }) => version,
  )
}
