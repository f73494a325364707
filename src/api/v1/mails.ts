/** Every mail that left or is to leave, with what became of it. */
import { z } from 'zod'
import { mailsOf } from '../../app/mails/mails-of.ts'
import { MAIL_STATES } from '../../mail/list-mails.ts'
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
      const mails = (await ask(mailsOf, { accountId: account, state, containing })).map((each) => ({
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
      }))
      return sliceOf(mails, query, (each) => each.id)
    },
  }),
]
