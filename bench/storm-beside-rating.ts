/**
 * What an alert storm costs rating, in one run: rating alone, rating while a storm drains in a
 * process of its own (as the alerts stage beside workers), rating while one drains in this process
 * (as in `tik run --stage all`).
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import type { Usage } from '../src/core/usage/usage.ts'
import { createRater } from '../src/rating/create-rater.ts'
import type { Rater } from '../src/rating/rater.ts'
import { runStorm, STORM_MAILS_PER_MINUTE, stormReport, type StormReport } from './alert-storm.ts'
import { openAlertWorld } from './alert-world.ts'
import { createRateWorld } from './rate-world.ts'
import { report } from './report.ts'

const USAGES_COUNT = 200_000
/** Rating lets other work in between batches, as a worker does when it waits for the ledger. */
const BATCH_USAGES_COUNT = 1_024
const RECORDED_MS = Date.parse('2026-11-02T00:00:00Z')

interface Rating {
  readonly rater: Rater
  readonly usages: readonly Usage[]
}

/** `seconds`: how long crossings keep coming, and how long quiet is measured, each of three times. */
export async function benchStormBesideRating(seconds: number): Promise<void> {
  const world = createRateWorld(USAGES_COUNT, false)
  const rating = { rater: createRater(world), usages: world.usages }
  const quietly = () => rateUntil(rating, sleep(seconds * 1_000))
  await quietly() // Makes the balances and lets the compiler settle.

  const before = await quietly()
  const apart = await besideProcess(rating, seconds)
  const between = await quietly()
  const within = await besideOwn(rating, seconds)
  const after = await quietly()

  report('alerts', 'rating_per_second_quiet', (before + between + after) / 3, '1/s')
  report('alerts', 'rating_per_second_in_storm', apart.perSecond, '1/s')
  report('alerts', 'rating_per_second_in_storm_one_process', within.perSecond, '1/s')
  report('alerts', 'rating_storm_configured_rate', STORM_MAILS_PER_MINUTE, 'mails/min')
  reportStorm('rating_storm', apart.storm)
  reportStorm('rating_storm_one_process', within.storm)
}

function reportStorm(name: string, storm: StormReport): void {
  report('alerts', `${name}_crossings`, storm.crossingsCount, 'crossings')
  report('alerts', `${name}_mails`, storm.mailsCount, 'mails')
  report('alerts', `${name}_busiest_minute`, storm.perMinuteMax, 'mails/min')
  report('alerts', `${name}_usage_to_smtp_p99`, storm.p99Seconds, 's')
}

interface Measured {
  readonly perSecond: number
  readonly storm: StormReport
}

async function besideProcess(rating: Rating, seconds: number): Promise<Measured> {
  const child = fork(join(import.meta.dirname, 'alert-storm-process.ts'))
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the storm ended with status ${String(code)}`)
  })
  await Promise.race([once(child, 'message'), failed]) // It is ready; opening its store is not measured.
  child.send(seconds)
  const answer = Promise.race([once(child, 'message'), failed])
  const perSecond = await rateUntil(rating, answer)
  const [storm] = await answer
  failed.catch(() => {}) // It has answered and ends.
  return { perSecond, storm: stormReport.parse(storm) }
}

async function besideOwn(rating: Rating, seconds: number): Promise<Measured> {
  await using world = await openAlertWorld()
  const storm = runStorm(world.parts, seconds)
  return { perSecond: await rateUntil(rating, storm), storm: await storm }
}

/** Rates until `end` settles; usages a second of the clock on the wall. */
async function rateUntil({ rater, usages }: Rating, end: Promise<unknown>): Promise<number> {
  const over = new AbortController()
  end.then(
    () => over.abort(),
    () => over.abort(),
  )
  const startMs = performance.now()
  let ratedCount = 0
  for (let at = 0; !over.signal.aborted; at = (at + BATCH_USAGES_COUNT) % usages.length) {
    const batch = usages.slice(at, at + BATCH_USAGES_COUNT)
    for (const usage of batch) rater.rate(usage, RECORDED_MS)
    ratedCount += batch.length
    await setImmediate()
  }
  return ratedCount / ((performance.now() - startMs) / 1_000)
}
