/** Questions and disputes of customers, and the provider's answers. */
import { z } from 'zod'
import {
  askQuestion,
  closeQuestion,
  questionOf,
  questionsOf,
  QUESTION_LENGTH_MAX,
  replyTo,
} from '../../app/questions/questions-of.ts'
import {
  ABOUT,
  QUESTION_KINDS,
  QUESTION_STATES,
  type Question,
} from '../../questions/question-rows.ts'
import {
  fromCursor,
  id,
  instant,
  instantOf,
  money,
  moneyOf,
  page,
  pageOf,
  toCursor,
} from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const question = z
  .object({
    id: z.int(),
    account: z.string(),
    kind: z.enum(QUESTION_KINDS),
    about: z.enum(ABOUT),
    aboutId: z
      .string()
      .meta({ description: 'a number, number/line, an id, or source/partition/offset' }),
    amount: money.nullable().meta({ description: 'what is contested, where it was said' }),
    state: z.enum(QUESTION_STATES).meta({ description: 'open waits for the provider' }),
    openedBy: z.string(),
    openedAt: instant,
    changedAt: instant,
    text: z.string(),
  })
  .meta({ id: 'Question' })
const message = z
  .object({
    id: z.int(),
    at: instant,
    author: z.string(),
    authorName: z.string(),
    isProvider: z.boolean(),
    text: z.string(),
  })
  .meta({ id: 'QuestionMessage' })

const text = z.string().min(1).max(QUESTION_LENGTH_MAX)
const params = z.object({
  questionId: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
})

export const questionRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/questions',
    tag: 'questions',
    summary: 'Questions and disputes, newest first',
    right: 'anybody',
    query: z.object({ ...page, account: id.optional(), state: z.enum(QUESTION_STATES).optional() }),
    answer: pageOf(question),
    async run({ ask, query: { account, state, cursor, limit } }) {
      const beforeId = fromCursor(cursor, z.int())
      const wanted = { accountId: account, state, beforeId, limit: limit + 1 }
      const found = await ask(questionsOf, wanted)
      const items = found.slice(0, limit)
      const last = items.at(-1)
      return {
        items: items.map(toForm),
        nextCursor:
          last !== undefined && found.length > items.length ? toCursor(last.questionId) : null,
      }
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/accounts/{accountId}/questions',
    tag: 'questions',
    summary: 'Asks, or contests',
    right: 'anybody',
    params: z.object({ accountId: id }),
    body: z.object({
      kind: z.enum(QUESTION_KINDS).default('question'),
      about: z.enum(ABOUT).default('account'),
      aboutId: z.string().max(300).default(''),
      amount: z.string().max(20).optional(),
      text,
    }),
    answer: z.object({ id: z.int() }),
    status: 201,
    run: async ({ ask, params: { accountId }, body }) => ({
      id: await ask(askQuestion, { accountId, ...body }),
    }),
  }),
  jsonRoute({
    method: 'get',
    path: '/questions/{questionId}',
    tag: 'questions',
    summary: 'One with its messages',
    right: 'anybody',
    params,
    answer: z.object({ question, messages: z.array(message) }),
    async run({ ask, params: { questionId } }) {
      const thread = await ask(questionOf, questionId)
      return {
        question: toForm(thread.question),
        messages: thread.messages.map((one) => ({
          id: one.messageId,
          at: instantOf(one.atMs),
          author: one.author,
          authorName: one.authorName,
          isProvider: one.isProvider,
          text: one.text,
        })),
      }
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/questions/{questionId}/messages',
    tag: 'questions',
    summary: 'Answers, or asks on; an answer of the provider is mailed to who asked',
    right: 'anybody',
    params,
    body: z.object({ text }),
    answer: z.object({}),
    status: 201,
    async run({ ask, params: { questionId }, body, siteUrl }) {
      await ask(replyTo, questionId, { text: body.text, siteUrl })
      return {}
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/questions/{questionId}/close',
    tag: 'questions',
    summary: 'The provider says that nothing is left to say',
    right: 'anybody',
    params,
    answer: z.object({}),
    async run({ ask, params: { questionId } }) {
      await ask(closeQuestion, questionId)
      return {}
    },
  }),
]

function toForm(one: Question): z.input<typeof question> {
  return {
    id: one.questionId,
    account: one.accountId,
    kind: one.kind,
    about: one.about,
    aboutId: one.aboutId,
    amount: one.amountMicros === undefined ? null : moneyOf(one.amountMicros),
    state: one.state,
    openedBy: one.openedBy,
    openedAt: instantOf(one.openedMs),
    changedAt: instantOf(one.changedMs),
    text: one.text,
  }
}
