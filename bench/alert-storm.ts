/** An alert storm: 10,000 crossings a minute that drain at the configured rate of mails. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { dispatchAlerts, type AlertParts } from '../src/alerts/dispatch-alerts.ts'
import { crossingOf, quantile, readerOf, waitedSeconds, waitingNotices } from './alert-world.ts'

export const STORM_MAILS_PER_MINUTE = 1_200
const CROSSINGS_PER_MINUTE = 10_000
/** As often as the alerts stage looks. */
const ROUND_MS = 1_000
/** A storm drains in a few minutes; more means that it does not. */
const ROUNDS_MAX = 900

export const stormReport = z.object({
  crossingsCount: z.int(),
  mailsCount: z.int(),
  /** Mails of the busiest minute. */
  perMinuteMax: z.int(),
  p99Seconds: z.number(),
})
export type StormReport = z.output<typeof stormReport>

/** Crossings come for this many seconds; done when the last mail has left. */
export async function runStorm(unlimited: AlertParts, seconds: number): Promise<StormReport> {
  const parts = { ...unlimited, mailsPerMinuteMax: STORM_MAILS_PER_MINUTE }
  const total = Math.round((CROSSINGS_PER_MINUTE * seconds) / 60)
  const startMs = performance.now()
  let crossingsCount = 0
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    const come = Math.min(1, (performance.now() - startMs) / (seconds * 1_000))
    const upTo = Math.floor(total * come)
    const fresh = Array.from({ length: upTo - crossingsCount }, (_, at) =>
      crossingOf(crossingsCount + at),
    )
    crossingsCount = upTo
    await dispatchAlerts({ ...parts, reader: readerOf(fresh) })
    if (crossingsCount === total && (await isDrained(parts))) break
    await sleep(Math.max(0, startMs + round * ROUND_MS - performance.now()))
  }
  const waited = await waitedSeconds(parts)
  if (waited.length !== total) throw new Error(`${waited.length} of ${total} crossings were mailed`)
  const finished = await finishedMs(parts)
  return {
    crossingsCount,
    mailsCount: finished.length,
    perMinuteMax: busiestMinute(finished),
    p99Seconds: quantile(waited, 0.99),
  }
}

async function isDrained(parts: AlertParts): Promise<boolean> {
  if ((await waitingNotices(parts)) > 0) return false
  const [queued] = await parts.store.query(
    `SELECT count(*)::int AS count FROM mails WHERE state = 'queued'`,
    [],
    z.object({ count: z.int() }),
  )
  return queued?.count === 0
}

async function finishedMs({ store }: AlertParts): Promise<number[]> {
  const rows = await store.query(
    `SELECT finished_ms FROM mails WHERE state = 'sent' ORDER BY 1`,
    [],
    z.object({ finished_ms: z.int() }),
  )
  return rows.map(({ finished_ms }) => finished_ms)
}

function busiestMinute(finished: readonly number[]): number {
  let most = 0
  let first = 0
  for (const [index, atMs] of finished.entries()) {
    while ((finished[first] ?? atMs) <= atMs - 60_000) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}
