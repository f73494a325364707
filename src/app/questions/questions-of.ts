/**
 * Questions and disputes: a customer asks about an invoice, a line, a subscription or a usage, the provider's
 * people answer and close. Who sees what it is about sees the thread.
 */
import type { Account, Directory } from '../../core/accounts/accounts.ts'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { personByKey } from '../../identity/person.ts'
import type { Right } from '../../identity/rights.ts'
import { queueMails } from '../../mail/mail-outbox.ts'
import {
  ABOUT,
  addMessage,
  addQuestion,
  findQuestion,
  listQuestions,
  messagesOf,
  setQuestionState,
  type About,
  type Question,
  type QuestionFilter,
  type QuestionKind,
  type QuestionMessage,
} from '../../questions/question-rows.ts'
import { asOne } from '../as-one.ts'
import { invoiceOf } from '../billing/invoice-archive.ts'
import { euroAmount } from '../billing/euro-amount.ts'
import {
  accountsWithin,
  accountWithin,
  isWithinReach,
  requireRight,
  type Caller,
} from '../caller.ts'
import type { Desk } from '../desk.ts'
import { subscriptionOf } from '../directory/directory-of.ts'
import { note } from '../note-act.ts'
import { directoryOf } from '../known-directory.ts'
import { explainUsage } from '../usage/explain-usage.ts'
import { answerMail } from './answer-mail.ts'

export const QUESTION_LENGTH_MAX = 4_000
/** Of one account; who has more has a telephone. */
const OPEN_MAX = 200

export interface QuestionWish {
  readonly accountId: string
  readonly kind: QuestionKind
  readonly about: About
  readonly aboutId: string
  /** Of a dispute, in EUR including VAT. */
  readonly amount?: string | undefined
  readonly text: string
}

export interface QuestionThread {
  readonly question: Question
  readonly messages: readonly QuestionMessage[]
}

/** Newest first, of what the caller may see. Throws `not_found` for an account beyond reach. */
export async function questionsOf(desk: Desk, filter: QuestionFilter): Promise<Question[]> {
  const { caller } = desk
  const directory = await directoryOf(desk)
  if (filter.accountId !== undefined) accountWithin(caller, directory, filter.accountId)
  const isOfAll = caller.reach.kind === 'operator'
  const own = isOfAll ? undefined : accountsWithin(caller, directory)
  return listQuestions(desk.operations, filter, {
    accountIds: own?.map(({ accountId }) => accountId),
    abouts: ABOUT.filter((about) => maySee(caller, about)),
  })
}

/** Throws `not_found`, also for somebody else's. */
export async function questionOf(desk: Desk, questionId: number): Promise<QuestionThread> {
  const question = await findQuestion(desk.operations, questionId)
  if (question === undefined || !isSeen(desk.caller, await directoryOf(desk), question)) {
    throw new TikError('not_found', `there is no question ${questionId}`)
  }
  return { question, messages: await messagesOf(desk.operations, questionId) }
}

/** Returns its number. Throws `not_found` for what it is about, and `usage_error` for an empty one. */
export async function askQuestion(desk: Desk, wish: QuestionWish): Promise<number> {
  const { caller } = desk
  const { accountId, kind, about, aboutId } = wish
  if (!maySee(caller, about)) requireRight(caller, RIGHT_OF[about] ?? 'see-usage')
  const account = accountWithin(caller, await directoryOf(desk), accountId)
  const text = textOf(wish.text)
  await requireThere(desk, account, wish)
  const open = await listQuestions(desk.operations, { accountId, state: 'open', limit: OPEN_MAX })
  if (open.length >= OPEN_MAX) {
    throw new TikError('usage_error', `${OPEN_MAX} questions of this account wait for an answer`)
  }
  const amount = wish.amount?.trim() ?? ''
  const amountMicros = kind === 'dispute' && amount !== '' ? euroAmount(amount) : undefined
  const { partnerId } = account
  return asOne(desk, async (within) => {
    const nowMs = systemClock.nowMs()
    const asked = { accountId, partnerId, kind, about, aboutId, amountMicros }
    const by = { openedBy: caller.name, nowMs }
    const questionId = await addQuestion(within.operations, asked, by)
    await addMessage(within.operations, questionId, await messageBy(within, text, nowMs))
    // Who opens it for a customer on the phone is not who answers.
    await setQuestionState(within.operations, questionId, { state: 'open', nowMs })
    await noteOf(within, { questionId, accountId, partnerId }, `${kind}.ask`, { about, aboutId })
    return questionId
  })
}

