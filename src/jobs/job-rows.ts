/**
 * Jobs in the operations store: asked for, claimed by one run, told of, ended. What a run that lost its
 * job says later changes nothing.
 */
import { z } from 'zod'
import type { SqlRunner, SqlValue } from '../postgres/operations-store.ts'

export const JOB_STATES = ['waiting', 'running', 'done', 'failed', 'stopped'] as const
export type JobState = (typeof JOB_STATES)[number]

export interface JobProgress {
  readonly title: string
  readonly done: number
  readonly total: number
  readonly note: string
}

/** What went wrong, as a failure says it. */
export interface JobError {
  readonly code: string
  readonly message: string
  readonly hint: string
}

export interface Job {
  readonly jobId: number
  readonly kind: string
  readonly wish: unknown
  readonly askedBy: string
  readonly state: JobState
  /** Somebody wants it stopped, and it has not stopped yet. */
  readonly isStopWanted: boolean
  readonly attempts: number
  readonly progress: JobProgress | undefined
  readonly remarks: readonly string[]
  readonly result: unknown
  readonly error: JobError | undefined
  readonly askedMs: number
  readonly startedMs: number | undefined
  readonly finishedMs: number | undefined
}

/** A run that was silent for this long is dead: its job waits again. */
export const LOST_MS = 30_000
/** A job whose runs end without a word this often is given up: it may be what ends them. */
export const ATTEMPTS_MAX = 5
/** Finished jobs are forgotten after this. */
const KEPT_MS = 90 * 86_400_000

const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

const COLUMNS = `job_id AS "jobId", kind, wish, asked_by AS "askedBy", state,
  is_stop_wanted AS "isStopWanted", attempts, progress, remarks, result, error,
  asked_ms AS "askedMs", started_ms AS "startedMs", finished_ms AS "finishedMs"`

const orUndefined = <Value>(schema: z.ZodType<Value>) =>
  schema.nullable().transform((value) => value ?? undefined)

const jobRow = z.object({
  jobId: z.int(),
  kind: z.string(),
  wish: z.unknown(),
  askedBy: z.string(),
  state: z.enum(JOB_STATES),
  isStopWanted: z.boolean(),
  attempts: z.int(),
  progress: orUndefined(
    z.object({ title: z.string(), done: z.number(), total: z.number(), note: z.string() }),
  ),
  remarks: z.array(z.string()),
  result: z.unknown(),
  error: orUndefined(z.object({ code: z.string(), message: z.string(), hint: z.string() })),
  askedMs: z.int(),
  startedMs: orUndefined(z.int()),
  finishedMs: orUndefined(z.int()),
})

export interface NewJob {
  readonly kind: string
  readonly lane: string
  readonly wish: unknown
  readonly caller: unknown
  readonly askedBy: string
}

export async function addJob(sql: SqlRunner, job: NewJob): Promise<Job> {
  const { kind, lane, wish, caller, askedBy } = job
  const [added] = await sql.query(
    `INSERT INTO jobs (kind, lane, wish, caller, asked_by, asked_ms)
     VALUES ($1, $2, $3::jsonb, $4::jsonb, $5, ${NOW}) RETURNING ${COLUMNS}`,
    [kind, lane, JSON.stringify(wish), JSON.stringify(caller), askedBy],
    jobRow,
  )
  if (added === undefined) throw new Error('a job that was added is there')
  return added
}

export interface JobFilter {
  /** Of everybody when left out. */
  readonly askedBy?: string | undefined
  readonly state?: JobState | undefined
  readonly kind?: string | undefined
  /** Only those that were asked for before this one. */
  readonly beforeId?: number | undefined
  readonly limit: number
}

/** Newest first. */
export function listJobs(sql: SqlRunner, filter: JobFilter): Promise<Job[]> {
  return sql.query(
    `SELECT ${COLUMNS} FROM jobs WHERE ($1::text IS NULL OR asked_by = $1)
       AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR kind = $3)
       AND ($4::bigint IS NULL OR job_id < $4) ORDER BY job_id DESC LIMIT $5`,
    [
      filter.askedBy ?? null,
      filter.state ?? null,
      filter.kind ?? null,
      filter.beforeId ?? null,
      filter.limit,
    ],
    jobRow,
  )
}

export async function findJob(sql: SqlRunner, jobId: number): Promise<Job | undefined> {
  const [job] = await sql.query(`SELECT ${COLUMNS} FROM jobs WHERE job_id = $1`, [jobId], jobRow)
  return job
}

/** How many of somebody's wait or run. */
export async function countOpenJobs(sql: SqlRunner, askedBy: string): Promise<number> {
  const [found] = await sql.query(
    `SELECT count(*)::int AS count FROM jobs
     WHERE asked_by = $1 AND state IN ('waiting', 'running')`,
    [askedBy],
    z.object({ count: z.int() }),
  )
  return found?.count ?? 0
}

/** One that waits stops at once, one that runs is told so; what is over stays as it is. */
export async function wantStop(sql: SqlRunner, jobId: number): Promise<void> {
  await sql.execute(
    `UPDATE jobs SET is_stop_wanted = state = 'running',
       state = CASE state WHEN 'waiting' THEN 'stopped' ELSE state END,
       finished_ms = CASE state WHEN 'waiting' THEN ${NOW} ELSE finished_ms END
     WHERE job_id = $1 AND state IN ('waiting', 'running')`,
    [jobId],
  )
}

