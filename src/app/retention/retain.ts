/**
 * `tik retain`: what is beyond its time is masked or deleted in every copy that tik has. A dry run counts and
 * changes nothing; a run that was stopped is run again. Everything is noted in the audit log.
 */
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { addHold, openHolds, releaseHold, type RetentionHold } from '../../retention/holds.ts'
import { documentsBeyond, removeCopies, removeDocuments } from '../../retention/retain-documents.ts'
import { filesBeyond, removeFiles } from '../../retention/retain-files.ts'
import { monthsToDo, retainMonths, type MonthToDo } from '../../retention/retain-ledger.ts'
import { endOfMonthMs, monthsBeyond } from '../../retention/retention-terms.ts'
import { TikError } from '../../core/failures/errors.ts'
import { invoiceOf } from '../billing/invoice-archive.ts'
import { accountWithin, requireOperator, visitorOf } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import { directoryOf } from '../known-directory.ts'

export interface RetentionReport {
  /** Last month of recording that is beyond, YYYYMM; 0: none, or never. */
  readonly maskMonth: number
  readonly deleteMonth: number
  readonly months: readonly MonthToDo[]
  readonly filesCount: number
  readonly documentsCount: number
  readonly heldAccounts: readonly string[]
}

/** Throws `config_invalid`, and `usage_error` where no time is set. */
export async function retain(
  desk: Desk,
  { dryRun, clock = systemClock }: { readonly dryRun: boolean; readonly clock?: Clock },
): Promise<RetentionReport> {
  requireOperator(desk.caller)
  const { config, clickhouse, operations, folder } = desk
  const nowMs = clock.nowMs()
  const beyond = monthsBeyond(config, nowMs)
  if (config.maskNumbersAfterDays === undefined) {
    throw new TikError('usage_error', 'no time is set after which anything is masked or deleted', {
      hint: 'set TIK_MASK_NUMBERS_AFTER_DAYS and TIK_DELETE_DETAILS_AFTER_DAYS; docs/retention.md',
    })
  }
  const heldAccounts = [...new Set((await openHolds(operations)).map(({ accountId }) => accountId))]
  const beforeMs = endOfMonthMs(beyond.maskMonth)
  const months = await monthsToDo(clickhouse, beyond, heldAccounts)
  const files = await filesBeyond(desk, beyond.maskMonth, heldAccounts)
  const documents = await documentsBeyond(operations, beforeMs, heldAccounts)
  const report = {
    ...beyond,
    months,
    filesCount: files.length,
    documentsCount: documents.length,
    heldAccounts,
  }
  if (dryRun) return report
  // The archive goes last: while a file is there, what the ledger lost can be made again.
  await retainMonths(clickhouse, beyond, heldAccounts)
  await removeDocuments(operations, folder.subfolder('invoices'), documents, nowMs)
  await removeCopies(operations, folder.subfolder('mails'), beforeMs)
  await removeFiles(desk, folder.subfolder('archive'), files, nowMs)
  await note(desk, { act: 'retention.run', subject: 'retention', ...NOBODYS, after: report })
  return report
}

const NOBODYS = { accountId: '', partnerId: '' }

export function holdsOf(desk: Desk): Promise<RetentionHold[]> {
  requireOperator(desk.caller)
  return openHolds(desk.operations)
}

/** Nothing of the account is removed until it is released. Throws `not_found`. */
export async function hold(
  desk: Desk,
  wish: { readonly accountId?: string; readonly invoiceNumber?: string; readonly reason: string },
): Promise<RetentionHold> {
  requireOperator(desk.caller)
  const { invoiceNumber = '', reason } = wish
  const accountId =
    wish.accountId ??
    (await invoiceOf(desk, { number: invoiceNumber, partnerId: undefined })).accountId
  const { partnerId } = accountWithin(desk.caller, await directoryOf(desk), accountId)
  const heldBy = visitorOf(desk.caller).name
  const made = { accountId, invoiceNumber, reason, heldBy, heldMs: systemClock.nowMs() }
  const holdId = await addHold(desk.operations, made)
  const subject = `hold:${holdId}`
  await note(desk, { act: 'retention.hold', subject, accountId, partnerId, after: made })
  return { ...made, holdId }
}

/** Throws `not_found`. */
export async function release(desk: Desk, holdId: number): Promise<void> {
  const found = (await holdsOf(desk)).find((one) => one.holdId === holdId)
  if (found === undefined) throw new TikError('not_found', `there is no hold ${holdId}`)
  await releaseHold(desk.operations, holdId, systemClock.nowMs())
  const { accountId } = found
  const act = { act: 'retention.release', subject: `hold:${holdId}`, accountId, partnerId: '' }
  await note(desk, { ...act, before: found })
}
