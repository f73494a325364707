/**
 * A single change that a person makes now: the same contents and the same import as an event, so rules
 * stay in one place. What changes nothing is not noted; what does not fit is thrown and not kept.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Directory } from '../../core/accounts/accounts.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { DirectoryContent } from '../document/build-directory.ts'
import { importIntoTransaction, type ImportReport } from '../store/import-directory.ts'
import { readDirectory } from '../store/load-directory.ts'
import { describeReport, noteEvent, subjectOf } from './apply-directory-event.ts'
import { directoryEventSchema, type DirectoryEvent } from './directory-event.ts'
import { contentOf } from './event-content.ts'
import { wrong } from './event-parts.ts'

export interface HandChange {
  readonly report: ImportReport
  readonly isChanged: boolean
  /** Whose next invoices may say something else; in order. */
  readonly accountIds: readonly string[]
  /** From when on it holds; undefined for what has no date. */
  readonly atMs: number | undefined
}

/** An event in its written form, without an id. Throws `accounts_invalid` with all that is wrong. */
export function parseChange(written: object, atMs: number): DirectoryEvent {
  const text = JSON.stringify(written)
  const id = `hand:${atMs}:${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
  const parsed = directoryEventSchema.safeParse({ ...written, id })
  if (parsed.success) return parsed.data
  throw wrong(
    parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`),
  )
}

/** In a transaction of the caller. Throws `accounts_invalid` where it does not fit what there is. */
export async function changeByHand(
  sql: SqlRunner,
  event: DirectoryEvent,
  by: { readonly atMs: number; readonly changedBy: string },
): Promise<HandChange> {
  await sql.execute('LOCK TABLE directory_events IN SHARE ROW EXCLUSIVE MODE')
  const known = await readDirectory(sql)
  const { content, atMs } = contentOf(event, known)
  const accountIds = await touchedAccounts(sql, content, known)
  const report = await importIntoTransaction(sql, content, { ...by, dryRun: false })
  const isChanged = Object.values(report).some(
    ({ added, changed }) => added.length + changed.length > 0,
  )
  if (isChanged) {
    const received = { text: JSON.stringify(event), place: by.changedBy, receivedMs: by.atMs }
    const named = { eventId: event.id, type: event.type, ...subjectOf(event), atMs }
    await noteEvent(sql, received, { ...named, state: 'applied', detail: describeReport(report) })
  }
  return { report, isChanged, accountIds, atMs: atMs ?? undefined }
}

async function touchedAccounts(
  sql: SqlRunner,
  { directory, oneOffCharges, removedChargeIds = [] }: DirectoryContent,
  known: Directory,
): Promise<string[]> {
  const holders = new Map(known.subscriptions.map((one) => [one.subscriptionId, one.accountId]))
  const removed = await sql.query(
    'SELECT account_id FROM one_off_charges WHERE charge_id = ANY($1::text[])',
    [removedChargeIds],
    z.object({ account_id: z.string() }).transform((row) => row.account_id),
  )
  const ids = [
    ...directory.accounts.keys(),
    ...directory.subscriptions.flatMap(({ subscriptionId, accountId }) => {
      const before = holders.get(subscriptionId)
      return before === undefined ? [accountId] : [before, accountId]
    }),
    ...oneOffCharges.map(({ accountId }) => accountId),
    ...removed,
  ]
  return [...new Set(ids)].sort()
}
