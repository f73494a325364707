/** One seed: an installation, faults while it works, calm, and then everything is compared. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { dispatchAlerts } from '../../src/alerts/dispatch-alerts.ts'
import { createFolderMailer } from '../../src/mail/folder-mailer.ts'
import { createCrossingReader } from '../../src/alerts/crossings/ledger-crossings.ts'
import { fixedClock } from '../../src/core/time/clock.ts'
import { openOperations } from '../../src/postgres/operations-store.ts'
import type { OperationsStore } from '../../src/postgres/operations-store.ts'
import { seededRandom } from '../seeded-random.ts'
import { alertPositions, checkAlerts, unpublishedCount } from './check-alerts.ts'
import { checkLedger, rowsByPartition } from './check-ledger.ts'
import { checkLog } from './check-log.ts'
import { injectFaults } from './faults.ts'
import { startInstallation } from './installation.ts'
import type { Installation } from './installation.ts'
import type { Lab } from './lab.ts'
import { marksOf } from './marks.ts'
import type { Marks } from './marks.ts'
import { produce } from './produce.ts'
import { readTopic } from './read-topic.ts'
import { referenceRun } from './reference-run.ts'

export interface SeedResult {
  readonly findings: readonly string[]
  readonly marks: Marks
  readonly rows: number
  readonly crossings: number
  readonly blocks: number
  /** Logs of every process. */
  readonly folder: string
}

export interface SeedOptions {
  readonly seed: number
  readonly faultsMs: number
  readonly unfenced: boolean
}

const START_MS_MAX = 60_000
const SETTLE_MS_MAX = 120_000
const SETTLE_POLL_MS = 250
/** Rounds in a row in which nothing is left to do. */
const CALM_ROUNDS = 4
/** What waits for its minute is due by then, whatever the clocks of the workers said. */
const FLUSH_AFTER_MS = 100 * 86_400_000

export async function runSeed(lab: Lab, options: SeedOptions): Promise<SeedResult> {
  const { seed, faultsMs, unfenced } = options
  const random = seededRandom(seed)
  await using installation = await startInstallation(lab, { seed, random, unfenced })
  await using operations = await openOperations({ url: lab.postgresUrl })
  await allStarted(installation)
  const untilMs = performance.now() + faultsMs
  const [confirmed, faults] = await Promise.all([
    produce(installation, seed, faultsMs),
    injectFaults(installation, random, untilMs),
  ])
  const findings = await settle(installation, operations)
  findings.push(...(await endWorkers(installation)))
  await flushAlerts(installation, operations)

  const { prefix, stream, admin, ledger, folder } = installation
  const read = (name: string) => readTopic(stream, admin, prefix + name)
  const [sources, log] = await Promise.all([read('cdr-mobile'), read('usage')])
  const [alertsTopic, requestsTopic] = await Promise.all([read('alerts'), read('service-requests')])
  const rows = await rowsByPartition(ledger, log)
  const wanted = await referenceRun(log, rows, lab.world)
  const workers = [...installation.alerts.map(({ name }) => name), 'flush']
  const mailFolders = workers.map((name) => join(folder, name, 'mails'))
  const parts = { operations, alertsTopic, requestsTopic, mailFolders }
  const alerts = await checkAlerts(wanted, parts)
  findings.push(...checkLog(sources, log, lab.world, confirmed))
  findings.push(...checkLedger(rows, wanted), ...alerts.findings, ...badEnds(installation))
  return {
    findings,
    marks: marksOf(installation, faults, log, rows),
    rows: rows.flat().length,
    crossings: alerts.crossingsCount,
    blocks: alerts.blocksCount,
    folder,
  }
}

/** Faults that hit a worker before it does anything prove little. */
async function allStarted({ rating, mediation, alerts }: Installation): Promise<void> {
  const deadlineMs = performance.now() + START_MS_MAX
  for (const worker of [...rating, ...mediation, ...alerts]) {
    while (!worker.log().includes('"stages_started"')) {
      if (performance.now() > deadlineMs) throw new Error(`${worker.name} did not start`)
      await sleep(SETTLE_POLL_MS)
    }
  }
}

/** Waits without faults until everything is done and stays so. */
async function settle(installation: Installation, operations: OperationsStore): Promise<string[]> {
  const { rating, mediation, alerts } = installation
  const deadlineMs = performance.now() + SETTLE_MS_MAX
  let calmRounds = 0
  let left = ''
  while (calmRounds < CALM_ROUNDS) {
    if (performance.now() > deadlineMs) return [`the workers did not catch up: ${left}`]
    for (const worker of [...rating, ...mediation, ...alerts]) worker.resume()
    await sleep(SETTLE_POLL_MS)
    left = await whatIsLeft(installation, operations).catch(String)
    calmRounds = left === '' ? calmRounds + 1 : 0
  }
  return []
}

/** In words; '' when all is done. */
async function whatIsLeft(
  { admin, ledger, prefix }: Installation,
  operations: OperationsStore,
): Promise<string> {
  const mediated = await admin.committed(`${prefix}tik-mediation`, `${prefix}cdr-mobile`)
  for (const { partition, endOffset } of await admin.bounds(`${prefix}cdr-mobile`)) {
    const offset = mediated.get(partition) ?? 0
    if (offset < endOffset) return `sources/${partition} is mediated to ${offset} of ${endOffset}`
  }
  const last = await ledger.lastOffsets(`${prefix}usage`)
  const noted = await alertPositions(operations)
  for (const { partition, endOffset } of await admin.bounds(`${prefix}usage`)) {
    const rated = (last.get(partition) ?? -1) + 1
    if (rated < endOffset) return `usage/${partition} is rated to ${rated} of ${endOffset}`
    const read = noted.get(partition) ?? 0
    if (read < endOffset) return `usage/${partition} is read for alerts to ${read} of ${endOffset}`
  }
  const waiting = await unpublishedCount(operations)
  return waiting === 0 ? '' : `${waiting} crossings are not published`
}

/** SIGTERM to all at once: they finish what they have, within their bound. */
async function endWorkers({ rating, mediation, alerts }: Installation): Promise<string[]> {
  const workers = [...rating, ...mediation, ...alerts]
  const ends = await Promise.all(workers.map((worker) => worker.end()))
  return workers.flatMap(({ name }, index) =>
    ends[index] === true ? [] : [`${name} did not end on SIGTERM`],
  )
}

/** What waits for the minute of its user. */
async function flushAlerts(
  { lab, clickhouse, folder }: Installation,
  operations: OperationsStore,
): Promise<void> {
  await dispatchAlerts({
    reader: createCrossingReader(clickhouse),
    store: operations,
    mailer: createFolderMailer(join(folder, 'flush', 'mails')),
    catalogue: lab.world.catalogue,
    directory: lab.world.directory,
    clock: fixedClock(Date.now() + FLUSH_AFTER_MS),
    mailsPerMinuteMax: 100_000,
    flush: true,
  })
}

/** A worker may give up what is away for too long; anything else that ends it is a bug. */
function badEnds({ rating, mediation, alerts }: Installation): string[] {
  const away = /^(ledger|operations|stream)_unavailable/
  return [...rating, ...mediation, ...alerts].flatMap((worker) =>
    [...worker.log().matchAll(/^tik: (.*)$/gm)]
      .map(([, end = '']) => end)
      .filter((end) => !away.test(end))
      .map((end) => `${worker.name} ended with ${end}`),
  )
}
