/** What a replay did, by the reason for which the records waited. */
import assert from 'node:assert/strict'
import type { RatedUsage } from '../../core/usage/ledger-row.ts'
import { addMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'

export interface ReplayGroup {
  /** Why these records waited. */
  readonly reason: string
  /** How many waited when the replay began; the four outcomes below add up to it. */
  waiting: number
  rated: number
  /** What the rated ones are charged, third parties' part of premium numbers apart. */
  chargeMicros: Micros
  informationChargeMicros: Micros
  duplicate: number
  unbillable: number
  /** Those that wait on, by the reason of today, which may be another one. */
  readonly still: StillWaiting[]
}

export interface StillWaiting {
  readonly reason: string
  count: number
  /** What was wrong with the first of them. */
  readonly detail: string
}

export interface ReplayReport {
  groups(): readonly ReplayGroup[]
  leaves(reason: string, rated: RatedUsage): void
  stays(reason: string, why: { readonly reason: string; readonly detail: string }): void
}

export function createReplayReport(): ReplayReport {
  const groups = new Map<string, ReplayGroup>()
  const groupOf = (reason: string): ReplayGroup => {
    const group = groups.get(reason) ?? emptyGroup(reason)
    groups.set(reason, group)
    return group
  }
  return {
    groups: () => [...groups.values()].sort((left, right) => right.waiting - left.waiting),
    leaves(reason, rated) {
      assert(rated.outcome !== 'rejected', 'what is rejected again does not leave suspense')
      const group = groupOf(reason)
      group.waiting += 1
      group[rated.outcome] += 1
      group.chargeMicros = addMicros(group.chargeMicros, rated.chargeMicros)
      group.informationChargeMicros = addMicros(
        group.informationChargeMicros,
        rated.informationChargeMicros,
      )
    },
    stays(reason, why) {
      const group = groupOf(reason)
      group.waiting += 1
      const known = group.still.find((each) => each.reason === why.reason)
      if (known === undefined) group.still.push({ ...why, count: 1 })
      else known.count += 1
    },
  }
}

function emptyGroup(reason: string): ReplayGroup {
  return {
    reason,
    waiting: 0,
    rated: 0,
    chargeMicros: ZERO_MICROS,
    informationChargeMicros: ZERO_MICROS,
    duplicate: 0,
    unbillable: 0,
    still: [],
  }
}
