/** How adapters make the records that they emit, so that each kind has one shape. */
import type { RejectReason, UnbillableReason } from '../../core/failures/reasons.ts'
import type { UndecodedRecord, UsageKind } from '../../core/usage/usage.ts'
import { RECORD_BYTES_MAX } from '../format.ts'

/** A call longer than 31 days, or a volume of a petabyte, is a misread field. */
export const DURATION_SECONDS_MAX = 2_678_400
export const VOLUME_BYTES_MAX = 1e15
export const COUNT_MAX = 1e9
/** An event counts what it sells; of content these are micros: ten million EUR. */
const EVENT_COUNT_MAX = 1e13

/** The largest count of a record of this kind that is believed. */
export function countMaxOf(kind: UsageKind): number {
  return kind === 'event' ? EVENT_COUNT_MAX : COUNT_MAX
}

export function rejectedRecord(reason: RejectReason, detail: string, raw: string): UndecodedRecord {
  return { status: 'rejected', reason, detail, raw }
}

export function unbillableRecord(
  reason: UnbillableReason,
  detail: string,
  raw: string,
): UndecodedRecord {
  return { status: 'unbillable', reason, detail, raw }
}

/**
 * What cannot be used of a call that nobody answered is no fault: a database writes `0000-00-00`,
 * `NULL` or nothing for what never happened. Of a call that was answered it is a reject.
 */
export function unusableRecord(
  isAnswered: boolean,
  problem: { readonly reason: RejectReason; readonly detail: string },
  raw: string,
): UndecodedRecord {
  if (!isAnswered) return unbillableRecord('not_answered', problem.detail, raw)
  return rejectedRecord(problem.reason, problem.detail, raw)
}

export function oversizedRecord(head: string): UndecodedRecord {
  return rejectedRecord('malformed_record', `longer than ${RECORD_BYTES_MAX} bytes`, head)
}
