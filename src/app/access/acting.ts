/** Staff on the pages of a customer: that they look is noted, and acting for the customer begins with a check. */
import { lastActMs } from '../../audit/audit-log.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Account } from '../../core/accounts/accounts.ts'
import { systemClock } from '../../core/time/clock.ts'
import {
  actingOf,
  dropActing,
  setActing,
  VERIFICATIONS,
  type Acting,
} from '../../identity/acting-sessions.ts'
import { accountWithin, requireRight, visitorOf } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import { directoryOf } from '../known-directory.ts'

/** One who goes from page to page looks once. */
const LOOK_AGAIN_MS = 60 * 60_000

/** Notes that an account is looked at, once an hour. */
export async function noteLook(desk: Desk, { accountId, partnerId }: Account): Promise<void> {
  const look = { actor: visitorOf(desk.caller).name, act: 'account.look', accountId }
  const lastMs = await lastActMs(desk.operations, look)
  if (lastMs !== undefined && lastMs > systemClock.nowMs() - LOOK_AGAIN_MS) return
  await note(desk, { act: look.act, subject: `account ${accountId}`, accountId, partnerId })
}

/** For whom the session acts now. */
export function ownActing(desk: Desk, sessionId: string): Promise<Acting | undefined> {
  return actingOf(desk.operations, sessionId, systemClock.nowMs())
}

export interface ActingWish {
  readonly accountId: string
  readonly verifiedBy: string
  readonly remark: string
}

/** Throws `usage_error` where nothing says how the caller was verified; `not_found`, `not_allowed`. */
export async function beginActing(
  desk: Desk,
  sessionId: string,
  { accountId, verifiedBy: written, remark }: ActingWish,
): Promise<void> {
  requireRight(desk.caller, 'act-for-customers')
  const { partnerId } = accountWithin(desk.caller, await directoryOf(desk), accountId)
  const verifiedBy = VERIFICATIONS.find((one) => one === written)
  if (verifiedBy === undefined) {
    throw new TikError('usage_error', 'say how the caller was verified')
  }
  const acting = { accountId, verifiedBy, remark, sinceMs: systemClock.nowMs() }
  await setActing(desk.operations, sessionId, acting)
  const act = { act: 'account.act-for', subject: `account ${accountId}`, accountId, partnerId }
  await note(desk, { ...act, after: { verifiedBy, remark } })
}

export async function endActing(desk: Desk, sessionId: string): Promise<void> {
  const acting = await ownActing(desk, sessionId)
  await dropActing(desk.operations, sessionId)
  if (acting === undefined) return
  const { accountId } = acting
  const subject = `account ${accountId}`
  await note(desk, { act: 'account.act-for-end', subject, accountId, partnerId: '' })
}
