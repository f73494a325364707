/** What a customer and support said to each other: a note a contact, kept with the account. */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'

export const CHANNELS = ['phone', 'mail', 'chat', 'visit'] as const
export type Channel = (typeof CHANNELS)[number]

export interface Contact {
  readonly accountId: string
  /** '': about no line in particular. */
  readonly subscriptionId: string
  readonly atMs: number
  readonly channel: Channel
  readonly text: string
  readonly notedBy: string
}

/** More than these at once nobody reads. */
const CONTACTS_LISTED_MAX = 1_000

export async function addContact(sql: SqlRunner, contact: Contact): Promise<void> {
  const { accountId, subscriptionId, atMs, channel, text, notedBy } = contact
  await sql.execute(
    `INSERT INTO contacts (account_id, subscription_id, at_ms, channel, text, noted_by)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [accountId, subscriptionId, atMs, channel, text, notedBy],
  )
}

/** Newest first. */
export function listContacts(sql: SqlRunner, accountId: string): Promise<Contact[]> {
  return sql.query(
    `SELECT account_id AS "accountId", subscription_id AS "subscriptionId", at_ms AS "atMs", channel,
       text, noted_by AS "notedBy" FROM contacts
     WHERE account_id = $1 ORDER BY at_ms DESC, contact_id DESC LIMIT ${CONTACTS_LISTED_MAX}`,
    [accountId],
    z.object({
      accountId: z.string(),
      subscriptionId: z.string(),
      atMs: z.int(),
      channel: z.enum(CHANNELS),
      text: z.string(),
      notedBy: z.string(),
    }),
  )
}
