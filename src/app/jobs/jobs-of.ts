/** Jobs as those who ask for them see them. The operator sees everybody's, anybody else their own. */
import { TikError } from '../../core/failures/errors.ts'
import {
  addJob,
  countOpenJobs,
  findJob,
  listJobs,
  wantStop,
  type Job,
  type JobFilter,
} from '../../jobs/job-rows.ts'
import { requireOperator, requireRight, type Caller } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import type { AnyJobKind } from './job-kind.ts'
import { toKept } from './kept-caller.ts'

/** Of one asker; more wait for nothing but to be forgotten. */
const JOBS_OPEN_MAX = 100

/** It waits until a process takes it. Throws `not_allowed`, and `usage_error` when too many wait. */
export async function askJob(desk: Desk, kind: AnyJobKind, wish: unknown): Promise<Job> {
  const { caller, operations } = desk
  requireRight(caller, kind.right)
  if (kind.isOfOperator === true) requireOperator(caller)
  if ((await countOpenJobs(operations, caller.name)) >= JOBS_OPEN_MAX) {
    throw new TikError('usage_error', `${JOBS_OPEN_MAX} jobs of yours wait already`, {
      hint: 'let them end, or stop what is no longer wanted',
    })
  }
  const { lane } = kind
  const asked = { kind: kind.kind, lane, wish, caller: toKept(caller), askedBy: caller.name }
  const job = await addJob(operations, asked)
  await noteOf(desk, job, 'job.ask', wish)
  return job
}

/** Newest first. */
export function jobsOf(desk: Desk, filter: Omit<JobFilter, 'askedBy'>): Promise<Job[]> {
  const askedBy = seesAll(desk.caller) ? undefined : desk.caller.name
  return listJobs(desk.operations, { ...filter, askedBy })
}

/** Throws `not_found`, also for somebody else's. */
export async function jobOf(desk: Desk, jobId: number): Promise<Job> {
  const job = await findJob(desk.operations, jobId)
  if (job !== undefined && (seesAll(desk.caller) || job.askedBy === desk.caller.name)) return job
  throw new TikError('not_found', `there is no job ${jobId}`)
}

/** At once where it waits; one that runs stops at its next step. What is over stays as it is. */
export async function stopJob(desk: Desk, jobId: number): Promise<Job> {
  const job = await jobOf(desk, jobId)
  await wantStop(desk.operations, jobId)
  await noteOf(desk, job, 'job.stop')
  return jobOf(desk, jobId)
}

function seesAll({ reach, rights }: Caller): boolean {
  return reach.kind === 'operator' && rights.has('operate')
}

function noteOf(desk: Desk, { jobId, kind }: Job, act: string, after?: unknown): Promise<void> {
  const subject = `job ${jobId} (${kind})`
  return note(desk, { act, subject, accountId: '', partnerId: '', after })
}
