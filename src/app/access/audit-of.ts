/** What was done within a caller's reach, newest first. */
import { listAudit, type AuditEntry } from '../../audit/audit-log.ts'
import { directoryOf } from '../known-directory.ts'
import { accountsWithin, accountWithin, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'

export interface AuditQuestion {
  /** Of this one alone. */
  readonly accountId?: string | undefined
  readonly beforeEntryId?: number | undefined
  readonly limit: number
}

export async function auditOf(
  { operations, caller }: Desk,
  { accountId, beforeEntryId, limit }: AuditQuestion,
): Promise<AuditEntry[]> {
  requireRight(caller, 'see-audit')
  const page = { limit, ...(beforeEntryId === undefined ? {} : { beforeEntryId }) }
  if (accountId !== undefined) {
    accountWithin(caller, await directoryOf({ operations }), accountId)
    return listAudit(operations, { ...page, accountIds: [accountId] })
  }
  if (caller.reach.kind === 'operator') return listAudit(operations, page)
  const own = accountsWithin(caller, await directoryOf({ operations }))
  return listAudit(operations, { ...page, accountIds: own.map((one) => one.accountId) })
}
