/** Versions of a rate or an allowance in time: overlaps, double starts and gaps are reported. */
import type { Validity } from '../../core/accounts/accounts.ts'
import { endAtNextStart } from './build-context.ts'
import type { BuildContext, Path } from './build-context.ts'
import type { Place } from '../read/catalogue-problem.ts'

/** Ascending, each ended where the next begins. `what` there is none of in a gap: "price". */
export function orderVersions<T extends Validity & { readonly path: Path }>(
  versions: readonly T[],
  { id, place, what }: { id: string; place: Place; what: string },
  { problems }: Pick<BuildContext, 'problems'>,
): T[] {
  const ended = endAtNextStart(versions, {
    overlap: (earlier, later) =>
      problems.warn(
        place,
        [...earlier.path, 'until'],
        `${id}: this version overlaps the one on line ${place.lineOf(later.path)}, which wins`,
      ),
    ambiguous: (earlier, later) =>
      problems.error(
        place,
        later.path,
        `${id}: starts at the same date as the version on line ${place.lineOf(earlier.path)}`,
      ),
  })
  for (const [index, version] of ended.entries()) {
    const next = ended[index + 1]
    if (next !== undefined && next.fromMs > version.toMs) {
      const message = `${id}: there is no ${what} between this version and the next`
      problems.warn(place, [...version.path, 'until'], message)
    }
  }
  return ended
}
