/**
 * Runs jobs beside a door, a few at once. When the process is told to end, what runs stops at its next step and
 * waits for the process that comes after it; when it is killed, the heartbeat that is missing says so.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { TikError } from '../../core/failures/errors.ts'
import { systemClock } from '../../core/time/clock.ts'
import { forgetAnswers } from '../../identity/kept-answers.ts'
import type { Log } from '../../core/watch/log.ts'
import {
  ATTEMPTS_MAX,
  beat,
  claimJob,
  endRun,
  forgetOldJobs,
  LOST_MS,
  releaseLost,
  type ClaimedJob,
  type JobEnd,
  type RunningJob,
} from '../../jobs/job-rows.ts'
import type { Desk } from '../desk.ts'
import type { Stores } from '../stores.ts'
import { askWhole } from '../whole-ledger.ts'
import type { AnyJobKind } from './job-kind.ts'
import { createJobTalk, type JobTalk } from './job-talk.ts'
import { fromKept } from './kept-caller.ts'

/** At once in one process. */
const JOBS_AT_ONCE_MAX = 4
const LOOK_MS = 1_000
const HEARTBEAT_MS = 2_000
/** Without a heartbeat that was heard, a run gives up before others think that it is dead. */
const UNHEARD_MS_MAX = LOST_MS / 2
/** After a failure that can pass, each time longer. */
const RETRY_MS = 5_000
/** What does not stop by then is left to the next process. */
const STOP_MS_MAX = 20_000
const SWEEP_EVERY_LOOKS = 60

export interface JobRunner extends AsyncDisposable {
  /** Takes nothing new and stops what runs; disposing waits for it. */
  stop(): void
}

export interface JobRunnerParts {
  readonly kinds: readonly AnyJobKind[]
  readonly log: Log
  readonly lookMs?: number
}

