/**
 * `npm run chaos -- --seed N`: a real broker, the embedded stores served to several processes, two
 * mediation and three rating workers, a producer that repeats itself, and faults that the seed
 * decides. Afterwards the ledger must be, row for row, what one reader makes of the same log from its
 * start, and every record that was produced must be in it. Exit status 1 when anything differs.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { verifyTopic } from '../src/verify/verify-topic.ts'
import { injectFaults } from './chaos-faults.ts'
import { startInstallation } from './chaos-installation.ts'
import type { Installation } from './chaos-installation.ts'
import { cdrLines, seededRandom } from './stream-world.ts'

const HELP = `npm run chaos -- [--seed N] [--count N] [--seconds N] [--unfenced]

  --seed N      the first seed (default 1); a seed decides records and faults
  --count N     so many seeds, one after the other (default 1)
  --seconds N   how long faults go on in each (default 30)
  --unfenced    workers without a fence: must be caught, so exit status 0 means that it was not
  --help        show this text
`
const ACCOUNTS = 12
const RECORDS_PER_SECOND = 150
const LINES_PER_MESSAGE = 5
const DUPLICATE_CHANCE = 0.05
const CALM_MS_MAX = 180_000
const PRODUCE_EVERY_MS = 200

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '30' },
    unfenced: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else await runSeeds()

async function runSeeds(): Promise<void> {
  const first = Number.parseInt(values.seed, 10)
  const seconds = Number.parseInt(values.seconds, 10)
  for (let seed = first; seed < first + Number.parseInt(values.count, 10); seed += 1) {
    const findings = await runSeed(seed, seconds)
    if (findings > 0) process.exitCode = 1
  }
}

/** How many differences there were. */
async function runSeed(seed: number, seconds: number): Promise<number> {
  const random = seededRandom(seed)
  await using installation = await startInstallation({
    mediationCount: 2,
    ratingCount: 3,
    accounts: ACCOUNTS,
    unfenced: values.unfenced,
  })
  const untilMs = performance.now() + seconds * 1_000
  const [produced, marks] = await Promise.all([
    produce(installation, seed, untilMs),
    injectFaults(installation, random, untilMs),
  ])
  const problems = await settle(installation)
  const { findings, rows, duplicates, usageIds } = await check(installation)
  const missing = [...produced].filter((id) => !usageIds.has(`mobile:${id}`))
  if (missing.length > 0) problems.push(`${missing.length} records are not in the ledger`)
  problems.push(...findings)
  const workers = [...installation.rating, ...installation.mediation]
  const logs = workers.map((worker) => worker.log()).join('')
  const fenced = logs.split('"partition_fenced"').length - 1
  const restarts = workers.reduce((sum, worker) => sum + worker.restarts, 0)
  const ends = endsOf(logs)
  const summary = { seed, produced: produced.size, rows, duplicates, marks, fenced, restarts, ends }
  process.stdout.write(`${JSON.stringify({ ...summary, differences: problems.length })}\n`)
  for (const problem of problems.slice(0, 20)) process.stdout.write(`  ${problem}\n`)
  return problems.length
}

/** Why workers ended by themselves, as they said it, and how often. */
function endsOf(logs: string): Record<string, number> {
  const ends: Record<string, number> = {}
  for (const [, reason = ''] of logs.matchAll(/^tik: (.{0,60})/gm)) {
    ends[reason] = (ends[reason] ?? 0) + 1
  }
  return ends
}

/** Ids of the records that the broker confirmed. */
async function produce(
  { stream }: Installation,
  seed: number,
  untilMs: number,
): Promise<Set<number>> {
  const random = seededRandom(seed ^ 0x2545)
  const confirmed = new Set<number>()
  const producer = await stream.producer()
  const perTurn = Math.ceil((RECORDS_PER_SECOND * PRODUCE_EVERY_MS) / 1_000)
  for (let from = 0; performance.now() < untilMs; from += perTurn) {
    const lines = cdrLines({ from, to: from + perTurn, seed: seed + from, accounts: ACCOUNTS })
    const again = from === 0 || random() >= DUPLICATE_CHANCE * 4 ? [] : lines.slice(0, 3)
    const all = [...lines, ...again]
    const messages = []
    for (let at = 0; at < all.length; at += LINES_PER_MESSAGE) {
      const value = all.slice(at, at + LINES_PER_MESSAGE).join('\n')
      messages.push({ key: String(Math.floor(random() * 1_000)), value })
    }
    try {
      await producer.send('cdr-mobile', messages)
      for (let id = from; id < from + perTurn; id += 1) confirmed.add(id)
    } catch {
      // The broker is away: nobody knows what it took, so nothing is claimed.
    }
    await sleep(PRODUCE_EVERY_MS)
  }
  await producer.close()
  return confirmed
}

/** Waits without faults until all of the log is in the ledger and stays so. */
async function settle({ stream, ledger }: Installation): Promise<string[]> {
  const deadlineMs = performance.now() + CALM_MS_MAX
  let calmRounds = 0
  while (calmRounds < 3) {
    if (performance.now() > deadlineMs) return ['the workers did not catch up']
    await sleep(1_000)
    calmRounds = (await isCaughtUp(stream, ledger).catch(() => false)) ? calmRounds + 1 : 0
  }
  return []
}

async function isCaughtUp(
  stream: Installation['stream'],
  ledger: Installation['ledger'],
): Promise<boolean> {
  const admin = await stream.admin()
  try {
    const mediated = await admin.committed('tik-mediation', 'cdr-mobile')
    const sources = await admin.bounds('cdr-mobile')
    if (sources.some((one) => (mediated.get(one.partition) ?? 0) < one.endOffset)) return false
    const last = await ledger.lastOffsets('usage')
    const usage = await admin.bounds('usage')
    return usage.every((one) => (last.get(one.partition) ?? -1) + 1 >= one.endOffset)
  } finally {
    await admin.close()
  }
}

async function check({ stream, ledger, world }: Installation) {
  const usageIds = new Set<string>()
  for await (const rows of ledger.rows({})) {
    for (const row of rows) usageIds.add(row.usageId)
  }
  const findings: string[] = []
  let rows = 0
  let duplicates = 0
  for await (const verdict of verifyTopic({
    topic: 'usage',
    stream,
    ledger,
    directory: world.directory,
    catalogueOf: () => Promise.resolve(world.catalogue),
  })) {
    findings.push(...verdict.findings)
    rows += verdict.rows
    duplicates += verdict.byOutcome['duplicate'] ?? 0
  }
  return { findings, rows, duplicates, usageIds }
}
