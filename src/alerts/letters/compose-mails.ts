/**
 * Turns waiting notices into mails: one for each user, with everything that waits for that user, and
 * not two in one minute. The mail and the notices that it answers are written
 * in one transaction.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory, User } from '../../core/accounts/accounts.ts'
import { crossingKey } from '../../core/usage/ids.ts'
import { readLevels } from '../../limits/limit-levels.ts'
import { createLimitIndex, type LimitIndex } from '../../limits/effective-limit.ts'
import type { OperationsStore, SqlRunner } from '../../postgres/operations-store.ts'
import { alertContext, alertItems } from './alert-item.ts'
import { alertLetter } from './alert-letter.ts'
import { crossingRow, toCrossing } from '../crossings/crossing-row.ts'
import type { LedgerCrossing } from '../crossings/crossing.ts'
import { mailFrom } from '../../mail/mail-sender.ts'
import { isBlocking } from '../request-blocks.ts'
import { queueMails } from '../../mail/mail-outbox.ts'
import type { OutgoingMail } from '../../mail/outgoing-mail.ts'
import { renderHtml, renderText } from '../../mail/render-letter.ts'

/**
 * At most one limit mail for a user in each minute, so nothing waits longer than that. Minutes begin
 * at another second for each user: otherwise all that waits would go at once.
 */
const GROUPING_MS = 60_000
export const LIMIT_MAIL_KIND = 'limit-alert'
const COMPOSE_LOCK = 811_040_003 // Two at once would tell one user the same twice, in two mails.
/** Users in one transaction. */
const USERS_MAX = 200

export interface ComposeOptions {
  readonly directory: Directory
  readonly catalogue: Catalogue
  readonly nowMs: number
  /** Do not wait for the minute to pass: for a command that runs once and ends. */
  readonly flush: boolean
}

/** Queues all mails that may go now; returns how many. */
export async function composeAlertMails(
  store: OperationsStore,
  options: ComposeOptions,
): Promise<number> {
  const composer = {
    ...options,
    context: alertContext(options.directory, options.catalogue),
    limits: createLimitIndex(options.directory),
    users: new Map(options.directory.users.map((user) => [user.userId, user])),
  }
  let afterUserId = ''
  let count = 0
  for (;;) {
    const batch = await store.transaction((sql) => composeBatch(sql, composer, afterUserId))
    count += batch.mailsCount
    if (batch.lastUserId === undefined) return count
    afterUserId = batch.lastUserId
  }
}

interface Composer extends ComposeOptions {
  readonly context: ReturnType<typeof alertContext>
  readonly limits: LimitIndex
  readonly users: ReadonlyMap<string, User>
}

async function composeBatch(
  sql: SqlRunner,
  composer: Composer,
  afterUserId: string,
): Promise<{ mailsCount: number; lastUserId: string | undefined }> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [COMPOSE_LOCK], z.unknown())
  const users = await sql.query(
    WAITING_USERS,
    [afterUserId, composer.nowMs, composer.flush],
    z.object({ user_id: z.string() }),
  )
  const userIds = users.map(({ user_id }) => user_id)
  const rows = await sql.query(WAITING_CROSSINGS, [userIds], waitingRow)
  const waiting = Map.groupBy(rows, ({ user_id }) => user_id)
  const written = userIds.flatMap((userId) => {
    const user = composer.users.get(userId)
    const crossings = waiting.get(userId)
    // Somebody who is in the store but not in this snapshot gets the mail with the next one.
    if (user === undefined || crossings === undefined) return []
    const mail = composeMail(user, crossings, composer)
    return [{ mail, crossings }]
  })
  await queueMails(
    sql,
    written.map(({ mail }) => mail),
  )
  const answered = written.flatMap(({ mail, crossings }) =>
    crossings.map(({ crossing_id, user_id }) => ({ crossing_id, user_id, mail_id: mail.mailId })),
  )
  await sql.execute(
    `UPDATE alert_notices SET mail_id = answered.mail_id
     FROM jsonb_populate_recordset(NULL::alert_notices, $1::jsonb) AS answered
     WHERE alert_notices.crossing_id = answered.crossing_id
       AND alert_notices.user_id = answered.user_id`,
    [JSON.stringify(answered)],
  )
  return { mailsCount: written.length, lastUserId: userIds.at(-1) }
}

const WAITING_USERS = `
  SELECT user_id COLLATE "C" AS user_id FROM alert_notices AS notice
  WHERE mail_id IS NULL AND user_id COLLATE "C" > $1
    AND ($3 OR NOT EXISTS (
      SELECT FROM mails
      WHERE mails.user_id = notice.user_id AND kind = '${LIMIT_MAIL_KIND}'
        AND created_ms >= $2::bigint
          - ($2::bigint + (hashtext(notice.user_id) & 63) * 1000) % ${GROUPING_MS}))
  GROUP BY user_id COLLATE "C" ORDER BY 1 LIMIT ${USERS_MAX}`

const WAITING_CROSSINGS = `
  SELECT notice.user_id, crossing_id, account_id, period_start_day, code, scope_kind, scope_id, subject,
    level, used, amount, product, subscription_id, happened_ms, recorded_ms, origin
  FROM alert_notices AS notice JOIN alert_crossings USING (crossing_id)
  WHERE notice.mail_id IS NULL AND notice.user_id = ANY($1::text[])
  ORDER BY happened_ms, crossing_id`

const waitingRow = crossingRow.extend({ user_id: z.string() })

function composeMail(
  user: User,
  rows: readonly z.output<typeof waitingRow>[],
  composer: Composer,
): OutgoingMail {
  const { directory, nowMs } = composer
  const crossings = rows.map((row) => {
    const crossing = toCrossing(row)
    const { limits } = composer
    const target = { ...crossing, subscriptionId: crossing.scopeId }
    const { levels } = limits.effectiveAt(target, crossing.recordedMs)
    const { everyAmount } = readLevels(levels)
    return { ...crossing, blocks: isBlocking(crossing, limits), everyAmount }
  })
  const account = directory.accounts.get(user.accountId)
  if (account === undefined) throw new RangeError(`user ${user.userId} has no account`)
  const partner = directory.partners.get(account.partnerId)
  const letter = alertLetter(alertItems(crossings, composer.context), { user, account, partner })
  const mailId = mailIdOf(user.userId, crossings)
  const { attachment } = letter
  return {
    mailId,
    ...mailFrom(partner, mailId),
    kind: LIMIT_MAIL_KIND,
    accountId: user.accountId,
    userId: user.userId,
    recipient: { name: user.name, email: user.email },
    language: letter.tag,
    subject: letter.subject,
    text: renderText(letter),
    html: renderHtml(letter),
    attachments:
      attachment === undefined ? [] : [{ ...attachment, contentType: 'text/csv; charset=utf-8' }],
    createdMs: nowMs,
  }
}

/** The same crossings for the same user give the same id, in any run. */
function mailIdOf(userId: string, crossings: readonly LedgerCrossing[]): string {
  const hash = createHash('sha256').update(userId)
  for (const one of crossings) {
    const { accountId, periodStartDay } = one
    hash.update(`\n${accountId}|${periodStartDay}|${crossingKey(one)}`)
  }
  return hash.digest('hex').slice(0, 32)
}
