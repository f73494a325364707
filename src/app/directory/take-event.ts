/** One event of another system that changes accounts or subscriptions, as it comes over a door. */
import { systemClock } from '../../core/time/clock.ts'
import {
  applyDirectoryEvent,
  type AppliedEvent,
} from '../../directory/events/apply-directory-event.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'

/** Applied once, known by its id. What does not fit is kept as refused, with the reason. */
export async function takeEvent(desk: Desk, event: object): Promise<AppliedEvent> {
  requireOperator(desk.caller)
  const received = {
    text: JSON.stringify(event),
    place: desk.caller.name,
    receivedMs: systemClock.nowMs(),
  }
  const applied = await applyDirectoryEvent(desk.operations, received)
  const { eventId, type, state } = applied
  const whose = { accountId: '', partnerId: '' }
  await note(desk, { act: 'event.take', subject: eventId, ...whose, after: { type, state } })
  return applied
}
