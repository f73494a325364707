/** Limit mails that wait for `tik alerts send`, as `ingest`, `status` and `bill check` tell of them. */
import { createCrossingReader } from '../../alerts/crossings/ledger-crossings.ts'
import { waitingLimitMails, type WaitingLimitMails } from '../../alerts/waiting-limit-mails.ts'
import { loadDirectory } from '../../directory/store/load-directory.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'

export async function limitMailsWaiting(desk: Desk): Promise<WaitingLimitMails[]> {
  requireOperator(desk.caller)
  const reader = createCrossingReader(desk.clickhouse)
  return waitingLimitMails(desk.operations, reader, await loadDirectory(desk.operations))
}
