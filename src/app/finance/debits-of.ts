/** `tik finance debit`: open invoices as a batch of direct debits, one of before, and what a bank refused. */
import { noteAct } from '../../audit/audit-log.ts'
import { TikError } from '../../core/failures/errors.ts'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { collectDebits, type DebitReport } from '../../invoicing/debit/collect-debits.ts'
import {
  collectedByIds,
  noteDebitReturn,
  readDebitBatch,
  type DebitBatch,
} from '../../invoicing/debit/debit-rows.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { openBillingParts } from '../billing-parts.ts'
import { actorOf, requireSellerFinance, visitorOf } from '../caller.ts'
import type { Desk } from '../desk.ts'

export interface DebitQuestion {
  readonly partnerId: string
  /** The day on which the bank is to collect. */
  readonly collectionDay: number
  readonly dryRun: boolean
}

/** Throws `usage_error` where the seller cannot collect or the day is no day to come. */
export async function debitsOf(
  desk: Desk,
  question: DebitQuestion,
  clock: Clock = systemClock,
): Promise<DebitReport> {
  const { partnerId } = question
  requireSellerFinance(desk.caller, partnerId)
  const parts = await openBillingParts(desk, clock)
  return collectDebits(parts, {
    ...question,
    actor: actorOf(desk.caller),
    note: (sql, { messageId, count, totalMicros }) =>
      noteAct(
        sql,
        visitorOf(desk.caller),
        {
          act: 'finance.debit',
          subject: messageId,
          accountId: '',
          partnerId,
          after: { count, totalMicros },
        },
        clock.nowMs(),
      ),
  })
}

/** One that was written, the same to the byte. Throws `not_found`. */
export async function debitBatchOf(
  desk: Desk,
  name: { readonly partnerId: string; readonly batchNumber: number },
): Promise<DebitBatch> {
  requireSellerFinance(desk.caller, name.partnerId)
  return readDebitBatch(desk.operations, name)
}

export interface RefusedDebit {
  readonly partnerId: string
  readonly endToEndId: string
  /** As the bank gives it, such as AC04. */
  readonly reasonCode: string
  readonly onDay: number
}

/** Notes what a bank refused before it was booked: no statement tells of it. Throws `not_found`. */
export async function noteRefusedDebit(
  desk: Desk,
  { partnerId, endToEndId, reasonCode, onDay }: RefusedDebit,
  clock: Clock = systemClock,
): Promise<void> {
  requireSellerFinance(desk.caller, partnerId)
  await desk.operations.transaction(async (sql) => {
    await requireOwn(sql, { partnerId, endToEndId })
    const nowMs = clock.nowMs()
    const actor = actorOf(desk.caller)
    await noteDebitReturn(sql, endToEndId, {
      reasonCode,
      onDay,
      bankEntryId: undefined,
      nowMs,
      actor,
    })
    const act = { act: 'finance.debit-refused', subject: endToEndId, accountId: '', partnerId }
    await noteAct(sql, visitorOf(desk.caller), { ...act, after: { reasonCode } }, nowMs)
  })
}

async function requireOwn(
  sql: SqlRunner,
  { partnerId, endToEndId }: Pick<RefusedDebit, 'partnerId' | 'endToEndId'>,
): Promise<void> {
  const found = await collectedByIds(sql, [endToEndId])
  if (found.some((each) => each.endToEndId === endToEndId && each.partnerId === partnerId)) return
  throw new TikError('not_found', `${partnerId} has no collection ${endToEndId}`, {
    hint: 'it is the EndToEndId of the file that was sent to the bank',
  })
}
