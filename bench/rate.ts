/**
 * Rating alone, in memory, on one core: usages per second with ordinary and with one-hour calls,
 * time at the 99th percentile and bytes allocated. `--soak` rates 20 million usages and shows that
 * memory stays flat and that totals do not depend on how the usages are cut into batches.
 */
import { createHash } from 'node:crypto'
import { createRater } from '../src/rating/create-rater.ts'
import type { Rater } from '../src/rating/rater.ts'
import type { Usage } from '../src/core/usage/usage.ts'
import { garbageCollector } from '../test/garbage-collector.ts'
import { median, report } from './report.ts'
import { createRateWorld, type RateWorld } from './rate-world.ts'

const USAGES_COUNT = 400_000
const RUNS_COUNT = 5
const RECORDED_MS = Date.parse('2026-11-02T00:00:00Z')
const SOAK_USAGES_COUNT = 20_000_000
const BATCH_USAGES_COUNT = 1024
/** Rounds over all usages until every balance and session exists. */
const WARM_ROUNDS_COUNT = 3
const OCTOBER_DAY = 20_727 // 2026-10-01 in days since 1970-01-01.

export function bench(options: readonly string[]): void {
  if (options.includes('--soak')) {
    soak()
    return
  }
  // In turn, because the machine's speed drifts.
  const measures = [false, true].map((hourCalls) => usagesPerSecond(hourCalls))
  const rates: [number[], number[]] = [[], []]
  for (let run = 0; run < RUNS_COUNT; run += 1) {
    for (const [index, measure] of measures.entries()) rates[index]!.push(measure())
  }
  report('rate', 'usage_per_second', median(rates[0]), '1/s')
  report('rate', 'usage_per_second_hour_calls', median(rates[1]), '1/s')
  const world = createRateWorld(USAGES_COUNT, false)
  const rater = warmRater(world)
  report('rate', 'p99_microseconds', p99Microseconds(rater, world.usages), 'us')
  report('rate', 'bytes_per_usage', bytesPerUsage(rater, world.usages), 'bytes')
}

/** Returns what measures one round over all usages. */
function usagesPerSecond(hourCalls: boolean): () => number {
  const world = createRateWorld(USAGES_COUNT, hourCalls)
  const rater = warmRater(world)
  const fresh = world.usages.slice(0, BATCH_USAGES_COUNT).map((usage) => ({ ...usage }))
  return () => {
    let elapsedMs = 0
    for (let at = 0; at + fresh.length <= world.usages.length; at += fresh.length) {
      refresh(fresh, world.usages, at)
      const begin = performance.now()
      rateAll(rater, fresh)
      elapsedMs += performance.now() - begin
    }
    const ratedCount = world.usages.length - (world.usages.length % fresh.length)
    return ratedCount / (elapsedMs / 1000)
  }
}

/** Usages come from mediation as objects that were just written; so they do here, off the clock. */
function refresh(fresh: readonly Usage[], usages: readonly Usage[], from: number): void {
  for (const [index, usage] of fresh.entries()) Object.assign(usage, usages[from + index])
}

/** Two rounds: the first makes the balances, the second lets the compiler settle. */
function warmRater(world: RateWorld): Rater {
  const rater = createRater(world)
  rateAll(rater, world.usages)
  rateAll(rater, world.usages)
  return rater
}

function rateAll(rater: Rater, usages: readonly Usage[]): number {
  let sum = 0
  // By index: an iterator would allocate more than rating does.
  for (let index = 0; index < usages.length; index += 1) {
    sum += rater.rate(usages[index]!, RECORDED_MS).chargeMicros
  }
  return sum
}

function p99Microseconds(rater: Rater, usages: readonly Usage[]): number {
  const times = new Float64Array(usages.length)
  for (const [index, usage] of usages.entries()) {
    const begin = performance.now()
    rater.rate(usage, RECORDED_MS)
    times[index] = performance.now() - begin
  }
  times.sort()
  return (times[Math.floor(times.length * 0.99)] ?? Number.NaN) * 1000
}

/** Growth of the heap over small batches; those in which the collector ran are left out. */
function bytesPerUsage(rater: Rater, usages: readonly Usage[]): number {
  const grown: number[] = []
  for (let at = 0; at + BATCH_USAGES_COUNT <= usages.length; at += BATCH_USAGES_COUNT) {
    const batch = usages.slice(at, at + BATCH_USAGES_COUNT)
    const before = process.memoryUsage().heapUsed
    rateAll(rater, batch)
    const bytes = process.memoryUsage().heapUsed - before
    if (bytes >= 0) grown.push(bytes / batch.length)
  }
  return median(grown)
}

function soak(): void {
  const digests = [997, 65_536].map((batchSize) => {
    const world = createRateWorld(USAGES_COUNT, false)
    return soakOnce(createRater(world), world, batchSize)
  })
  const isSame = digests.every((digest) => digest === digests[0])
  report('rate', 'soak_totals_identical', isSame ? 1 : 0, 'boolean')
  if (!isSame) throw new Error(`totals differ between batch sizes: ${digests.join(' ')}`)
}

/** Rates 20 million usages in batches and returns a digest of all balances. */
function soakOnce(rater: Rater, { directory, usages }: RateWorld, batchSize: number): string {
  const collectGarbage = garbageCollector()
  const megabytes: number[] = []
  let elapsedMs = 0
  for (let rated = 0; rated < SOAK_USAGES_COUNT; rated += usages.length) {
    const begin = performance.now()
    for (let at = 0; at < usages.length; at += batchSize) {
      const batch = usages.slice(at, at + batchSize)
      for (const request of rater.missingBalances(batch)) {
        rater.restore(request, { takes: [], usage: [], sessions: [], crossings: [] })
      }
      rateAll(rater, batch)
    }
    elapsedMs += performance.now() - begin
    collectGarbage()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    megabytes.push((heapUsed + arrayBuffers) / 1_048_576)
  }
  const warm = megabytes[WARM_ROUNDS_COUNT - 1] ?? Number.NaN
  const last = megabytes.at(-1) ?? Number.NaN
  const suffix = `batch_${batchSize}`
  const usagesPerSecondSoaked = SOAK_USAGES_COUNT / (elapsedMs / 1000)
  report('rate', `soak_usage_per_second_${suffix}`, usagesPerSecondSoaked, '1/s')
  report('rate', `soak_megabytes_after_warm_up_${suffix}`, warm, 'MB')
  report('rate', `soak_megabytes_at_end_${suffix}`, last, 'MB')
  const hash = createHash('sha256')
  for (const accountId of directory.accounts.keys()) {
    const request = {
      accountId,
      fromPeriodStartDay: OCTOBER_DAY,
      toPeriodStartDay: OCTOBER_DAY,
    }
    hash.update(JSON.stringify(rater.totals(request)))
  }
  return hash.digest('hex')
}
