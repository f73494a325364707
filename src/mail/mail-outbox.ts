/**
 * The outbox: every mail that leaves tik waits here until a server took it or refused it. A mail is
 * claimed before it is sent and its claim renewed right before, so two dispatchers never send one mail,
 * however slow the server is; when a dispatcher dies in between, the claim runs out and the mail goes
 * again under the same Message-ID.
 */
import { z } from 'zod'
import type { OperationsStore, SqlRunner } from '../postgres/operations-store.ts'
import type { SendOutcome } from './mailer.ts'
import type { OutgoingMail } from './outgoing-mail.ts'

/** Waits after the 1st, 2nd, … attempt; after the last one the mail has failed. About 9 hours. */
export const RETRY_WAITS_MS = [
  30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000,
] as const
/** Longer than the longest time that sending one mail can take. */
export const CLAIM_MS = 180_000
const MAILS_PER_STATEMENT_MAX = 500

/** Puts mails into the outbox; one that is there already stays as it is. Returns how many are new. */
export async function queueMails(sql: SqlRunner, mails: readonly OutgoingMail[]): Promise<number> {
  let queuedCount = 0
  for (let start = 0; start < mails.length; start += MAILS_PER_STATEMENT_MAX) {
    const chunk = mails.slice(start, start + MAILS_PER_STATEMENT_MAX)
    queuedCount += await sql.execute(
      `INSERT INTO mails (${MAIL_COLUMNS}, next_attempt_ms)
       SELECT ${MAIL_COLUMNS}, created_ms FROM jsonb_populate_recordset(NULL::mails, $1::jsonb)
       ON CONFLICT (mail_id) DO NOTHING`,
      [JSON.stringify(chunk.map(toMailRow))],
    )
  }
  return queuedCount
}

/** A mail in hand until a moment, which nobody else can have written: whoever claims it later writes a later one. */
export interface ClaimedMail extends OutgoingMail {
  readonly claimedUntilMs: number
}

/** Claims up to `max` mails that are due, oldest first: all, or those that are named. */
export async function claimMails(
  store: OperationsStore,
  due: { nowMs: number; max: number; mailIds?: readonly string[] | undefined },
): Promise<ClaimedMail[]> {
  if (due.max <= 0) return []
  const rows = await store.query(
    `UPDATE mails SET next_attempt_ms = $1::bigint + ${CLAIM_MS}
     WHERE mail_id IN (
       SELECT mail_id FROM mails WHERE state = 'queued' AND next_attempt_ms <= $1::bigint
         AND ($3::text[] IS NULL OR mail_id = ANY($3))
       ORDER BY next_attempt_ms, created_ms, mail_id LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING ${MAIL_COLUMNS}`,
    [due.nowMs, due.max, due.mailIds ?? null],
    mailRow,
  )
  const claimedUntilMs = due.nowMs + CLAIM_MS
  return rows.map((row) => ({ ...fromMailRow(row), claimedUntilMs }))
}

/**
 * Right before it is sent: the claim lasts for this one mail from now on, and the attempt counts. Undefined
 * where it ran out while others of the same claim were sent, and somebody else has the mail.
 */
export async function beginAttempt(
  store: OperationsStore,
  { mailId, claimedUntilMs }: Pick<ClaimedMail, 'mailId' | 'claimedUntilMs'>,
  nowMs: number,
): Promise<number | undefined> {
  const untilMs = Math.max(nowMs + CLAIM_MS, claimedUntilMs)
  const renewed = await store.execute(
    `UPDATE mails SET next_attempt_ms = $3, attempts = attempts + 1
     WHERE mail_id = $1 AND state = 'queued' AND next_attempt_ms = $2`,
    [mailId, claimedUntilMs, untilMs],
  )
  return renewed === 1 ? untilMs : undefined
}

/** Gives back claimed mails that were not tried: they are due at that moment, and no attempt counts. */
export async function giveBackMails(
  store: OperationsStore,
  mails: readonly Pick<ClaimedMail, 'mailId' | 'claimedUntilMs'>[],
  { dueMs, reason }: { dueMs: number; reason: string },
): Promise<void> {
  if (mails.length === 0) return
  await store.execute(
    `UPDATE mails SET next_attempt_ms = $3, reason = CASE WHEN $4 = '' THEN reason ELSE $4 END
     FROM unnest($1::text[], $2::bigint[]) AS claimed (id, until_ms)
     WHERE mail_id = id AND state = 'queued' AND next_attempt_ms = until_ms`,
    [mails.map(({ mailId }) => mailId), mails.map((mail) => mail.claimedUntilMs), dueMs, reason],
  )
}

