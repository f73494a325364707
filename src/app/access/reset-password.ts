/**
 * A link by mail to set a new password, for whoever says a name. Who asks learns nothing of it: not whether
 * there is such a person, nor whether a mail goes.
 */
import { randomBytes } from 'node:crypto'
import { noteAct } from '../../audit/audit-log.ts'
import type { Config } from '../../core/config/config.ts'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { makeLink, secondsSinceLink } from '../../identity/access-links.ts'
import { personByName, type Person } from '../../identity/person.ts'
import { mailFrom } from '../../mail/mail-sender.ts'
import { queueMails } from '../../mail/mail-outbox.ts'
import type { OutgoingMail } from '../../mail/outgoing-mail.ts'
import { renderHtml, renderText } from '../../mail/render-letter.ts'
import { sendDueMails } from '../../mail/send-mails.ts'
import { mailerOf } from '../alerts/send-alerts.ts'
import { directoryOf } from '../known-directory.ts'
import type { Stores } from '../stores.ts'
import type { Entrance } from './caller-of.ts'
import { resetLetter } from './reset-letter.ts'

export const RESET_MAIL_KIND = 'password-reset'
/** Whoever asks again and again fills nobody's mailbox. */
const PAUSE_SECONDS = 120

/** Sends the mail at once: the link holds for an hour. */
export async function askReset(
  stores: Stores,
  name: string,
  entrance: Entrance,
  clock: Clock = systemClock,
): Promise<void> {
  const { operations, config } = stores
  const person = await personByName(operations, name)
  if (person === undefined || person.isBlocked || person.email === '') return
  const nowMs = clock.nowMs()
  const { accounts, partners } = await directoryOf(stores)
  const partnerId = accounts.get(person.accountId)?.partnerId ?? person.partnerId
  const partner = partners.get(partnerId)
  const mailId = `reset-${randomBytes(16).toString('hex')}`
  const isQueued = await operations.transaction(async (sql) => {
    const sinceSeconds = await secondsSinceLink(sql, person.key, 'reset', nowMs)
    if (sinceSeconds !== undefined && sinceSeconds < PAUSE_SECONDS) return false
    const link = `${publicUrlOf(config)}/set-password#link=${await makeLink(sql, person.key, 'reset', nowMs)}`
    const letter = resetLetter(person, { link, partner: partner?.party.legalName ?? 'tik' })
    await queueMails(sql, [
      {
        mailId,
        ...mailFrom(partner, mailId),
        kind: RESET_MAIL_KIND,
        ...readerOf(person),
        subject: letter.subject,
        text: renderText(letter),
        html: renderHtml(letter),
        attachments: [],
        createdMs: nowMs,
      },
    ])
    const { key, accountId } = person
    const act = { act: 'password.reset-asked', subject: key, accountId, partnerId }
    await noteAct(sql, { name: key, ...entrance }, act, nowMs)
    return true
  })
  if (!isQueued) return
  await using mailer = mailerOf(stores)
  const { mailsPerMinuteMax } = config
  await sendDueMails({ store: operations, mailer, clock, mailsPerMinuteMax, mailIds: [mailId] })
}

function readerOf({
  key,
  name,
  email,
  accountId,
  language,
}: Person): Pick<OutgoingMail, 'accountId' | 'userId' | 'recipient' | 'language'> {
  const userId = key.startsWith('user:') ? key.slice('user:'.length) : ''
  return { accountId, userId, recipient: { name, email }, language }
}

/** As it is configured, and never as a request says: a link must lead to us alone. */
function publicUrlOf({ publicUrl, serveHost, servePort }: Config): string {
  return (publicUrl ?? `http://${serveHost}:${servePort}`).replace(/\/$/, '')
}
