/** A charge that is the same for each of its days, in parts that add up to it to the micro. */
import { micros, shareInMicros, type Micros } from '../../core/money/money.ts'
import { isWithin, type DayRange } from '../../core/time/validity.ts'

export interface PartOfDays {
  readonly days: DayRange
  readonly exactMicros: Micros
}

export function splitByDays(
  { fromDay, toDay }: DayRange,
  chargeMicros: Micros,
  boundaryDays: readonly number[],
): PartOfDays[] {
  const inside = boundaryDays.filter((day) => isWithin(day, fromDay + 1, toDay))
  const ends = [...new Set([...inside, toDay])].sort((left, right) => left - right)
  const upTo = (day: number): Micros =>
    shareInMicros(chargeMicros, { numerator: day - fromDay, denominator: toDay - fromDay })
  return ends.map((end, index) => {
    const start = ends[index - 1] ?? fromDay
    const exactMicros = micros(upTo(end) - (index === 0 ? 0 : upTo(start)))
    return { days: { fromDay: start, toDay: end }, exactMicros }
  })
}
