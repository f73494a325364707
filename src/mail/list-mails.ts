/** Mails of every kind, with what became of each: `tik mails list` and `show`. */
import { z } from 'zod'
import type { OperationsStore } from '../postgres/operations-store.ts'

export const MAIL_STATES = ['queued', 'sent', 'failed'] as const
export type MailState = (typeof MAIL_STATES)[number]

export interface MailFilter {
  readonly state?: MailState | undefined
  readonly kind?: string | undefined
  readonly accountId?: string | undefined
  /** Subject, address or id contains it. */
  readonly containing?: string | undefined
}

export interface ListedMail {
  readonly mailId: string
  readonly kind: string
  readonly accountId: string
  readonly userId: string
  readonly recipient: string
  readonly subject: string
  readonly state: MailState
  readonly attempts: number
  /** What the server said last; '' where nothing went wrong. */
  readonly reason: string
  readonly createdMs: number
  /** When it is tried next; undefined of one that is done. */
  readonly nextAttemptMs: number | undefined
  readonly finishedMs: number | undefined
}

export interface WholeMail extends ListedMail {
  readonly messageId: string
  readonly sender: string
  readonly language: string
  readonly text: string
  readonly attachments: readonly string[]
}

/** More than these at once are for a filter. */
export const MAILS_LISTED_MAX = 10_000

/** Newest first. */
export function listMails(store: OperationsStore, filter: MailFilter): Promise<ListedMail[]> {
  return store.query(
    `SELECT ${LISTED} FROM mails
     WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR kind = $2)
       AND ($3::text IS NULL OR account_id = $3)
       AND ($4::text IS NULL OR position(lower($4) IN lower(concat_ws(' ', subject, recipient_email, mail_id))) > 0)
     ORDER BY created_ms DESC, mail_id LIMIT ${MAILS_LISTED_MAX}`,
    [
      filter.state ?? null,
      filter.kind ?? null,
      filter.accountId ?? null,
      filter.containing ?? null,
    ],
    listedRow.transform(toListed),
  )
}

/** undefined where there is no such mail. */
export async function findMail(
  store: OperationsStore,
  mailId: string,
): Promise<WholeMail | undefined> {
  const [mail] = await store.query(
    `SELECT ${LISTED}, message_id, sender_name, sender_email, language, text_body, attachments
     FROM mails WHERE mail_id = $1`,
    [mailId],
    listedRow
      .extend({
        message_id: z.string(),
        sender_name: z.string(),
        sender_email: z.string(),
        language: z.string(),
        text_body: z.string(),
        attachments: z.array(z.object({ fileName: z.string() })),
      })
      .transform((row): WholeMail => ({
        ...toListed(row),
        messageId: row.message_id,
        sender: addressText(row.sender_name, row.sender_email),
        language: row.language,
        text: row.text_body,
        attachments: row.attachments.map(({ fileName }) => fileName),
      })),
  )
  return mail
}

const listedRow = z.object({
  mail_id: z.string(),
  kind: z.string(),
  account_id: z.string(),
  user_id: z.string(),
  recipient_name: z.string(),
  recipient_email: z.string(),
  subject: z.string(),
  state: z.enum(MAIL_STATES),
  attempts: z.int(),
  reason: z.string(),
  created_ms: z.int(),
  next_attempt_ms: z.int(),
  finished_ms: z.int().nullable(),
})
const LISTED = Object.keys(listedRow.shape).join(', ')

function toListed(row: z.output<typeof listedRow>): ListedMail {
  return {
    mailId: row.mail_id,
    kind: row.kind,
    accountId: row.account_id,
    userId: row.user_id,
    recipient: addressText(row.recipient_name, row.recipient_email),
    subject: row.subject,
    state: row.state,
    attempts: row.attempts,
    reason: row.reason,
    createdMs: row.created_ms,
    nextAttemptMs: row.state === 'queued' ? row.next_attempt_ms : undefined,
    finishedMs: row.finished_ms ?? undefined,
  }
}

function addressText(name: string, email: string): string {
  return name === '' ? email : `${name} <${email}>`
}
