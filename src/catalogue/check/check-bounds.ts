/** A minimum above its maximum; `at.path` is the minimum's. */
import { microsFromDecimal } from '../../core/money/money.ts'
import type { BuildContext, Path } from '../build/build-context.ts'
import type { Place } from '../read/catalogue-problem.ts'

export function checkBounds(
  { minimum, maximum }: { minimum: string | undefined; maximum: string | undefined },
  { id, place, path }: { id: string; place: Place; path: Path },
  { problems }: BuildContext,
): void {
  if (minimum === undefined || maximum === undefined) return
  if (microsFromDecimal(minimum) <= microsFromDecimal(maximum)) return
  const message = `${id}: the minimum ${minimum} is greater than the maximum ${maximum}`
  problems.error(place, path, message)
}
