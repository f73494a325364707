/** Threads of customers about one thing, and their messages. */
import { z } from 'zod'
import { micros, type Micros } from '../core/money/money.ts'
import type { SqlRunner } from '../postgres/operations-store.ts'

export const QUESTION_KINDS = ['question', 'dispute'] as const
export type QuestionKind = (typeof QUESTION_KINDS)[number]
export const ABOUT = ['invoice', 'invoice-line', 'subscription', 'usage', 'account'] as const
export type About = (typeof ABOUT)[number]
/** `open` waits for the provider, `answered` for the customer. */
export const QUESTION_STATES = ['open', 'answered', 'closed'] as const
export type QuestionState = (typeof QUESTION_STATES)[number]

export interface Question {
  readonly questionId: number
  readonly accountId: string
  readonly partnerId: string
  readonly kind: QuestionKind
  readonly about: About
  /** A number, `number/line`, an id, `source/partition/offset`; '' of the account. */
  readonly aboutId: string
  /** What is contested, including VAT; undefined where no amount was said. */
  readonly amountMicros: Micros | undefined
  readonly state: QuestionState
  readonly openedBy: string
  readonly openedMs: number
  readonly changedMs: number
  /** The first message. */
  readonly text: string
}

export interface QuestionMessage {
  readonly messageId: number
  readonly atMs: number
  /** As histories name them: user:ID, staff:ID. */
  readonly author: string
  readonly authorName: string
  readonly isProvider: boolean
  readonly text: string
}

export interface QuestionFilter {
  readonly accountId?: string | undefined
  readonly state?: QuestionState | undefined
  readonly beforeId?: number | undefined
  readonly limit: number
}

/** Whose threads somebody sees: of which accounts, undefined for all, and about what. */
export interface QuestionScope {
  readonly accountIds: readonly string[] | undefined
  readonly abouts: readonly About[]
}

/** Newest first. */
export function listQuestions(
  sql: SqlRunner,
  { accountId, state, beforeId, limit }: QuestionFilter,
  { accountIds, abouts }: QuestionScope = { accountIds: undefined, abouts: ABOUT },
): Promise<Question[]> {
  return sql.query(
    `${QUESTIONS} WHERE ($1::text IS NULL OR account_id = $1) AND ($2::text[] IS NULL OR account_id = ANY($2))
       AND about = ANY($3::text[]) AND ($4::text IS NULL OR state = $4)
       AND ($5::bigint IS NULL OR question_id < $5)
     ORDER BY question_id DESC LIMIT $6`,
    [accountId ?? null, accountIds ?? null, abouts, state ?? null, beforeId ?? null, limit],
    questionRow,
  )
}

export async function findQuestion(
  sql: SqlRunner,
  questionId: number,
): Promise<Question | undefined> {
  const [found] = await sql.query(`${QUESTIONS} WHERE question_id = $1`, [questionId], questionRow)
  return found
}

/** In the order in which they were written. */
export function messagesOf(sql: SqlRunner, questionId: number): Promise<QuestionMessage[]> {
  return sql.query(
    `SELECT message_id, at_ms, author, author_name, is_provider, message FROM question_messages
     WHERE question_id = $1 ORDER BY message_id`,
    [questionId],
    messageRow,
  )
}

export type NewQuestion = Omit<
  Question,
  'questionId' | 'state' | 'openedMs' | 'changedMs' | 'text' | 'openedBy'
>

export async function addQuestion(
  sql: SqlRunner,
  asked: NewQuestion,
  { openedBy, nowMs }: { readonly openedBy: string; readonly nowMs: number },
): Promise<number> {
  const [row] = await sql.query(
    `INSERT INTO questions (account_id, partner_id, kind, about, about_id, amount_micros, state,
       opened_by, opened_ms, changed_ms)
     VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $8) RETURNING question_id`,
    [
      asked.accountId,
      asked.partnerId,
      asked.kind,
      asked.about,
      asked.aboutId,
      asked.amountMicros ?? null,
      openedBy,
      nowMs,
    ],
    z.object({ question_id: z.int() }),
  )
  if (row === undefined) throw new Error('a question that was added has a number')
  return row.question_id
}

/** Whose turn it is follows from who wrote. */
export async function addMessage(
  sql: SqlRunner,
  questionId: number,
  message: Omit<QuestionMessage, 'messageId'>,
): Promise<void> {
  const { atMs, author, authorName, isProvider, text } = message
  await sql.execute(
    `INSERT INTO question_messages (question_id, at_ms, author, author_name, is_provider, message)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [questionId, atMs, author, authorName, isProvider, text],
  )
  await setQuestionState(sql, questionId, { state: isProvider ? 'answered' : 'open', nowMs: atMs })
}

export async function setQuestionState(
  sql: SqlRunner,
  questionId: number,
  { state, nowMs }: { readonly state: QuestionState; readonly nowMs: number },
): Promise<void> {
  await sql.execute('UPDATE questions SET state = $2, changed_ms = $3 WHERE question_id = $1', [
    questionId,
    state,
    nowMs,
  ])
}

const QUESTIONS = `SELECT question_id, account_id, partner_id, kind, about, about_id, amount_micros, state,
  opened_by, opened_ms, changed_ms, (SELECT message FROM question_messages AS one
    WHERE one.question_id = questions.question_id ORDER BY message_id LIMIT 1) AS first_message
  FROM questions`

const questionRow = z
  .object({
    question_id: z.int(),
    account_id: z.string(),
    partner_id: z.string(),
    kind: z.enum(QUESTION_KINDS),
    about: z.enum(ABOUT),
    about_id: z.string(),
    amount_micros: z.int().nullable(),
    state: z.enum(QUESTION_STATES),
    opened_by: z.string(),
    opened_ms: z.int(),
    changed_ms: z.int(),
    first_message: z.string().nullable(),
  })
  .transform((row): Question => ({
    questionId: row.question_id,
    accountId: row.account_id,
    partnerId: row.partner_id,
    kind: row.kind,
    about: row.about,
    aboutId: row.about_id,
    amountMicros: row.amount_micros === null ? undefined : micros(row.amount_micros),
    state: row.state,
    openedBy: row.opened_by,
    openedMs: row.opened_ms,
    changedMs: row.changed_ms,
    text: row.first_message ?? '',
  }))

const messageRow = z
  .object({
    message_id: z.int(),
    at_ms: z.int(),
    author: z.string(),
    author_name: z.string(),
    is_provider: z.boolean(),
    message: z.string(),
  })
  .transform((row): QuestionMessage => ({
    messageId: row.message_id,
    atMs: row.at_ms,
    author: row.author,
    authorName: row.author_name,
    isProvider: row.is_provider,
    text: row.message,
  }))
