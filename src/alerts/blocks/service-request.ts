/** Requests to the operator to block or free a service, as they are kept. */
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'

export const BLOCK_ACTS = ['block', 'unblock'] as const
export type BlockAct = (typeof BLOCK_ACTS)[number]
export const BLOCK_CAUSES = ['limit', 'person', 'unpaid', 'operator'] as const
export type BlockCause = (typeof BLOCK_CAUSES)[number]
/** `closed`: from before answers were kept. */
export const REQUEST_STATES = ['requested', 'confirmed', 'refused', 'closed'] as const
export type RequestState = (typeof REQUEST_STATES)[number]
/** An operator that has not answered by then is called. */
export const ANSWER_MINUTES_MAX = 15

export interface ServiceRequest {
  readonly requestId: string
  readonly accountId: string
  readonly subscriptionId: string
  readonly service: 'sim' | 'data' | 'roaming-data'
  readonly act: BlockAct
  readonly cause: BlockCause
  /** '' where a limit asked. */
  readonly askedBy: string
  readonly state: RequestState
  readonly requestedMs: number
  readonly answeredMs: number | undefined
  readonly answeredBy: string
  /** Why it was refused. */
  readonly answer: string
}

export interface RequestFilter {
  readonly accountIds?: readonly string[] | undefined
  readonly subscriptionId?: string | undefined
  readonly state?: RequestState | undefined
  readonly limit: number
}

/** Newest first. */
export function listRequests(sql: SqlRunner, filter: RequestFilter): Promise<ServiceRequest[]> {
  const { accountIds, subscriptionId, state, limit } = filter
  return sql.query(
    `${REQUESTS} WHERE ($1::text[] IS NULL OR account_id = ANY($1))
       AND ($2::text IS NULL OR subscription_id = $2) AND ($3::text IS NULL OR state = $3)
     ORDER BY requested_ms DESC, request_id DESC LIMIT $4`,
    [accountIds ?? null, subscriptionId ?? null, state ?? null, limit],
    requestRow,
  )
}

export async function findRequest(
  sql: SqlRunner,
  requestId: string,
): Promise<ServiceRequest | undefined> {
  const [found] = await sql.query(`${REQUESTS} WHERE request_id = $1`, [requestId], requestRow)
  return found
}

/** One of a person: it needs no crossing. false where the same waits already. */
export async function addRequest(
  sql: SqlRunner,
  request: Omit<ServiceRequest, 'state' | 'answeredMs' | 'answeredBy' | 'answer'>,
): Promise<boolean> {
  const added = await sql.execute(
    `INSERT INTO service_requests
       (request_id, account_id, subscription_id, service, act, cause, asked_by, requested_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
    [
      request.requestId,
      request.accountId,
      request.subscriptionId,
      request.service,
      request.act,
      request.cause,
      request.askedBy,
      request.requestedMs,
    ],
  )
  return added === 1
}

/** false where it was answered already. */
export async function answerRequest(
  sql: SqlRunner,
  requestId: string,
  answer: {
    readonly state: 'confirmed' | 'refused'
    readonly by: string
    readonly why: string
    readonly nowMs: number
  },
): Promise<boolean> {
  const changed = await sql.execute(
    `UPDATE service_requests SET state = $2, answered_by = $3, answer = $4, answered_ms = $5
     WHERE request_id = $1 AND state = 'requested'`,
    [requestId, answer.state, answer.by, answer.why, answer.nowMs],
  )
  return changed === 1
}

const REQUESTS = `SELECT request_id, account_id, subscription_id, service, act, cause, asked_by, state,
  requested_ms, answered_ms, answered_by, answer FROM service_requests`

const requestRow = z
  .object({
    request_id: z.string(),
    account_id: z.string(),
    subscription_id: z.string(),
    service: z.enum(['sim', 'data', 'roaming-data']),
    act: z.enum(BLOCK_ACTS),
    cause: z.enum(BLOCK_CAUSES),
    asked_by: z.string(),
    state: z.enum(REQUEST_STATES),
    requested_ms: z.int(),
    answered_ms: z.int().nullable(),
    answered_by: z.string(),
    answer: z.string(),
  })
  .transform((row): ServiceRequest => ({
    requestId: row.request_id,
    accountId: row.account_id,
    subscriptionId: row.subscription_id,
    service: row.service,
    act: row.act,
    cause: row.cause,
    askedBy: row.asked_by,
    state: row.state,
    requestedMs: row.requested_ms,
    answeredMs: row.answered_ms ?? undefined,
    answeredBy: row.answered_by,
    answer: row.answer,
  }))
