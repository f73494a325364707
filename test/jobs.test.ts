/** Long acts asked for over the API: they run, tell, stop, and outlive the process that began them. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { API_PATH } from '../src/api/create-api.ts'
import { JOB_KINDS } from '../src/api/jobs/job-kinds.ts'
import { jobKind, type AnyJobKind } from '../src/app/jobs/job-kind.ts'
import { askJob, jobOf, stopJob } from '../src/app/jobs/jobs-of.ts'
import { runJobs } from '../src/app/jobs/run-jobs.ts'
import { TikError } from '../src/core/failures/errors.ts'
import { createLog } from '../src/core/watch/log.ts'
import { claimJob, type Job } from '../src/jobs/job-rows.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

let door: SmallDoor
let key: string
beforeAll(async () => {
  door = await openSmallDoor()
  key = await door.keyOf({ reachKind: 'operator', reachId: '' })
}, 180_000)
afterAll(() => door[Symbol.asyncDispose]())

const log = createLog('error', () => {})
const LOOK_MS = 20

function runner(kinds: readonly AnyJobKind[] = JOB_KINDS) {
  return runJobs(door.desk, { kinds, log, lookMs: LOOK_MS })
}

const ended: ReadonlySet<Job['state']> = new Set(['done', 'failed', 'stopped'])

async function endOf({ jobId }: Pick<Job, 'jobId'>): Promise<Job> {
  return until(jobId, ({ state }) => ended.has(state))
}

async function until(jobId: number, isSo: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await jobOf(door.desk, jobId)
    if (isSo(job)) return job
    await sleep(LOOK_MS)
  }
}

describe('over the API', () => {
  const answer = z.looseObject({ id: z.int(), state: z.string(), result: z.unknown() })

  async function asked(kind: string, wish: unknown): Promise<z.output<typeof answer>> {
    const response = await door.ask(`${API_PATH}/jobs`, {
      key,
      method: 'POST',
      body: { kind, wish },
    })
    expect(response.status).toBe(202)
    const job = answer.parse(await response.json())
    await endOf({ jobId: job.id })
    return answer.parse(await (await door.ask(`${API_PATH}/jobs/${job.id}`, { key })).json())
  }

  test.each<[string, unknown, unknown]>([
    [
      'check-billing',
      { period: '2026-10' },
      { findings: expect.arrayContaining([expect.objectContaining({ code: 'source_silent' })]) },
    ],
    [
      'bill',
      { period: '2026-10' },
      { isPreview: true, run: null, billedBeforeCount: 2, invoicesCount: 0 },
    ],
    [
      'rerate',
      { period: '2026-10' },
      {
        accountsCount: 2,
        ratedCount: 2,
        correctedCount: 0,
        difference: { amount: '0.00', currency: 'EUR' },
        run: null,
      },
    ],
    ['replay-rejects', {}, { groups: [] }],
    ['verify', {}, { filesCount: 1, rowsCount: 2, invoicesCount: 2 }],
    ['remind', {}, { remindersCount: 0, reminders: [] }],
    ['send-mails', {}, { crossings: 0, refused: 0 }],
    [
      'price-trial',
      { period: '2026-10', rate: 'voip-national-mobile', percent: '-100' },
      {
        ratedCount: 2,
        changedCount: 2,
        // A minute of each account at 0.0725; the fee for the connection stays.
        difference: { amount: '-0.145', currency: 'EUR' },
      },
    ],
  ])('%s is done and tells what came of it', async (kind, wish, result) => {
    await using _ = runner()
    expect(await asked(kind, wish)).toMatchObject({ kind, state: 'done', error: null, result })
  })

  test.each<[string, unknown, string]>([
    ['take-in', {}, 'file_missing'],
    ['give-up-calls', { source: 'none', hours: 24, reason: 'lost', by: 'Bo' }, 'not_found'],
    // A program has no address; src/app/usage/mail-export.test.ts asks as a person.
    ['export-by-mail', { period: '2026-10' }, 'usage_error'],
  ])('%s fails with the code and what to do, where it cannot be done', async (kind, wish, code) => {
    await using _ = runner()
    expect(await asked(kind, wish)).toMatchObject({
      state: 'failed',
      result: null,
      error: { code },
    })
  })

  test('every kind has a wish that it is tried with here', () => {
    const tried = ['check-billing', 'bill', 'rerate', 'replay-rejects', 'verify', 'remind']
    expect(JOB_KINDS.map(({ kind }) => kind).toSorted()).toEqual(
      [
        ...tried,
        'send-mails',
        'take-in',
        'give-up-calls',
        'export-by-mail',
        'price-trial',
      ].toSorted(),
    )
  })

  test.each([
    ['a kind that there is not', { kind: 'fly', wish: {} }],
    ['a field that is not known', { kind: 'verify', wish: { deeply: true } }],
    ['no period', { kind: 'bill', wish: {} }],
    ['a finding that there is not', { kind: 'bill', wish: { period: '2026-10', accept: ['x'] } }],
  ])('%s is refused before it is a job', async (_what, body) => {
    const response = await door.ask(`${API_PATH}/jobs`, { key, method: 'POST', body })
    expect(response.status).toBe(422)
  })

  test('asked again under its key it is one job', async () => {
    const headers = { 'Idempotency-Key': 'job-once' }
    const body = { kind: 'verify', wish: {} }
    const ids: number[] = []
    for (const method of ['POST', 'POST']) {
      const response = await door.ask(`${API_PATH}/jobs`, { key, method, body, headers })
      ids.push(answer.parse(await response.json()).id)
    }
    expect(ids[0]).toBe(ids[1])
  })

  test('who may not, asks for nothing, and sees only their own', async () => {
    const own = await door.keyOf({ reachKind: 'account', reachId: 'A1' })
    const body = { kind: 'verify', wish: {} }
    const refused = await door.ask(`${API_PATH}/jobs`, { key: own, method: 'POST', body })
    expect(refused.status).toBe(403)
    const response = await door.ask(`${API_PATH}/jobs`, { key: own })
    expect(await response.json()).toEqual({ items: [], nextCursor: null })
  })
})

/** A kind that does what a test says. */
function kindOf(kind: string, run: AnyJobKind['run'], more: Partial<AnyJobKind> = {}): AnyJobKind {
  const base = { summary: '', right: 'operate', lane: '', use: 'none' } as const
  return { ...jobKind({ kind, ...base, wish: z.unknown(), result: z.unknown(), run }), ...more }
}

