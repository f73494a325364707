/**
 * The rows of one Asterisk call, judged together. A trunk channel is a leg to or from the carrier, and
 * the carrier charges it from its answer to its end, whatever the exchange did with it meanwhile: each
 * such leg is one usage, of whoever made it, for its whole length; it stands on the row that began it.
 *
 * - Made outwards: the leg's first row has it as the called side. The caller of that row made it; when
 *   that caller is the one from outside, the number that he had called forwards, and pays.
 * - Came in: the leg's first row has it as the calling side, and that row began the call.
 * - Every other row of a leg goes on with it (a transfer, a conference, a queue that tries the next
 *   phone): `linked_leg`. Rows between phones that only deliver a call from outside are internal.
 * - A leg that began before the rows that are there, or whose makers contradict each other, is rejected
 *   with the rows that it is linked with.
 */
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import { rejectedRecord, unbillableRecord } from '../decoded-record.ts'
import { withoutRepeated } from '../linked-window.ts'
import type { LinkedRow } from '../linked-window.ts'

export interface AsteriskLeg {
  /** As if it were usage: with its number, its seconds and where it was made. */
  readonly cdr: Cdr
  /** Trunk channels on the calling and the called side; '' when that side is no trunk. */
  readonly from: string
  readonly to: string
  /** A phone of the exchange made it: no trunk, no Local half. */
  readonly isFromPhone: boolean
  readonly isAnswered: boolean
  /** The calling channel is the first one of the call, or came in by the context for that. */
  readonly beganCall: boolean
  /** The number that was dialled to come here. */
  readonly dst: string
}

type Row = LinkedRow<AsteriskLeg>
type Leg = Row & { readonly facts: AsteriskLeg }

/** Sets the outcome of every row that is not fixed. */
export function judgeAsteriskCall(rows: readonly Row[]): void {
  const known = rows.filter((row): row is Leg => row.facts !== undefined)
  const legs = withoutRepeated(known, keyOf)
  const carriers = carrierLegs(legs)
  const incoming = carriers.filter(({ isOutgoing }) => !isOutgoing)
  for (const row of rows) row.outcome = row.alone
  for (const leg of legs) {
    if (!leg.isFixed) leg.outcome = outcomeOf(leg, carriers, incoming)
  }
}

interface CarrierLeg {
  readonly channel: string
  readonly isOutgoing: boolean
  /** All rows of the leg, earliest first. */
  readonly rows: readonly Leg[]
  /** The row that carries the leg. */
  readonly bearer: Leg
  readonly startMs: number
  readonly durationSeconds: number
  /** Why nothing can be said of it; '' when it can. */
  readonly problem: string
}

function carrierLegs(legs: readonly Leg[]): CarrierLeg[] {
  const byChannel = new Map<string, Leg[]>()
  for (const leg of legs) {
    for (const channel of new Set([leg.facts.from, leg.facts.to])) {
      if (channel === '') continue
      const rows = byChannel.get(channel) ?? []
      rows.push(leg)
      byChannel.set(channel, rows)
    }
  }
  return Array.from(byChannel, ([channel, rows]) => carrierLeg(channel, rows))
}

function carrierLeg(channel: string, unsorted: readonly Leg[]): CarrierLeg {
  const rows = unsorted.toSorted((left, right) => left.facts.cdr.startMs - right.facts.cdr.startMs)
  const [first] = rows
  const isOutgoing = rows.some(
    ({ facts }) => facts.to === channel && facts.cdr.startMs === first?.facts.cdr.startMs,
  )
  const made = rows.filter(({ facts }) => (isOutgoing ? facts.to : facts.from) === channel)
  const answered = rows.filter(({ facts }) => facts.isAnswered)
  const bearer = bearerOf(made)
  const startMs = answered[0]?.facts.cdr.startMs ?? bearer.facts.cdr.startMs
  const endMs = Math.max(...answered.map(endMsOf))
  const durationSeconds =
    answered.length > 1
      ? Math.round((endMs - startMs) / 1_000)
      : (answered[0]?.facts.cdr.durationSeconds ?? 0)
  const problem = answered.length === 0 ? '' : problemOf(made, bearer, isOutgoing)
  return { channel, isOutgoing, rows, bearer, startMs, durationSeconds, problem }
}

/** The earliest answered row; of several at one moment, the one that a phone made. */
function bearerOf(made: readonly Leg[]): Leg {
  const answered = made.filter(({ facts }) => facts.isAnswered)
  const candidates = answered.length > 0 ? answered : made
  const atFirst = candidates.filter((leg) => startsWith(leg, candidates))
  const bearer = atFirst.find(({ facts }) => facts.isFromPhone) ?? atFirst[0]
  if (bearer === undefined) throw new RangeError('a carrier leg has a row')
  return bearer
}

