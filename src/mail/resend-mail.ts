/**
 * A mail goes once more, to the address that its reader has today. One that no server took is the same
 * mail with another chance; one that was sent becomes a copy with an id that follows from mail and
 * address, so that asking twice sends once.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { OperationsStore, SqlRunner } from '../postgres/operations-store.ts'
import { CLAIM_MS } from './mail-outbox.ts'

export type Resent =
  /** It waits in the outbox under this id. */
  | { readonly outcome: 'queued'; readonly mailId: string; readonly email: string }
  /** It was asked for before: that one waits, or was sent. */
  | { readonly outcome: 'asked-before'; readonly mailId: string; readonly email: string }
  /** A sender may have it in hand: in some minutes it is decided. */
  | { readonly outcome: 'in-hand'; readonly mailId: string; readonly email: string }
  | { readonly outcome: 'unknown' }

export interface ResendRequest {
  readonly mailId: string
  /** Of today; undefined = those that the mail has, as it is for nobody in the directory. */
  readonly recipient: { readonly name: string; readonly email: string } | undefined
  readonly nowMs: number
}

export function resendMail(store: OperationsStore, request: ResendRequest): Promise<Resent> {
  return store.transaction(async (sql) => {
    const [mail] = await sql.query(
      `SELECT mail_id, message_id, state, attempts, next_attempt_ms, recipient_name, recipient_email
       FROM mails WHERE mail_id = $1 FOR UPDATE`,
      [request.mailId],
      mailRow,
    )
    if (mail === undefined) return { outcome: 'unknown' }
    const recipient = request.recipient ?? {
      name: mail.recipient_name,
      email: mail.recipient_email,
    }
    if (mail.state === 'sent') return copyOf(sql, mail, { ...request, recipient })
    return sameAgain(sql, mail, { ...request, recipient })
  })
}

type ToAddress = ResendRequest & { readonly recipient: { name: string; email: string } }

async function copyOf(
  sql: SqlRunner,
  { mail_id: original, message_id: messageId }: Mail,
  { recipient, nowMs }: ToAddress,
): Promise<Resent> {
  const hash = createHash('sha256').update(`${original}\0${recipient.email}`).digest('hex')
  const mailId = `again-${hash.slice(0, 24)}`
  const domain = messageId.slice(messageId.lastIndexOf('@'))
  const addedCount = await sql.execute(
    `INSERT INTO mails (mail_id, message_id, kind, account_id, user_id, sender_name, sender_email,
       recipient_name, recipient_email, language, subject, text_body, html_body, attachments,
       created_ms, next_attempt_ms)
     SELECT $2, $3, kind, account_id, user_id, sender_name, sender_email, $4, $5, language, subject,
       text_body, html_body, attachments, $6::bigint, $6::bigint
     FROM mails WHERE mail_id = $1
     ON CONFLICT (mail_id) DO NOTHING`,
    [original, mailId, `<${mailId}${domain}`, recipient.name, recipient.email, nowMs],
  )
  const outcome = addedCount === 0 ? 'asked-before' : 'queued'
  return { outcome, mailId, email: recipient.email }
}

async function sameAgain(
  sql: SqlRunner,
  mail: Mail,
  { mailId, recipient, nowMs }: ToAddress,
): Promise<Resent> {
  const { email } = recipient
  const isOfToday = mail.recipient_email === email
  if (mail.state === 'queued') {
    if (mail.attempts === 0 && isOfToday) return { outcome: 'asked-before', mailId, email }
    const untilDueMs = mail.next_attempt_ms - nowMs
    if (mail.attempts > 0 && untilDueMs > 0 && untilDueMs <= CLAIM_MS) {
      return { outcome: 'in-hand', mailId, email }
    }
  }
  await sql.execute(
    `UPDATE mails SET state = 'queued', attempts = 0, reason = '', finished_ms = NULL,
       next_attempt_ms = $2, recipient_name = $3, recipient_email = $4
     WHERE mail_id = $1`,
    [mailId, nowMs, recipient.name, email],
  )
  return { outcome: 'queued', mailId, email }
}

const mailRow = z.object({
  mail_id: z.string(),
  message_id: z.string(),
  state: z.enum(['queued', 'sent', 'failed']),
  attempts: z.int(),
  next_attempt_ms: z.int(),
  recipient_name: z.string(),
  recipient_email: z.string(),
})
type Mail = z.output<typeof mailRow>
