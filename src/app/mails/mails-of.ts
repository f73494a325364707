/** Mails that left or are to leave, of every kind; and one that goes once more. */
import { loadDirectory } from '../../directory/store/load-directory.ts'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import {
  findMail,
  listMails,
  type ListedMail,
  type MailFilter,
  type WholeMail,
} from '../../mail/list-mails.ts'
import { resendMail, type Resent } from '../../mail/resend-mail.ts'
import { sendDueMails, type SendReport } from '../../mail/send-mails.ts'
import { accountWithin, isWithinReach, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import { INVITE_MAIL_KIND } from '../access/invite-by-mail.ts'
import { RESET_MAIL_KIND } from '../access/reset-password.ts'
import { mailerOf } from '../alerts/send-alerts.ts'

/** Newest first. Throws `not_found` for an account that the caller does not reach. */
export async function mailsOf(desk: Desk, filter: MailFilter): Promise<ListedMail[]> {
  requireRight(desk.caller, 'operate')
  const directory = await loadDirectory(desk.operations)
  if (filter.accountId !== undefined) accountWithin(desk.caller, directory, filter.accountId)
  const mails = await listMails(desk.operations, filter)
  return mails.filter((mail) => isReached(desk, directory, mail))
}

/** Throws `not_found`. */
export async function mailOf(desk: Desk, mailId: string): Promise<WholeMail> {
  requireRight(desk.caller, 'operate')
  const mail = await findMail(desk.operations, mailId)
  if (mail !== undefined && isReached(desk, await loadDirectory(desk.operations), mail))
    return withoutSecret(mail)
  throw new TikError('not_found', `there is no mail ${mailId}`, {
    hint: 'tik mails list shows them',
  })
}

/** A link that lets somebody in is told to nobody but its reader. */
function withoutSecret(mail: WholeMail): WholeMail {
  if (mail.kind !== RESET_MAIL_KIND && mail.kind !== INVITE_MAIL_KIND) return mail
  return { ...mail, text: '(a link to set a new password, for its reader alone)' }
}

/** What became of each that was asked for, and of what was due then. */
export interface ResentMails {
  readonly mails: readonly (Resent & { readonly asked: string })[]
  readonly sent: SendReport
}

/** Queues them for the addresses of today and sends what is due. Throws `not_found`, and then queues none. */
export async function resendMails(
  desk: Desk,
  mailIds: readonly string[],
  clock: Clock,
): Promise<ResentMails> {
  const mails = await queueAgain(desk, mailIds, clock)
  await using mailer = mailerOf(desk)
  const { mailsPerMinuteMax } = desk.config
  const parts = { store: desk.operations, mailer, clock, mailsPerMinuteMax }
  return { mails, sent: await sendDueMails(parts) }
}

/** Only queues them: whoever sends mails does so in its own time. Throws `not_found`, and then queues none. */
export async function queueAgain(
  desk: Desk,
  mailIds: readonly string[],
  clock: Clock = systemClock,
): Promise<ResentMails['mails']> {
  requireRight(desk.caller, 'operate')
  const { users } = await loadDirectory(desk.operations)
  const asked: WholeMail[] = []
  for (const mailId of new Set(mailIds)) asked.push(await mailOf(desk, mailId))
  const mails: ResentMails['mails'][number][] = []
  for (const { mailId, userId, accountId } of asked) {
    const recipient = users.find((user) => user.userId === userId)
    if (recipient === undefined && userId !== '') {
      throw new TikError(
        'not_found',
        `the reader ${userId} of mail ${mailId} is no user any more`,
        {
          hint: 'tik users import brings a user back, or the mail cannot go to anybody',
        },
      )
    }
    const resent = await resendMail(desk.operations, { mailId, recipient, nowMs: clock.nowMs() })
    mails.push({ asked: mailId, ...resent })
    const noted = { act: 'mail.again', subject: `mail ${mailId}`, accountId, partnerId: '' }
    await note(desk, { ...noted, after: { outcome: resent.outcome } })
  }
  return mails
}

/** A mail of no account, such as a report to operations, is the operator's. */
function isReached(
  desk: Desk,
  directory: Awaited<ReturnType<typeof loadDirectory>>,
  { accountId }: Pick<ListedMail, 'accountId'>,
): boolean {
  const account = directory.accounts.get(accountId)
  if (account === undefined) return desk.caller.reach.kind === 'operator'
  return isWithinReach(desk.caller, account)
}
