/**
 * Answers of writes by the key that a client gave them: sent again it gets the same answer, and nothing
 * is done again.
 */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'

export interface KeptAnswer {
  readonly requestHash: string
  readonly status: number
  readonly answer: string
  /** Tells a secret: `answer` is sealed (sealed-text.ts). */
  readonly isSealed: boolean
}

export interface AnswerKey {
  readonly caller: string
  readonly key: string
}

/** Keys are forgotten after a day. */
const KEPT_MS = 86_400_000

/** Within the write's transaction: who comes second with the key waits here for the first. */
export async function keptAnswer(
  sql: SqlRunner,
  { caller, key }: AnswerKey,
): Promise<KeptAnswer | undefined> {
  await sql.query(
    'SELECT pg_advisory_xact_lock(hashtextextended($1, 0)) IS NULL AS locked',
    [`${caller} ${key}`],
    z.unknown(),
  )
  const [found] = await sql.query(
    `SELECT request_hash AS "requestHash", status, answer, is_sealed AS "isSealed"
     FROM idempotency_keys WHERE caller = $1 AND key = $2`,
    [caller, key],
    z.object({
      requestHash: z.string(),
      status: z.int(),
      answer: z.string(),
      isSealed: z.boolean(),
    }),
  )
  return found
}

export async function keepAnswer(
  sql: SqlRunner,
  { caller, key }: AnswerKey,
  kept: KeptAnswer,
  nowMs: number,
): Promise<void> {
  await forgetAnswers(sql, nowMs)
  const { requestHash, status, answer, isSealed } = kept
  await sql.execute(
    `INSERT INTO idempotency_keys (caller, key, request_hash, status, answer, is_sealed, created_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [caller, key, requestHash, status, answer, isSealed, nowMs],
  )
}

export async function forgetAnswers(sql: SqlRunner, nowMs: number): Promise<void> {
  await sql.execute('DELETE FROM idempotency_keys WHERE created_ms < $1', [nowMs - KEPT_MS])
}
