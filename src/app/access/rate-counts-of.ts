/** Counts of tries and requests as a door asks for them: nobody's data, so for no caller. */
import * as counts from '../../identity/rate-counts.ts'
import type { Stores } from '../stores.ts'

type Operations = Pick<Stores, 'operations'>

export function countUp(
  { operations }: Operations,
  ...added: Parameters<typeof counts.countUp> extends [unknown, ...infer Rest] ? Rest : never
): Promise<counts.Counted[]> {
  return counts.countUp(operations, ...added)
}

export function forgetEndedCounts({ operations }: Operations): Promise<void> {
  return counts.forgetEndedCounts(operations)
}
