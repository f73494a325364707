/**
 * `npm run chaos`: a real broker, the embedded stores served to several processes, two mediation and
 * two to four rating workers, alerts, sources that repeat themselves, wrong clocks, and faults that
 * the seed decides. Afterwards the log must hold what the sources hold, the ledger must be row for
 * row what one process makes of that log, and the alerts what follows from it. Stops at the first
 * difference with exit status 1.
 */
import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { formatTable } from '../src/core/text/text-table.ts'
import { KAFKA_CLIENTS } from '../src/stream/kafka/open-stream.ts'
import { openLab } from './chaos/lab.ts'
import type { Lab } from './chaos/lab.ts'
import type { Marks } from './chaos/marks.ts'
import { runSeed } from './chaos/run-seed.ts'
import type { SeedResult } from './chaos/run-seed.ts'

const HELP = `npm run chaos -- [--seed N | --seeds FROM..TO] [--seconds N] [--client NAME] [--unfenced]

  --seed N           one seed (default 1); a seed decides records, clocks and faults
  --seeds FROM..TO   these, one after the other, over one broker
  --seconds N        how long faults go on in each (default 6)
  --client NAME      of TIK_KAFKA_CLIENT, for all of them (default platformatic)
  --unfenced         workers without a fence: every seed should find a difference, and the exit
                     status is 0 when one of them did
  --help             show this text

One line a seed; at the end, or after the seed under way on Ctrl-C, how often each kind of failure was
really hit, and in how many seeds.
`
const FINDINGS_SHOWN = 12

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    seconds: { type: 'string', default: '6' },
    client: { type: 'string', default: KAFKA_CLIENTS[0] },
    unfenced: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else process.exitCode = await runSeeds()

async function runSeeds(): Promise<number> {
  const { from, to } = seedRange()
  const faultsMs = Number.parseFloat(values.seconds) * 1_000
  const all: Marks[] = []
  let caught = 0
  await using lab = await openLab(z.enum(KAFKA_CLIENTS).parse(values.client))
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop.abort()
      say('Stopping after this seed …')
    })
  }
  for (let seed = from; seed <= to && !stop.signal.aborted; seed += 1) {
    const startedMs = performance.now()
    const result = await runSeed(lab, { seed, faultsMs, unfenced: values.unfenced })
    all.push(result.marks)
    say(lineOf(seed, result, performance.now() - startedMs))
    for (const finding of result.findings.slice(0, FINDINGS_SHOWN)) say(`  ${finding}`)
    if (result.findings.length > 0) caught += 1
    if (result.findings.length > 0 && !values.unfenced) {
      keepLab(lab, result.folder)
      break
    }
    await rm(result.folder, { recursive: true, force: true })
  }
  say(tableOf(all))
  if (values.unfenced) say(`${caught} of ${all.length} seeds caught the missing fence`)
  else if (caught === 0) await rm(lab.folder, { recursive: true, force: true })
  return values.unfenced === caught > 0 ? 0 : 1
}

function keepLab({ folder, kafka }: Lab, seedFolder: string): void {
  say(`logs of the workers: ${seedFolder}`)
  say(`stores: ${folder}, broker (gone when this ends): ${kafka.folder}`)
}

function seedRange(): { from: number; to: number } {
  const [from = values.seed, to = from] = values.seeds?.split('..') ?? []
  return { from: Number.parseInt(from, 10), to: Number.parseInt(to, 10) }
}

function lineOf(seed: number, result: SeedResult, ms: number): string {
  const verdict = result.findings.length === 0 ? 'ok' : `${result.findings.length} DIFFERENCES`
  const { rows, crossings, blocks, marks } = result
  const fenced = marks['insert refused by the fence'] ?? 0
  const took = `${(ms / 1_000).toFixed(1)} s`
  return `seed ${seed}: ${verdict}, ${took}, ${rows} rows, ${crossings} alerts, ${blocks} blocks, ${fenced} fenced`
}

/** Every kind of failure: how often it was hit, and in how many seeds. */
function tableOf(all: readonly Marks[]): string {
  const kinds = [...new Set(all.flatMap((marks) => Object.keys(marks)))]
  const rows = kinds.map((kind) => {
    const counts = all.map((marks) => marks[kind] ?? 0)
    const hits = counts.reduce((sum, count) => sum + count, 0)
    return { kind, hits: String(hits), seeds: String(counts.filter((count) => count > 0).length) }
  })
  return formatTable(
    [
      { key: 'kind', title: `What happened in ${all.length} seeds` },
      { key: 'hits', title: 'Times', align: 'right' },
      { key: 'seeds', title: 'Seeds', align: 'right' },
    ],
    rows,
  )
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