export function runJobs(
  stores: Stores,
  { kinds, log, lookMs = LOOK_MS }: JobRunnerParts,
): JobRunner {
  const stopping = new AbortController()
  const runs = new Map<string, Promise<void>>()
  const looking = look()

  async function look(): Promise<void> {
    // The operations store in a folder is this process's alone, so whoever ran a job there is gone.
    let silentMs = stores.config.postgresUrl === undefined ? 0 : LOST_MS
    let failure = ''
    for (let round = 0; !stopping.signal.aborted; round += 1) {
      try {
        if (await releaseLost(stores.operations, [...runs.keys()], silentMs))
          log.warn('jobs_were_lost')
        silentMs = LOST_MS
        if (round % SWEEP_EVERY_LOOKS === 0) {
          await forgetOldJobs(stores.operations)
          await forgetAnswers(stores.operations, systemClock.nowMs())
        }
        while (runs.size < JOBS_AT_ONCE_MAX && (await start())) continue
        failure = ''
      } catch (error) {
        // While a store is away it is said once.
        if (failure === '') log.warn('jobs_not_looked_at', { message: String(error) })
        failure = String(error)
      }
      await sleep(lookMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  async function start(): Promise<boolean> {
    if (stopping.signal.aborted) return false
    const runId = randomUUID()
    const wanted = { runId, kinds: kinds.map(({ kind }) => kind) }
    const job = await claimJob(stores.operations, wanted).catch(ifTaken)
    const kind = kinds.find((each) => each.kind === job?.kind)
    if (job === undefined || kind === undefined) return false
    const run = runJob(stores, { job, kind, runId }, { stopping: stopping.signal, log })
      .catch((error: unknown) => {
        // Nobody was told the end: it is run again when the heartbeat is missed.
        log.warn('job_end_not_noted', { jobId: job.jobId, message: String(error) })
      })
      .finally(() => runs.delete(runId))
    runs.set(runId, run)
    return true
  }

  return {
    stop: () => stopping.abort(),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await looking
      const patience = new AbortController()
      const waited = sleep(STOP_MS_MAX, undefined, { signal: patience.signal }).catch(
        () => undefined,
      )
      await Promise.race([Promise.all(runs.values()), waited])
      patience.abort()
    },
  }
}

/** Another process was faster with that lane. */
function ifTaken(error: unknown): undefined {
  if (error instanceof TikError && error.code === 'operations_conflict') return undefined
  throw error
}

interface Run {
  readonly job: ClaimedJob
  readonly kind: AnyJobKind
  readonly runId: string
}

async function runJob(
  stores: Stores,
  { job, kind, runId }: Run,
  { stopping, log }: { readonly stopping: AbortSignal; readonly log: Log },
): Promise<void> {
  const running = { jobId: job.jobId, runId }
  const told = new AbortController()
  const signal = AbortSignal.any([stopping, told.signal])
  const talk = createJobTalk(kind.isReading === true ? () => signal.throwIfAborted() : undefined)
  const heart = keepBeating(stores, running, talk, told)
  const fields = { jobId: job.jobId, kind: job.kind }
  log.info('job_started', { ...fields, attempt: job.attempts })
  let end: JobEnd
  try {
    end = endOf(await worked(stores, { job, kind, runId }, { talk, signal }), heart.why())
  } catch (error) {
    end = failed(error, job, heart.why())
    if (end.state === 'failed') log.warn('job_failed', { ...fields, message: String(error) })
  } finally {
    await heart.stop()
  }
  log.info('job_ended', { ...fields, state: end.state })
  await endRun(stores.operations, running, end)

  function endOf(result: unknown, why: Why): JobEnd {
    if (why === 'stop') return { state: 'stopped', result }
    if (signal.aborted) return { state: 'waiting', afterMs: 0, isInOrder: true }
    return { state: 'done', result }
  }

  function failed(error: unknown, { attempts }: ClaimedJob, why: Why): JobEnd {
    if (why === 'stop') return { state: 'stopped', result: null }
    if (signal.aborted) return { state: 'waiting', afterMs: 0, isInOrder: true }
    const isPassing = error instanceof TikError && error.retryable
    if (isPassing && attempts < ATTEMPTS_MAX) {
      return { state: 'waiting', afterMs: RETRY_MS * attempts, isInOrder: false }
    }
    return { state: 'failed', error: errorOf(error) }
  }
}

async function worked(
  stores: Stores,
  { job, kind }: Run,
  { talk, signal }: { readonly talk: JobTalk; readonly signal: AbortSignal },
): Promise<unknown> {
  const desk: Desk = { ...stores, talk, caller: fromKept(job.caller) }
  await askWhole(desk, kind.use)
  const result = await kind.run({ desk, wish: kind.wish.parse(job.wish), signal })
  return kind.result.parse(result)
}

/** Why a run is to stop, where it is not that the process ends. */
type Why = 'stop' | 'lost' | undefined

function keepBeating(
  { operations, config }: Pick<Stores, 'operations' | 'config'>,
  running: RunningJob,
  talk: JobTalk,
  told: AbortController,
): { why(): Why; stop(): Promise<void> } {
  const ended = new AbortController()
  let why: Why
  let heardMs = performance.now()
  const beating = keep()
  async function keep(): Promise<void> {
    while (!ended.signal.aborted) {
      await sleep(HEARTBEAT_MS, undefined, { signal: ended.signal }).catch(() => undefined)
      const said = await beat(operations, running, talk.said()).catch(() => undefined)
      if (said !== undefined) heardMs = performance.now()
      const unheardMs = performance.now() - heardMs
      // A store in a folder only makes it wait its turn: nobody else is there to take the job.
      if (config.postgresUrl !== undefined && unheardMs > UNHEARD_MS_MAX) why = 'lost'
      if (said === 'stop' || said === 'lost') why = said
      if (why !== undefined) told.abort()
    }
  }
  return {
    why: () => why,
    async stop() {
      ended.abort()
      await beating
    },
  }
}

/** What is no failure with a code is a bug: the log has it, the job says only that. */
function errorOf(error: unknown) {
  if (error instanceof TikError) {
    return { code: error.code, message: error.message, hint: error.hint }
  }
  return { code: 'internal', message: 'something went wrong here', hint: 'the log says what' }
}
