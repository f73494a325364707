/** A rate whose price is the supplier's amount in the record, with what is added to it. */
import type { BuildContext } from './build-context.ts'
import type { VersionDeclaration, VersionPlace } from './build-rates.ts'
import { hundredthsOf } from './build-model.ts'
import type { RecordPrice } from '../catalogue.ts'
import { checkBounds } from '../check/check-bounds.ts'

export function buildRecordPrice(
  given: NonNullable<VersionDeclaration['record']>,
  at: VersionPlace,
  context: BuildContext,
): RecordPrice {
  const { minimum, maximum } = given
  checkBounds({ minimum, maximum }, { ...at, path: [...at.path, 'record', 'minimum'] }, context)
  return {
    percentHundredths: hundredthsOf(given.percent ?? '0'),
    addition: given.addition ?? '0',
    minimum,
    maximum,
  }
}
