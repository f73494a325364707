/** The log of what left suspense: each run is a partition, so a run can be looked at as one. */
import { REPLAY_LOG, type LogPartition } from '../../core/usage/ledger-row.ts'
import type { Ledger } from '../../ledger/ledger.ts'

/** The partition of the next run. Two runs cannot share it: the ledger refuses the second writer. */
export async function nextReplayRun(ledger: Pick<Ledger, 'lastOffsets'>): Promise<LogPartition> {
  const lastOffsets = await ledger.lastOffsets(REPLAY_LOG)
  const last = [...lastOffsets.keys()].reduce((most, number) => Math.max(most, number), 0)
  return { source: REPLAY_LOG, partition: last + 1 }
}
