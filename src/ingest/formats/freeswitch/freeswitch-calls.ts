/**
 * The documents of one FreeSWITCH call, judged together: the leg that called, and the legs that it
 * originated. A leg through a gateway is the carrier's; it is charged once, to whoever made it.
 *
 * - A phone called: its own document carries the call, and the leg it originated is internal. When several
 *   of them were answered by the carrier (a transfer), each of those is charged instead.
 * - A caller from outside was sent on through a gateway: that leg is forwarded, and the number that had
 *   been called pays.
 * - The exchange called both sides (click to call): the legs through a gateway are charged, each once.
 * - A leg through a gateway whose originator is not there stays internal: its document carries the call.
 */
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import { unbillableRecord } from '../decoded-record.ts'
import { withoutRepeated } from '../linked-window.ts'
import type { LinkedRow } from '../linked-window.ts'

export interface FreeswitchLeg {
  readonly uuid: string
  /** uuid of the leg that originated this one; '' when it is the first. */
  readonly originator: string
  readonly isOutbound: boolean
  /** It came in from outside, by its context. */
  readonly isIncoming: boolean
  readonly isThroughGateway: boolean
  readonly isAnswered: boolean
  /** The leg as usage, or why it cannot be. */
  readonly usage: DecodedRecord
}

type Row = LinkedRow<FreeswitchLeg>
type Leg = Row & { readonly facts: FreeswitchLeg }

/** By which the legs of a call find each other. */
export function linkOfLeg({ originator, uuid }: FreeswitchLeg): string {
  return originator === '' ? uuid : originator
}

/** Sets the outcome of every document that is not fixed. */
export function judgeFreeswitchCall(rows: readonly Row[]): void {
  for (const row of rows) row.outcome = row.alone
  const known = rows.filter((row): row is Leg => row.facts !== undefined)
  const legs = withoutRepeated(known, ({ facts }) => facts.uuid)
  const first = legs.find(({ facts }) => facts.originator === '')
  if (first === undefined) return
  const carried = legs.filter((leg) => leg !== first && isCarriersLeg(leg))
  const { isOutbound, isIncoming, isThroughGateway } = first.facts
  if (isOutbound && isThroughGateway) decide(first, first.facts.usage)
  const isMadeByPhone = !isOutbound && !isIncoming
  // A document that is posted again is one leg.
  const legsCount = new Set(carried.map(({ facts }) => facts.uuid)).size
  if (isMadeByPhone && legsCount < 2) return
  for (const leg of carried) {
    if (!leg.isFixed) decide(leg, isOutbound ? leg.facts.usage : madeBy(first, leg.facts.usage))
  }
  if (first.isFixed) return
  const earlier = carried.find(({ isFixed }) => isFixed)
  if (isMadeByPhone) {
    const detail = 'its legs to the carrier are charged by themselves'
    if (earlier === undefined)
      decide(first, unbillableRecord('linked_leg', detail, first.alone.raw))
  } else if (earlier !== undefined && !isThroughGateway) {
    // The leg left as internal in an earlier file, before anybody knew who made it: it is charged here.
    const { usage } = earlier.facts
    const made = isOutbound ? usage : madeBy(first, usage)
    decide(first, made.status === 'cdr' ? { ...made, recordKey: first.facts.uuid } : made)
  }
}

function isCarriersLeg({ facts }: Leg): boolean {
  return facts.isOutbound && facts.isThroughGateway && facts.isAnswered
}

/** The leg to the carrier, of the one who called; of the number that was called, when that forwards. */
function madeBy(first: Leg, usage: DecodedRecord): DecodedRecord {
  const { usage: call, isIncoming } = first.facts
  if (usage.status !== 'cdr' || call.status !== 'cdr') return usage
  const made: Cdr = { ...usage, sender: call.sender, servedNumber: call.servedNumber }
  const trunk = usage.trunk === '' ? call.trunk : usage.trunk
  return isIncoming ? { ...made, trunk, direction: 'forwarded' } : { ...made, trunk }
}

function decide(leg: Leg, outcome: DecodedRecord): void {
  if (!leg.isFixed) leg.outcome = outcome
}