function startsWith(leg: Leg, candidates: readonly Leg[]): boolean {
  return leg.facts.cdr.startMs === candidates[0]?.facts.cdr.startMs
}

function problemOf(made: readonly Leg[], bearer: Leg, isOutgoing: boolean): string {
  if (!isOutgoing) {
    if (bearer.facts.beganCall || made.some(({ facts }) => facts.beganCall)) return ''
    return 'the row that began this leg is not there'
  }
  const others = made.filter(
    ({ facts }) =>
      facts.isFromPhone &&
      bearer.facts.isFromPhone &&
      facts.isAnswered &&
      facts.cdr.startMs === bearer.facts.cdr.startMs &&
      (facts.cdr.sender !== bearer.facts.cdr.sender || facts.cdr.trunk !== bearer.facts.cdr.trunk),
  )
  return others.length === 0 ? '' : 'two callers made this leg at one moment'
}

function outcomeOf(
  leg: Leg,
  carriers: readonly CarrierLeg[],
  incoming: readonly CarrierLeg[],
): DecodedRecord {
  const { facts } = leg
  const touched = carriers.filter(({ rows }) => rows.includes(leg))
  if (touched.length === 0) return insideOutcome(leg, incoming)
  const borne = touched.filter(({ bearer }) => bearer === leg)
  const carried = borne.find(({ isOutgoing }) => isOutgoing) ?? borne[0]
  if (carried !== undefined && carried.problem === '') return usageOf(carried, incoming)
  const unclear = touched.find(({ problem }) => problem !== '')
  if (unclear !== undefined) return unclearLeg(leg, unclear, unclear.problem)
  const open = touched.find((carrier) => goesBeyond(leg, carrier))
  if (open !== undefined) {
    return unclearLeg(leg, open, 'goes on with a leg whose earlier part is charged already')
  }
  const key = touched[0]?.bearer.facts.cdr.recordKey ?? ''
  return unbillableRecord('linked_leg', `a part of the leg of ${key}`, facts.cdr.raw)
}

/** The leg's bearer has left, with the seconds that were known then. */
function goesBeyond(leg: Leg, { bearer, rows }: CarrierLeg): boolean {
  if (!bearer.isFixed || !leg.facts.isAnswered) return false
  const knownEndMs = Math.max(...rows.filter(({ isFixed }) => isFixed).map(endMsOf))
  return endMsOf(leg) > knownEndMs
}

function usageOf(carrier: CarrierLeg, incoming: readonly CarrierLeg[]): DecodedRecord {
  const { bearer, startMs, durationSeconds } = carrier
  const { cdr } = bearer.facts
  const whole: Cdr = { ...cdr, startMs, durationSeconds }
  if (!carrier.isOutgoing) {
    return { ...whole, direction: 'in', servedNumber: bearer.facts.dst, receiver: bearer.facts.dst }
  }
  const from = incoming.find((one) => one.bearer !== bearer && isSameCaller(one.bearer, bearer))
  if (from === undefined || bearer.facts.from !== '') return whole
  const { dst, cdr: called } = from.bearer.facts
  const trunk = cdr.trunk === '' ? called.trunk : cdr.trunk
  return { ...whole, direction: 'forwarded', servedNumber: dst, trunk }
}

/** Rows without a trunk: they only deliver a call from outside, or are calls between phones. */
function insideOutcome(leg: Leg, incoming: readonly CarrierLeg[]): DecodedRecord {
  const delivered = incoming.find((one) => isSameCaller(one.bearer, leg))
  if (delivered === undefined) return leg.alone
  const key = delivered.bearer.facts.cdr.recordKey
  return unbillableRecord('internal_leg', `delivers the call of ${key}`, leg.facts.cdr.raw)
}

function isSameCaller(left: Leg, right: Leg): boolean {
  const caller = left.facts.cdr.sender
  return caller !== '' && caller === right.facts.cdr.sender
}

function keyOf(leg: Leg): string {
  return leg.facts.cdr.recordKey
}

const LINKED_KEYS_SHOWN = 5

function unclearLeg(leg: Leg, { channel, rows }: CarrierLeg, problem: string): DecodedRecord {
  const others = rows.filter((row) => row !== leg).map(keyOf)
  const shown = others.slice(0, LINKED_KEYS_SHOWN).join(', ')
  const linked = others.length === 0 ? '' : `; linked with ${shown}`
  const more =
    others.length > LINKED_KEYS_SHOWN ? ` and ${others.length - LINKED_KEYS_SHOWN} more` : ''
  return rejectedRecord('legs_unclear', `${channel}: ${problem}${linked}${more}`, leg.facts.cdr.raw)
}

function endMsOf({ facts: { cdr } }: Leg): number {
  return cdr.startMs + cdr.durationSeconds * 1_000
}
