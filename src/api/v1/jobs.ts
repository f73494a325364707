/** Long acts: asked for, looked at, stopped. What each takes and gives is said by its kind (src/api/jobs). */
import { z } from 'zod'
import { askJob, jobOf, jobsOf, stopJob } from '../../app/jobs/jobs-of.ts'
import { JOB_STATES, type Job } from '../../jobs/job-rows.ts'
import { fromCursor, instant, instantOf, instantOrNull, page, pageOf, toCursor } from '../fields.ts'
import { JOB_KINDS } from '../jobs/job-kinds.ts'
import { Refusal } from '../problem.ts'
import { jsonRoute, type Route } from '../route.ts'

const kindName = z.string().max(40)

const job = z
  .object({
    id: z.int(),
    kind: z.string(),
    state: z.enum(JOB_STATES),
    isStopWanted: z.boolean(),
    wish: z.unknown(),
    askedBy: z.string(),
    askedAt: instant,
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    progress: z
      .object({ title: z.string(), done: z.number(), total: z.number(), note: z.string() })
      .nullable(),
    remarks: z.array(z.string()),
    result: z.unknown().meta({ description: 'as its kind has it, null until there is one' }),
    error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  })
  .meta({ id: 'Job' })

/** In a list a result is left out: it can be long. */
const listed = job.omit({ result: true }).meta({ id: 'ListedJob' })

const [first, ...others] = JOB_KINDS.map(({ kind, summary, wish }) =>
  z.strictObject({ kind: z.literal(kind), wish }).meta({ description: summary }),
)
if (first === undefined) throw new Error('there are kinds of jobs')
const asking = z.discriminatedUnion('kind', [first, ...others])

const jobId = z.object({ jobId: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })

export const jobRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/jobs',
    tag: 'jobs',
    summary: 'Jobs that one asked for, newest first; the operator sees all',
    right: 'anybody',
    query: z.object({
      ...page,
      state: z.enum(JOB_STATES).optional(),
      kind: kindName.optional(),
    }),
    answer: pageOf(listed),
    async run({ ask, query: { cursor, limit, ...wanted } }) {
      const beforeId = fromCursor(cursor, z.int())
      const found = await ask(jobsOf, { ...wanted, beforeId, limit: limit + 1 })
      const items = found.slice(0, limit).map(toListed)
      const last = items.at(-1)
      const isMore = found.length > limit && last !== undefined
      return { items, nextCursor: isMore ? toCursor(last.id) : null }
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/jobs',
    tag: 'jobs',
    summary: 'Asks for a long act: it goes on whatever becomes of the request',
    right: 'anybody',
    body: asking,
    answer: job,
    status: 202,
    async run({ ask, body }) {
      const kind = JOB_KINDS.find((each) => each.kind === body.kind)
      if (kind === undefined) throw new Error('a kind that was checked is one')
      return toJob(await ask(askJob, kind, body.wish))
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/jobs/{jobId}',
    tag: 'jobs',
    summary: 'How far it is, and what came of it',
    right: 'anybody',
    params: jobId,
    answer: job,
    run: async ({ ask, params }) => toJob(await ask(jobOf, params.jobId)),
  }),
  jsonRoute({
    method: 'post',
    path: '/jobs/{jobId}/stop',
    tag: 'jobs',
    summary: 'Stops it at its next step; what was done until then stays',
    right: 'anybody',
    params: jobId,
    answer: job,
    async run({ ask, params }) {
      const found = await ask(stopJob, params.jobId)
      if (found.state === 'done' || found.state === 'failed') {
        throw new Refusal({
          status: 409,
          title: 'It is over',
          detail: `job ${params.jobId} is ${found.state} already`,
        })
      }
      return toJob(found)
    },
  }),
]

function toListed(one: Job): z.input<typeof listed> {
  return {
    id: one.jobId,
    kind: one.kind,
    state: one.state,
    isStopWanted: one.isStopWanted,
    wish: one.wish,
    askedBy: one.askedBy,
    askedAt: instantOf(one.askedMs),
    startedAt: instantOrNull(one.startedMs),
    finishedAt: instantOrNull(one.finishedMs),
    progress: one.progress ?? null,
    remarks: [...one.remarks],
    error: one.error ?? null,
  }
}

function toJob(one: Job): z.input<typeof job> {
  return { ...toListed(one), result: one.result ?? null }
}
