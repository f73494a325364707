/** What could not be rated and waits: seeing it, and giving it up. Rating it again is replay-into.ts. */
import { systemClock } from '../../core/time/clock.ts'
import { listRejects, type RejectGroup } from '../../corrections/suspense/list-rejects.ts'
import type { RejectFilter } from '../../corrections/suspense/reject-filter.ts'
import { createSuspense } from '../../corrections/suspense/waiting-rejects.ts'
import { writeOffRejects, type WriteOff } from '../../corrections/suspense/write-off-rejects.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'

/** By reason, with counts, samples and what they may be worth. */
export async function waitingRecords(
  desk: Desk,
  filter: RejectFilter = {},
): Promise<RejectGroup[]> {
  requireOperator(desk.caller)
  return listRejects(desk.clickhouse, systemClock.nowMs(), filter)
}

/** Returns how many were given up. */
export async function writeOffRecords(desk: Desk, writeOff: WriteOff): Promise<number> {
  requireOperator(desk.caller)
  const parts = {
    suspense: createSuspense(desk.clickhouse),
    ledger: createClickHouseLedger(desk.clickhouse),
    clock: systemClock,
    batchRowsMax: desk.config.batchRowsMax,
  }
  const count = await writeOffRejects(parts, writeOff)
  const noted = { act: 'rejects.write-off', subject: 'rejects', accountId: '', partnerId: '' }
  await note(desk, { ...noted, after: { count, ...writeOff } })
  return count
}
