/**
 * The records of one CUCM call, judged together. A leg to or from the carrier gets a new record whenever
 * its call changes: it is transferred, or goes on in a conference bridge. The outside number names it, and
 * time: what starts where an earlier record of that number ended, in the same call or by a transfer or
 * conference, is the same leg, of whoever made or got it first.
 *
 * - The leg is one usage on its first record, for its whole time; later ones are `linked_leg`.
 * - Legs of own phones to a conference bridge are internal. With `trunks`, a leg of a trunk to a bridge
 *   whose call is not there is `legs_unclear`, and so is one that two calls could go on in.
 */
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import { rejectedRecord, unbillableRecord } from '../decoded-record.ts'
import { withoutRepeated } from '../linked-window.ts'
import type { LinkedRow } from '../linked-window.ts'

export interface CucmLeg {
  readonly key: string
  readonly callId: string
  /** Last digits of the number outside, by which the records of a leg find each other. */
  readonly outside: string
  /** The carrier's side of the record; 'none' when no device of it is a trunk. */
  readonly trunkSide: 'none' | 'calling' | 'called'
  readonly isConference: boolean
  readonly isTransfer: boolean
  readonly startMs: number
  readonly endMs: number
  /** undefined in a record of an earlier file: nothing about it can change. */
  readonly cdr: Cdr | undefined
}

/** How long after the end of one record the next of the same leg may start. */
export const LEG_GAP_MS_MAX = 5_000

type Row = LinkedRow<CucmLeg>
type Leg = Row & { readonly facts: CucmLeg }

/** A leg to or from the carrier while its records are put together. */
interface OpenLeg {
  readonly first: Leg
  readonly rows: Leg[]
  endMs: number
}

/** Sets the outcome of every record that is not fixed. */
export function judgeCucmCall(rows: readonly Row[]): void {
  const known = rows.filter((row): row is Leg => row.facts !== undefined)
  const legs = withoutRepeated(known, ({ facts }) => facts.key).toSorted(
    (left, right) => left.facts.startMs - right.facts.startMs,
  )
  for (const row of rows) row.outcome = row.alone
  const open: OpenLeg[] = []
  for (const leg of legs) {
    const before = open.filter((one) => goesOn(leg.facts, one))
    const same = before.filter(({ first }) => first.facts.callId === leg.facts.callId)
    const candidates = same.length > 0 ? same : before
    const [earlier, other] = candidates
    if (earlier !== undefined && other === undefined) join(leg, earlier)
    else if (earlier !== undefined) decide(leg, unclear(leg, candidates))
    else if (leg.facts.isConference) decide(leg, bridgeLeg(leg))
    else if (leg.facts.outside !== '' && leg.facts.endMs > leg.facts.startMs) {
      open.push({ first: leg, rows: [leg], endMs: leg.facts.endMs })
    }
  }
  for (const leg of open) if (leg.rows.length > 1) decide(leg.first, wholeLeg(leg))
}

function goesOn(facts: CucmLeg, { first, endMs }: OpenLeg): boolean {
  if (facts.trunkSide === 'called' || facts.startMs < first.facts.startMs) return false
  if (facts.trunkSide === 'none' && !facts.isConference) return false
  if (facts.startMs > endMs + LEG_GAP_MS_MAX) return false
  return facts.isConference || facts.isTransfer || isSecondOf(facts, first.facts)
}

/** The same call, the outside number on the other side: it was called, and is now calling. */
function isSecondOf(facts: CucmLeg, first: CucmLeg): boolean {
  return facts.callId === first.callId && first.trunkSide === 'called'
}

function join(leg: Leg, earlier: OpenLeg): void {
  const { first } = earlier
  earlier.rows.push(leg)
  if (first.isFixed && !leg.isFixed && leg.facts.endMs > earlier.endMs) {
    const problem = 'goes on with a leg whose earlier part is charged already'
    decide(leg, rejected(leg, `${problem}; linked with ${first.facts.key}`))
  } else {
    const detail = `a part of the leg of ${first.facts.key}`
    decide(leg, unbillableRecord('linked_leg', detail, rawOf(leg)))
  }
  earlier.endMs = Math.max(earlier.endMs, leg.facts.endMs)
}

function wholeLeg({ first, endMs }: OpenLeg): DecodedRecord {
  const { cdr, startMs } = first.facts
  if (cdr === undefined) return first.alone
  return { ...cdr, durationSeconds: Math.round((endMs - startMs) / 1_000) }
}

function bridgeLeg(leg: Leg): DecodedRecord {
  const { trunkSide, cdr } = leg.facts
  if (trunkSide === 'called') return leg.alone
  if (trunkSide === 'calling') {
    return rejected(leg, 'a trunk in a conference; the call that it came from is not there')
  }
  return unbillableRecord('internal_leg', `${cdr?.sender ?? ''} in a conference`, rawOf(leg))
}

function unclear(leg: Leg, candidates: readonly OpenLeg[]): DecodedRecord {
  const keys = candidates.map(({ first }) => first.facts.key).join(', ')
  return rejected(leg, `several calls could go on in this leg; linked with ${keys}`)
}

function rejected(leg: Leg, detail: string): DecodedRecord {
  return rejectedRecord('legs_unclear', detail, rawOf(leg))
}

function decide(leg: Leg, outcome: DecodedRecord): void {
  if (!leg.isFixed) leg.outcome = outcome
}

function rawOf({ alone }: Leg): string {
  return alone.raw
}