/** The provider's answer is mailed to who asked; `siteUrl` is where they read it. */
export async function replyTo(
  desk: Desk,
  questionId: number,
  { text: written, siteUrl }: { readonly text: string; readonly siteUrl: string },
): Promise<void> {
  const { question } = await questionOf(desk, questionId)
  const text = textOf(written)
  await asOne(desk, async (within) => {
    const message = await messageBy(within, text, systemClock.nowMs())
    await addMessage(within.operations, questionId, message)
    if (message.isProvider) await mailAnswer(within, question, { message, siteUrl })
    await noteOf(within, question, `${question.kind}.reply`, undefined)
  })
}

/** Only the provider says that nothing is left to say. Throws `not_allowed`. */
export async function closeQuestion(desk: Desk, questionId: number): Promise<void> {
  const { question } = await questionOf(desk, questionId)
  if (!isProvider(desk.caller)) {
    throw new TikError('not_allowed', 'a question is closed by who answers it')
  }
  await asOne(desk, async (within) => {
    const closed = { state: 'closed', nowMs: systemClock.nowMs() } as const
    await setQuestionState(within.operations, questionId, closed)
    await noteOf(within, question, `${question.kind}.close`, undefined)
  })
}

/** Of what it is about; anybody of the account sees what is about it as a whole. */
const RIGHT_OF: Readonly<Record<About, Right | undefined>> = {
  invoice: 'see-invoices',
  'invoice-line': 'see-invoices',
  subscription: 'see-usage',
  usage: 'see-usage',
  account: undefined,
}

function maySee({ rights }: Caller, about: About): boolean {
  const right = RIGHT_OF[about]
  return right === undefined || rights.has(right)
}

function isSeen(caller: Caller, directory: Directory, { about, accountId }: Question): boolean {
  const account = directory.accounts.get(accountId)
  return account !== undefined && isWithinReach(caller, account) && maySee(caller, about)
}

function isProvider({ reach }: Caller): boolean {
  return reach.kind !== 'accounts'
}

/** What it is about is the account's. Throws `not_found`. */
async function requireThere(
  desk: Desk,
  { accountId, partnerId }: Account,
  { about, aboutId }: QuestionWish,
): Promise<void> {
  if (about === 'account') return
  const whose = await ownerOf()
  if (whose !== accountId) throw new TikError('not_found', `${aboutId} is not of ${accountId}`)

  async function ownerOf(): Promise<string> {
    switch (about) {
      case 'subscription':
        return (await subscriptionOf(desk, aboutId)).accountId
      case 'usage':
        return (await explainUsage(desk, aboutId)).row.accountId
      case 'invoice':
      case 'invoice-line': {
        const number = about === 'invoice' ? aboutId : aboutId.replace(/\/\d+$/, '')
        return (await invoiceOf(desk, { number, partnerId })).accountId
      }
      case 'account':
      default:
        return accountId
    }
  }
}

function textOf(written: string): string {
  const text = written.trim()
  if (text === '' || text.length > QUESTION_LENGTH_MAX) {
    throw new TikError('usage_error', `a message has 1 to ${QUESTION_LENGTH_MAX} characters`)
  }
  return text
}

async function messageBy(
  { caller, operations }: Desk,
  text: string,
  atMs: number,
): Promise<Omit<QuestionMessage, 'messageId'>> {
  const { name } = caller
  const isPerson = name.startsWith('user:') || name.startsWith('staff:')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it begins as one
  const person = isPerson ? await personByKey(operations, name as `user:${string}`) : undefined
  const authorName = person?.name ?? caller.person ?? name
  return { atMs, author: name, authorName, isProvider: isProvider(caller), text }
}

async function mailAnswer(
  desk: Desk,
  question: Question,
  answer: { readonly message: Omit<QuestionMessage, 'messageId'>; readonly siteUrl: string },
): Promise<void> {
  const directory = await directoryOf(desk)
  const asker = directory.users.find(({ userId }) => `user:${userId}` === question.openedBy)
  if (asker === undefined) return
  await queueMails(desk.operations, [answerMail(asker, directory, { question, ...answer })])
}

function noteOf(
  desk: Desk,
  { questionId, accountId, partnerId }: Pick<Question, 'questionId' | 'accountId' | 'partnerId'>,
  act: string,
  after: unknown,
): Promise<void> {
  return note(desk, { act, subject: `question ${questionId}`, accountId, partnerId, after })
}
