/** Notes what a caller did, in the operations store that the act itself is written to. */
import { noteAct, type Act } from '../audit/audit-log.ts'
import { systemClock } from '../core/time/clock.ts'
import { visitorOf } from './caller.ts'
import type { Desk } from './desk.ts'

export async function note(desk: Pick<Desk, 'operations' | 'caller'>, act: Act): Promise<void> {
  await noteAct(desk.operations, visitorOf(desk.caller), act, systemClock.nowMs())
}
