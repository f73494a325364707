/** What a list changes, gathered by destination: what somebody reads before it is taken in. */
import { Decimal } from 'decimal.js'
import { CHANGE_KINDS, jumpOf, type ChangeKind, type DeckChange } from './list-changes.ts'
import type { ListClaim } from '../read/read-state.ts'

export interface DestinationChange {
  readonly destination: string
  readonly kind: ChangeKind
  readonly fromDay: number
  readonly codesCount: number
  /** Of all its codes, least and most; '' where there is none. */
  readonly before: readonly [least: string, most: string]
  readonly after: readonly [least: string, most: string]
  readonly percent: readonly [least: number, most: number] | undefined
}

export interface ChangeReport {
  readonly counts: Readonly<Record<ChangeKind, number>>
  /** The greatest changes first, within a kind. */
  readonly destinations: readonly DestinationChange[]
  /** Codes whose own price changes by more than the factor; at most JUMPS_MAX are kept. */
  readonly jumps: readonly DeckChange[]
  readonly jumpsCount: number
  /** The list says that a price goes up, and it does not, or the like. */
  readonly contradictions: readonly (DeckChange & { readonly claim: ListClaim })[]
  readonly contradictionsCount: number
}

const JUMPS_MAX = 1_000

export function changeReport(
  changes: Iterable<DeckChange>,
  {
    jumpFactor,
    claimOf,
  }: { readonly jumpFactor: number; readonly claimOf: (code: string) => ListClaim },
): ChangeReport {
  const counts = { dearer: 0, cheaper: 0, added: 0, ended: 0, other: 0 }
  const groups = new Map<string, DestinationChange>()
  const jumps: DeckChange[] = []
  const contradictions: (DeckChange & { claim: ListClaim })[] = []
  let [jumpsCount, contradictionsCount] = [0, 0]
  for (const change of changes) {
    counts[change.kind] += 1
    const key = `${change.kind}|${change.fromDay}|${change.destination}`
    groups.set(key, withChange(groups.get(key), change))
    const isOwn = change.kind === 'dearer' || change.kind === 'cheaper'
    if (isOwn && jumpOf(change) > jumpFactor) {
      jumpsCount += 1
      if (jumps.length < JUMPS_MAX) jumps.push(change)
    }
    const claim = claimOf(change.code)
    if (contradicts(claim, change.kind)) {
      contradictionsCount += 1
      if (contradictions.length < JUMPS_MAX) contradictions.push({ ...change, claim })
    }
  }
  const destinations = [...groups.values()].toSorted(byKindAndSize)
  return { counts, destinations, jumps, jumpsCount, contradictions, contradictionsCount }
}

function withChange(group: DestinationChange | undefined, change: DeckChange): DestinationChange {
  const { destination, kind, fromDay, before, after, percent } = change
  if (group === undefined) {
    const percents = percent === undefined ? undefined : ([percent, percent] as const)
    const [old, now] = [[before, before] as const, [after, after] as const]
    return { destination, kind, fromDay, codesCount: 1, before: old, after: now, percent: percents }
  }
  return {
    ...group,
    codesCount: group.codesCount + 1,
    before: wider(group.before, before),
    after: wider(group.after, after),
    percent:
      percent === undefined
        ? group.percent
        : [
            Math.min(group.percent?.[0] ?? percent, percent),
            Math.max(group.percent?.[1] ?? percent, percent),
          ],
  }
}

function wider([least, most]: readonly [string, string], price: string): readonly [string, string] {
  if (price === '') return [least, most]
  if (least === '') return [price, price]
  return [
    new Decimal(price).lessThan(least) ? price : least,
    new Decimal(price).greaterThan(most) ? price : most,
  ]
}

function byKindAndSize(left: DestinationChange, right: DestinationChange): number {
  const kinds = CHANGE_KINDS.indexOf(left.kind) - CHANGE_KINDS.indexOf(right.kind)
  if (kinds !== 0) return kinds
  const sizes = sizeOf(right) - sizeOf(left)
  if (sizes !== 0) return sizes
  return left.destination < right.destination
    ? -1
    : left.destination > right.destination
      ? 1
      : left.fromDay - right.fromDay
}

function sizeOf({ percent }: DestinationChange): number {
  return percent === undefined ? 0 : Math.max(Math.abs(percent[0]), Math.abs(percent[1]))
}

/** A row that only repeats what was known makes no change: nothing can be said of it here. */
function contradicts(claim: ListClaim, kind: ChangeKind): boolean {
  if (claim === 'dearer') return kind === 'cheaper'
  if (claim === 'cheaper') return kind === 'dearer'
  if (claim === 'unchanged') return kind === 'dearer' || kind === 'cheaper'
  return claim === 'new' && (kind === 'dearer' || kind === 'cheaper')
}