describe('a runner', () => {
  test('gives an act the caller who asked, with what they may', async () => {
    const kind = kindOf('who', ({ desk }) =>
      Promise.resolve({ name: desk.caller.name, rights: [...desk.caller.rights] }),
    )
    const caller = {
      ...door.desk.caller,
      name: 'client:robot',
      rights: new Set(['operate'] as const),
    }
    const job = await askJob({ ...door.desk, caller }, kind, {})
    await using _ = runner([kind])
    expect(await endOf(job)).toMatchObject({
      askedBy: 'client:robot',
      result: { name: 'client:robot', rights: ['operate'] },
    })
  })

  test('told to end it leaves a job whole, and the next goes on with it', async () => {
    const done: string[] = []
    const kind = kindOf('steps', async ({ signal, desk }) => {
      const progress = desk.talk.startProgress('steps', 3)
      for (const step of ['a', 'b', 'c']) {
        if (signal.aborted) break
        if (!done.includes(step)) done.push(step)
        progress.update(done.length, step)
        await sleep(60)
      }
      return { done: [...done] }
    })
    const job = await askJob(door.desk, kind, {})
    const first = runner([kind])
    await until(job.jobId, ({ state }) => state === 'running')
    await sleep(30)
    await first[Symbol.asyncDispose]()
    const between = await jobOf(door.desk, job.jobId)
    expect(between).toMatchObject({ state: 'waiting', attempts: 0 })
    expect(done.length).toBeLessThan(3)
    await using _ = runner([kind])
    expect(await endOf(job)).toMatchObject({ state: 'done', result: { done: ['a', 'b', 'c'] } })
  })

  test('a job of a process that was killed is begun again at the next start', async () => {
    const kind = kindOf('again', () => Promise.resolve('here'))
    const job = await askJob(door.desk, kind, {})
    const dead = await claimJob(door.desk.operations, { runId: 'dead', kinds: ['again'] })
    expect(dead?.jobId).toBe(job.jobId)
    await using _ = runner([kind])
    expect(await endOf(job)).toMatchObject({ state: 'done', result: 'here', attempts: 2 })
  }, 90_000) // On a server it is first taken for alive, for LOST_MS.

  test('a job that ends its process again and again is given up', async () => {
    const kind = kindOf('deadly', () => Promise.resolve('never'))
    const job = await askJob(door.desk, kind, {})
    await door.desk.operations.execute(
      `UPDATE jobs SET state = 'running', attempts = 5, run_id = 'dead' WHERE job_id = $1`,
      [job.jobId],
    )
    await using _ = runner([kind])
    expect(await endOf(job)).toMatchObject({ state: 'failed', error: { code: 'interrupted' } })
  })

  test('one that waits stops at once, one that runs at its next step, with what was done', async () => {
    const kind = kindOf('long', async ({ signal }) => {
      while (!signal.aborted) await sleep(10)
      return 'half'
    })
    const waiting = await askJob(door.desk, kind, {})
    expect(await stopJob(door.desk, waiting.jobId)).toMatchObject({ state: 'stopped' })
    const running = await askJob(door.desk, kind, {})
    await using _ = runner([kind])
    await until(running.jobId, ({ state }) => state === 'running')
    expect(await stopJob(door.desk, running.jobId)).toMatchObject({ isStopWanted: true })
    expect(await endOf(running)).toMatchObject({
      state: 'stopped',
      result: 'half',
      isStopWanted: false,
    })
  })

  test('jobs of one lane run one after the other, those of none beside each other', async () => {
    let [inLane, inLaneMost, atOnce, atOnceMost] = [0, 0, 0, 0]
    const counted = (isOfLane: boolean) => async () => {
      atOnceMost = Math.max(atOnceMost, (atOnce += 1))
      if (isOfLane) inLaneMost = Math.max(inLaneMost, (inLane += 1))
      await sleep(80)
      atOnce -= 1
      if (isOfLane) inLane -= 1
    }
    const kinds = [
      kindOf('in-lane', counted(true), { lane: 'x' }),
      kindOf('also-in-lane', counted(true), { lane: 'x' }),
      kindOf('free', counted(false)),
    ]
    const jobs: Job[] = []
    for (const kind of [...kinds, ...kinds]) jobs.push(await askJob(door.desk, kind, {}))
    await using _ = runner(kinds)
    const ends = await Promise.all(jobs.map(endOf))
    expect(ends.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'done'))
    expect([inLaneMost, atOnceMost]).toEqual([1, 3])
  })

  test('a failure that passes is tried again after a while, one that stays is told', async () => {
    const away = kindOf('away', () =>
      Promise.reject(new TikError('ledger_unavailable', 'it does not answer')),
    )
    const broken = kindOf('broken', () => Promise.reject(new Error('secret detail')))
    const [later, never] = [await askJob(door.desk, away, {}), await askJob(door.desk, broken, {})]
    await using _ = runner([away, broken])
    expect(await endOf(never)).toMatchObject({ state: 'failed', error: { code: 'internal' } })
    await until(later.jobId, ({ attempts, state }) => attempts === 1 && state === 'waiting')
    expect(JSON.stringify(await jobOf(door.desk, never.jobId))).not.toContain('secret')
  })
})
