/** When people call: a share of the day's calls for each hour, by kind of work. */
import { choicesOf, choose } from './random.ts'
import type { Random } from './random.ts'
import type { LineTimes } from './demo-line.ts'
import type { LocalDay } from './local-day.ts'

/**
 * In per cent. Of a business exchange the busiest clock hour has a fifth of the calls; the other
 * shares are assumptions.
 */
const HOURS: Readonly<Record<LineTimes['hours'], readonly number[]>> = {
  office: choicesOf([
    [8, 6],
    [9, 15],
    [10, 20],
    [11, 14],
    [12, 5],
    [13, 9],
    [14, 12],
    [15, 10],
    [16, 6],
    [17, 3],
  ]),
  bakery: choicesOf([
    [2, 4],
    [3, 5],
    [4, 6],
    [5, 8],
    [6, 12],
    [7, 20],
    [8, 14],
    [9, 10],
    [10, 8],
    [11, 6],
    [14, 4],
    [16, 3],
  ]),
  'all-day': choicesOf([
    [0, 1],
    [2, 1],
    [6, 3],
    [7, 7],
    [8, 9],
    [9, 9],
    [10, 8],
    [11, 7],
    [12, 7],
    [13, 7],
    [14, 6],
    [15, 6],
    [16, 7],
    [17, 7],
    [18, 5],
    [19, 4],
    [20, 3],
    [21, 2],
    [22, 1],
  ]),
}

/** A second since midnight. On the day when the clocks go back, the hours from two on come late. */
export function secondOfDay(times: LineTimes, day: LocalDay, random: Random): number {
  const hour = choose(HOURS[times.hours], random)
  const second = hour * 3_600 + random.below(3_600)
  const isSecondPass =
    day.lengthSeconds > 86_400 && (hour > 2 || (hour === 2 && random.below(2) === 1))
  return Math.min(isSecondPass ? second + 3_600 : second, day.lengthSeconds - 1)
}

export function isDayOfUse(times: LineTimes, day: LocalDay): boolean {
  return times.weekdays.includes(day.weekday)
}