export type ClaimedJob = Pick<Job, 'jobId' | 'kind' | 'wish' | 'attempts'> & {
  readonly caller: unknown
}

/** The oldest that can run now; undefined when there is none. Throws `operations_conflict` where two claim a lane. */
export async function claimJob(
  sql: SqlRunner,
  { runId, kinds }: { readonly runId: string; readonly kinds: readonly string[] },
): Promise<ClaimedJob | undefined> {
  const [claimed] = await sql.query(
    `UPDATE jobs SET state = 'running', run_id = $1, attempts = attempts + 1,
       heartbeat_ms = ${NOW}, started_ms = coalesce(started_ms, ${NOW})
     WHERE job_id = (
       SELECT job_id FROM jobs AS next WHERE state = 'waiting' AND kind = ANY($2::text[])
         AND not_before_ms <= ${NOW} AND (lane = '' OR NOT EXISTS (
           SELECT 1 FROM jobs AS other WHERE other.state = 'running' AND other.lane = next.lane))
       ORDER BY job_id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING job_id AS "jobId", kind, wish, caller, attempts`,
    [runId, kinds],
    jobRow.pick({ jobId: true, kind: true, wish: true, attempts: true }).extend({
      caller: z.unknown(),
    }),
  )
  return claimed
}

export interface RunningJob {
  readonly jobId: number
  readonly runId: string
}

/** `lost` when it is another run's by now, `stop` when somebody wants it stopped. */
export async function beat(
  sql: SqlRunner,
  { jobId, runId }: RunningJob,
  { progress, remarks }: Pick<Job, 'progress' | 'remarks'>,
): Promise<'on' | 'stop' | 'lost'> {
  const [row] = await sql.query(
    `UPDATE jobs SET heartbeat_ms = ${NOW}, progress = $3::jsonb, remarks = $4::text[]
     WHERE job_id = $1 AND run_id = $2 AND state = 'running'
     RETURNING is_stop_wanted AS "isStopWanted"`,
    [jobId, runId, progress === undefined ? null : JSON.stringify(progress), remarks],
    z.object({ isStopWanted: z.boolean() }),
  )
  if (row === undefined) return 'lost'
  return row.isStopWanted ? 'stop' : 'on'
}

export type JobEnd =
  | { readonly state: 'done' | 'stopped'; readonly result: unknown }
  | { readonly state: 'failed'; readonly error: JobError }
  /** In order: it did not count, or it is tried again after a while. */
  | { readonly state: 'waiting'; readonly afterMs: number; readonly isInOrder: boolean }

export async function endRun(
  sql: SqlRunner,
  { jobId, runId }: RunningJob,
  end: JobEnd,
): Promise<void> {
  const [set, values] = endOf(end)
  await sql.execute(
    `UPDATE jobs SET state = $3, run_id = '', ${set}
     WHERE job_id = $1 AND run_id = $2 AND state = 'running'`,
    [jobId, runId, end.state, ...values],
  )
}

function endOf(end: JobEnd): [set: string, values: SqlValue[]] {
  if (end.state === 'waiting') {
    const { afterMs, isInOrder } = end
    return [
      `not_before_ms = ${NOW} + $4::bigint, attempts = attempts - $5::int, progress = NULL`,
      [afterMs, isInOrder ? 1 : 0],
    ]
  }
  const ended = `finished_ms = ${NOW}, is_stop_wanted = false`
  if (end.state === 'failed') return [`${ended}, error = $4::jsonb`, [JSON.stringify(end.error)]]
  return [`${ended}, result = $4::jsonb`, [JSON.stringify(end.result ?? null)]]
}

/**
 * What dead runs left: it waits again, is stopped where somebody wanted that, and failed after too many runs.
 * `own` are runs that the one who asks knows to be alive, however long their heartbeat waited for its turn;
 * `silentMs` is 0 where all others are known to be dead. Returns how many there were.
 */
export function releaseLost(
  sql: SqlRunner,
  own: readonly string[],
  silentMs = LOST_MS,
): Promise<number> {
  const lost: JobError = {
    code: 'interrupted',
    message: `it ended ${ATTEMPTS_MAX} times with the process that ran it`,
    hint: 'the log of that process says why; ask for it again then',
  }
  return sql.execute(
    `UPDATE jobs SET run_id = '', progress = NULL,
       state = CASE WHEN is_stop_wanted THEN 'stopped' WHEN attempts >= $2::int THEN 'failed'
         ELSE 'waiting' END,
       error = CASE WHEN NOT is_stop_wanted AND attempts >= $2::int THEN $3::jsonb END,
       finished_ms = CASE WHEN is_stop_wanted OR attempts >= $2::int THEN ${NOW} END,
       is_stop_wanted = false
     WHERE state = 'running' AND heartbeat_ms <= ${NOW} - $1::bigint
       AND run_id <> ALL($4::text[])`,
    [silentMs, ATTEMPTS_MAX, JSON.stringify(lost), own],
  )
}

export async function forgetOldJobs(sql: SqlRunner): Promise<void> {
  await sql.execute(`DELETE FROM jobs WHERE finished_ms < ${NOW} - $1::bigint`, [KEPT_MS])
}
