/** Every mail that left or is to leave, with what became of it. */
import { z } from 'zod'
import { mailOf, mailsOf, queueAgain } from '../../app/mails/mails-of.ts'
import { MAIL_STATES, type ListedMail } from '../../mail/list-mails.ts'
import { id, instant, instantOf, instantOrNull, page, pageOf, sliceOf } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const mail = z
  .object({
    id: z.string(),
    kind: z.string(),
    account: z.string(),
    user: z.string(),
    recipient: z.string(),
    subject: z.string(),
    state: z.enum(MAIL_STATES),
    attempts: z.int(),
    reason: z.string(),
    writtenAt: instant,
    triedNextAt: instant.nullable(),
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Mail' })

const mailId = z.object({ mailId: id })

export const mailRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/mails',
    tag: 'mails',
    summary: 'Mails of every kind, newest first',
    right: 'operate',
    query: z.object({
      ...page,
      account: id.optional(),
      state: z.enum(MAIL_STATES).optional(),
      containing: z.string().max(200).optional().meta({ description: 'in subject, address or id' }),
    }),
    answer: pageOf(mail),
    async run({ ask, query }) {
      const { account, state, containing } = query
      const mails = (await ask(mailsOf, { accountId: account, state, containing })).map(toMail)
      return sliceOf(mails, query, (each) => each.id)
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/mails/{mailId}',
    tag: 'mails',
    summary: 'One mail, with its text and what is attached',
    right: 'operate',
    params: mailId,
    answer: mail
      .extend({ text: z.string(), attachments: z.array(z.string()) })
      .meta({ id: 'WholeMail' }),
    async run({ ask, params }) {
      const found = await ask(mailOf, params.mailId)
      return { ...toMail(found), text: found.text, attachments: found.attachments.map(fileName) }
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/mails/{mailId}/resend',
    tag: 'mails',
    summary: 'Queues it once more, for the address that its reader has today',
    right: 'operate',
    params: mailId,
    answer: z.object({
      outcome: z.enum(['queued', 'asked-before', 'in-hand', 'unknown']),
      mail: z.string().nullable().meta({ description: 'the id under which it waits' }),
    }),
    async run({ ask, params }) {
      const [resent] = await ask(queueAgain, [params.mailId])
      if (resent === undefined || resent.outcome === 'unknown') {
        return { outcome: 'unknown' as const, mail: null }
      }
      return { outcome: resent.outcome, mail: resent.mailId }
    },
  }),
]

/** Where it lies on the machine is nobody's business. */
function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function toMail(each: ListedMail): z.input<typeof mail> {
  return {
    id: each.mailId,
    kind: each.kind,
    account: each.accountId,
    user: each.userId,
    recipient: each.recipient,
    subject: each.subject,
    state: each.state,
    attempts: each.attempts,
    reason: each.reason,
    writtenAt: instantOf(each.createdMs),
    triedNextAt: instantOrNull(each.nextAttemptMs),
    finishedAt: instantOrNull(each.finishedMs),
  }
}