/**
 * Writes down how an attempt went that `beginAttempt` began. One that was put off is left to whoever has it by
 * now; one that left or was refused has, whoever has it.
 */
export async function settleMail(
  store: OperationsStore,
  { mailId, claimedUntilMs }: Pick<ClaimedMail, 'mailId' | 'claimedUntilMs'>,
  outcome: SendOutcome,
  nowMs: number,
): Promise<void> {
  if (outcome.status === 'later') {
    await store.execute(
      `UPDATE mails SET
         state = CASE WHEN attempts > $4 THEN 'failed' ELSE 'queued' END,
         finished_ms = CASE WHEN attempts > $4 THEN $3::bigint END,
         next_attempt_ms = $3::bigint + (($5::bigint[])[least(attempts, $4)]),
         reason = $2
       WHERE mail_id = $1 AND state = 'queued' AND next_attempt_ms = $6`,
      [mailId, outcome.reason, nowMs, RETRY_WAITS_MS.length, RETRY_WAITS_MS, claimedUntilMs],
    )
    return
  }
  const state = outcome.status === 'sent' ? 'sent' : 'failed'
  const reason = outcome.status === 'sent' ? '' : outcome.reason
  await store.execute(
    'UPDATE mails SET state = $2, reason = $3, finished_ms = $4 WHERE mail_id = $1',
    [mailId, state, reason, nowMs],
  )
}

/** How many mails were sent since then, and when the first of them: for the drain rate. */
export async function sentSince(
  store: OperationsStore,
  sinceMs: number,
): Promise<{ count: number; firstMs: number | undefined }> {
  const [row] = await store.query(
    `SELECT count(*)::int AS count, min(finished_ms) AS first FROM mails
     WHERE state = 'sent' AND finished_ms > $1`,
    [sinceMs],
    z.object({ count: z.int(), first: z.int().nullable() }),
  )
  return { count: row?.count ?? 0, firstMs: row?.first ?? undefined }
}

/** How many mails wait, and since when the oldest does: for health and metrics. */
export async function outboxBacklog(
  store: OperationsStore,
): Promise<{ queuedCount: number; failedCount: number; oldestMs: number | undefined }> {
  const [row] = await store.query(
    `SELECT count(*) FILTER (WHERE state = 'queued')::int AS queued,
            count(*) FILTER (WHERE state = 'failed')::int AS failed,
            min(created_ms) FILTER (WHERE state = 'queued') AS oldest
     FROM mails`,
    [],
    z.object({ queued: z.int(), failed: z.int(), oldest: z.int().nullable() }),
  )
  return {
    queuedCount: row?.queued ?? 0,
    failedCount: row?.failed ?? 0,
    oldestMs: row?.oldest ?? undefined,
  }
}

const attachment = z.intersection(
  z.object({ fileName: z.string(), contentType: z.string() }),
  z.union([z.object({ content: z.string() }), z.object({ path: z.string() })]),
)

const mailRow = z.object({
  mail_id: z.string(),
  message_id: z.string(),
  kind: z.string(),
  account_id: z.string(),
  user_id: z.string(),
  sender_name: z.string(),
  sender_email: z.string(),
  recipient_name: z.string(),
  recipient_email: z.string(),
  language: z.string(),
  subject: z.string(),
  text_body: z.string(),
  html_body: z.string(),
  attachments: z.array(attachment),
  created_ms: z.int(),
})
const MAIL_COLUMNS = Object.keys(mailRow.shape).join(', ')

function toMailRow(mail: OutgoingMail): z.output<typeof mailRow> {
  return {
    mail_id: mail.mailId,
    message_id: mail.messageId,
    kind: mail.kind,
    account_id: mail.accountId,
    user_id: mail.userId,
    sender_name: mail.sender.name,
    sender_email: mail.sender.email,
    recipient_name: mail.recipient.name,
    recipient_email: mail.recipient.email,
    language: mail.language,
    subject: mail.subject,
    text_body: mail.text,
    html_body: mail.html,
    attachments: [...mail.attachments],
    created_ms: mail.createdMs,
  }
}

function fromMailRow(row: z.output<typeof mailRow>): OutgoingMail {
  return {
    mailId: row.mail_id,
    messageId: row.message_id,
    kind: row.kind,
    accountId: row.account_id,
    userId: row.user_id,
    sender: { name: row.sender_name, email: row.sender_email },
    recipient: { name: row.recipient_name, email: row.recipient_email },
    language: row.language,
    subject: row.subject,
    text: row.text_body,
    html: row.html_body,
    attachments: row.attachments,
    createdMs: row.created_ms,
  }
}
