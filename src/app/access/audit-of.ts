/** What was done within a caller's reach, newest first. */
import { listAudit, type AuditEntry } from '../../audit/audit-log.ts'
import { directoryOf } from '../rating-parts.ts'
import { accountsWithin, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'

export interface AuditQuestion {
  readonly beforeEntryId?: number | undefined
  readonly limit: number
}

export async function auditOf(
  { operations, caller }: Desk,
  { beforeEntryId, limit }: AuditQuestion,
): Promise<AuditEntry[]> {
  requireRight(caller, 'see-audit')
  const page = { limit, ...(beforeEntryId === undefined ? {} : { beforeEntryId }) }
  if (caller.reach.kind === 'operator') return listAudit(operations, page)
  const own = accountsWithin(caller, await directoryOf({ operations }))
  return listAudit(operations, { ...page, accountIds: own.map(({ accountId }) => accountId) })
}
