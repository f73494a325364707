/** A range of days in UBL, its last day included as the norm has it. */
import { dayToIso } from '../../../core/time/period.ts'
import type { DayRange } from '../../../core/time/validity.ts'
import { group, leaf, type XmlElement } from './xml.ts'

export function ublPeriod({ fromDay, toDay }: DayRange): XmlElement | undefined {
  return group('cac:InvoicePeriod', [
    leaf('cbc:StartDate', dayToIso(fromDay)),
    leaf('cbc:EndDate', dayToIso(toDay - 1)),
  ])
}
