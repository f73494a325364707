/** What went wrong, as RFC 9457 says it: every answer that is no success is one of these. */
import { z } from 'zod'
import { ERROR_CODES, TikError, type ErrorCode } from '../core/failures/errors.ts'

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** What to do about it. */
  hint: z.string().optional(),
  /** The failure's code, as docs/errors.md lists them; absent where the door itself refuses. */
  code: z.string().optional(),
  /** What was wrong with what came in, and where. */
  errors: z.array(z.object({ in: z.string(), path: z.string(), message: z.string() })).optional(),
  requestId: z.string(),
})
export type Problem = Omit<z.output<typeof problemSchema>, 'requestId'>

export const PROBLEM_TYPE = 'application/problem+json'

/** Refused or failed at the door: becomes a problem. */
export class Refusal extends Error {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>

  constructor(
    problem: Pick<Problem, 'status' | 'title' | 'detail'> & Partial<Problem>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(problem.detail)
    this.problem = { type: 'about:blank', ...problem }
    this.headers = headers
  }
}

const RETRY_AFTER_SECONDS = 5

/** Which status a failure of a use case has; what is not named is the caller's mistake. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  not_found: 404,
  not_allowed: 403,
  period_not_billable: 409,
  ledger_incomplete: 409,
  operations_conflict: 409,
  rating_busy: 409,
  payment_refused: 409,
  credit_refused: 409,
  migration_needed: 503,
  ledger_unavailable: 503,
  operations_unavailable: 503,
  stream_unavailable: 503,
  mail_failed: 502,
  mail_refused: 502,
  identity_provider_failed: 502,
  disk_full: 507,
  interrupted: 503,
}
const OF_THE_CALLER: ReadonlySet<ErrorCode> = new Set([
  'usage_error',
  'money_invalid',
  'money_overflow',
  'accounts_invalid',
  'limit_invalid',
  'invoice_invalid',
  'mapping_invalid',
  'format_unknown',
  'file_unreadable',
])

/** What is no failure with a code is a bug: the client learns nothing of it. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (!(error instanceof TikError)) {
    return new Refusal({
      status: 500,
      title: 'Internal error',
      detail: 'something went wrong here; the log has it under this request id',
    })
  }
  const { code, message, hint, retryable } = error
  const status = STATUS[code] ?? (OF_THE_CALLER.has(code) ? 422 : retryable ? 503 : 500)
  const isTold = status !== 500
  return new Refusal(
    {
      type: `urn:tik:error:${code}`,
      title: ERROR_CODES[code].meaning,
      status,
      detail: isTold ? message : ERROR_CODES[code].meaning,
      ...(isTold ? { hint } : {}),
      code,
    },
    status === 503 ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {},
  )
}

export function invalidInput(place: 'body' | 'query' | 'path', error: z.ZodError): Refusal {
  return new Refusal({
    status: 422,
    title: 'What was sent is not valid',
    detail: `the ${place} of the request is not as the API describes it`,
    errors: error.issues.map(({ path, message }) => ({
      in: place,
      path: path.map(String).join('.'),
      message,
    })),
  })
}
