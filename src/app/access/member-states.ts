/** How the users of an account get in: their second step, when they were last here, whether an invitation waits. */
import { z } from 'zod'
import { systemClock } from '../../core/time/clock.ts'
import { accountWithin, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { directoryOf } from '../known-directory.ts'

export interface MemberState {
  readonly hasFactor: boolean
  readonly hasPasskey: boolean
  /** Of a session that is open still; undefined where there is none. */
  readonly seenMs: number | undefined
  /** Invited, and no password yet. */
  readonly isInvited: boolean
}

/** By user id. Throws `not_found`, `not_allowed`. */
export async function memberStates(
  desk: Desk,
  accountId: string,
): Promise<ReadonlyMap<string, MemberState>> {
  requireRight(desk.caller, 'manage-users')
  accountWithin(desk.caller, await directoryOf(desk), accountId)
  const rows = await desk.operations.query(MEMBERS, [accountId, systemClock.nowMs()], memberRow)
  return new Map(rows.map(({ userId, ...state }) => [userId, state]))
}

const MEMBERS = `
  SELECT user_id,
    EXISTS (SELECT 1 FROM second_factors WHERE person = 'user:' || user_id
      AND confirmed_ms IS NOT NULL) AS has_factor,
    EXISTS (SELECT 1 FROM passkeys WHERE person = 'user:' || user_id) AS has_passkey,
    (SELECT max(seen_ms) FROM sessions WHERE person = 'user:' || user_id) AS seen_ms,
    NOT EXISTS (SELECT 1 FROM passwords WHERE person = 'user:' || user_id)
      AND EXISTS (SELECT 1 FROM access_links WHERE person = 'user:' || user_id
        AND purpose = 'invite' AND used_ms IS NULL AND expires_ms > $2) AS is_invited
  FROM users WHERE account_id = $1`

const memberRow = z
  .object({
    user_id: z.string(),
    has_factor: z.boolean(),
    has_passkey: z.boolean(),
    seen_ms: z.int().nullable(),
    is_invited: z.boolean(),
  })
  .transform((row) => ({
    userId: row.user_id,
    hasFactor: row.has_factor,
    hasPasskey: row.has_passkey,
    seenMs: row.seen_ms ?? undefined,
    isInvited: row.is_invited,
  }))
