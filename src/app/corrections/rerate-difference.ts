/** What a correction changes in money, information charges included. */
import { addMicros, type Micros } from '../../core/money/money.ts'
import type { RowCorrection } from '../../rating/correct-row.ts'

export function correctionDifference(one: RowCorrection): Micros {
  return addMicros(one.chargeDifferenceMicros, one.informationChargeDifferenceMicros)
}
