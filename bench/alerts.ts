/**
 * How fast crossings become mails, over the real outbox and a real SMTP server on loopback: 10,000
 * crossings of 1,000 accounts, the drain at a configured rate, and the time from usage to mail.
 * `--storm` measures what such a storm costs the rating that goes on meanwhile; `--seconds N` makes
 * it shorter.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { dispatchAlerts, type AlertParts } from '../src/alerts/dispatch-alerts.ts'
import { systemClock } from '../src/core/time/clock.ts'

import {
  crossingOf,
  openAlertWorld,
  quantile,
  readerOf,
  waitedSeconds,
  waitingNotices,
} from './alert-world.ts'
import { report } from './report.ts'
import { benchStormBesideRating } from './storm-beside-rating.ts'

const CROSSINGS = 10_000
const RATE_PER_MINUTE = 1_200
const LATENCY_SECONDS = 90
const LATENCY_CROSSINGS_PER_SECOND = 20
/** Few, so that most crossings wait for the minute of their user: the worst case. */
const LATENCY_USERS = 300

export async function bench(options: readonly string[] = []): Promise<void> {
  const { storm, seconds } = parseArgs({
    args: [...options],
    options: {
      storm: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '60' },
    },
  }).values
  if (storm) return benchStormBesideRating(Number.parseInt(seconds, 10))
  await using world = await openAlertWorld()
  const { parts } = world
  await benchStorm(parts)
  await parts.store.script('TRUNCATE alert_crossings, mails CASCADE')
  await benchRate(parts)
  await parts.store.script('TRUNCATE alert_crossings, mails CASCADE')
  await benchLatency(parts)
}

/** 10,000 crossings at once: noted, composed and handed to SMTP. */
async function benchStorm(parts: AlertParts): Promise<void> {
  const crossings = Array.from({ length: CROSSINGS }, (_, index) => crossingOf(index))
  const startMs = performance.now()
  const done = await dispatchAlerts({ ...parts, reader: readerOf(crossings) })
  const seconds = (performance.now() - startMs) / 1_000
  report('alerts', 'storm_crossings', done.crossingsCount, 'crossings')
  report('alerts', 'storm_mails', done.sentCount, 'mails')
  report('alerts', 'storm_seconds', seconds, 's')
  report('alerts', 'crossings_per_second', done.crossingsCount / seconds, 'crossings/s')
}

/** The same storm, drained at the configured rate: how many mails leave in half a minute. */
async function benchRate(parts: AlertParts): Promise<void> {
  const crossings = Array.from({ length: CROSSINGS }, (_, index) => crossingOf(index))
  const rated = { ...parts, mailsPerMinuteMax: RATE_PER_MINUTE }
  await dispatchAlerts({ ...rated, reader: readerOf(crossings) }) // Notes and composes all of them.
  const startMs = performance.now()
  let sent = 0
  while (performance.now() - startMs < 30_000) {
    await sleep(500)
    sent += (await dispatchAlerts(rated)).sentCount
  }
  const minutes = (performance.now() - startMs) / 60_000
  report('alerts', 'configured_rate', RATE_PER_MINUTE, 'mails/min')
  report('alerts', 'measured_rate', sent / minutes, 'mails/min')
}

/** A steady stream of crossings, many of the same users: time until SMTP took the mail. */
async function benchLatency(parts: AlertParts): Promise<void> {
  let index = 0
  const endMs = systemClock.nowMs() + LATENCY_SECONDS * 1_000
  while (systemClock.nowMs() < endMs) {
    const recordedMs = systemClock.nowMs()
    const fresh = Array.from({ length: LATENCY_CROSSINGS_PER_SECOND }, () =>
      crossingOf(index++ % LATENCY_USERS, recordedMs, index),
    )
    await dispatchAlerts({ ...parts, reader: readerOf(fresh) })
    await sleep(Math.max(0, recordedMs + 1_000 - systemClock.nowMs()))
  }
  while ((await dispatchAlerts(parts)).sentCount > 0 || (await waitingNotices(parts)) > 0) {
    await sleep(1_000) // The last ones wait for their minute.
  }
  const waited = await waitedSeconds(parts)
  const at = (share: number): number => quantile(waited, share)
  report('alerts', 'latency_crossings', waited.length, 'crossings')
  report('alerts', 'usage_to_smtp_p50', at(0.5), 's')
  report('alerts', 'usage_to_smtp_p99', at(0.99), 's')
  report('alerts', 'usage_to_smtp_max', at(1), 's')
}
