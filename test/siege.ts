/**
 * `npm run siege`: a billing month as commands, under faults that a seed decides; what tik advises
 * mends each, and the end must be that of an undisturbed day, row for row and byte for byte. Stops at
 * the first difference with exit status 1 and leaves the folder as it is.
 */
import { parseArgs } from 'node:util'
import { formatTable } from '../src/core/text/text-table.ts'
import { compareStates } from './siege/compare-states.ts'
import { runBesieged, runUndisturbed } from './siege/run-day.ts'
import { openSite } from './siege/site.ts'
import type { Site } from './siege/site.ts'

const HELP = `npm run siege -- [--seed N | --seeds FROM..TO] [--faults N] [--blind]

  --seed N           one seed (default 1); a seed decides which steps are hit, by what and when
  --seeds FROM..TO   these, one after the other, against one undisturbed day
  --faults N         how many steps of a day are hit at most (default: each)
  --blind            at the end a row, a mail or a document is changed and nobody is told: every seed
                     must find a difference, and the exit status is 0 when each did
  --help             show this text

Linux only. Disks are filled where one can be mounted, and commands run as nobody where the siege runs
as root; what is left out is said. At the end: how often each thing was really hit, in how many seeds.
`
const FINDINGS_SHOWN = 12

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    faults: { type: 'string', default: '100' },
    blind: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else if (process.platform === 'linux') process.exitCode = await besiege()
else say('skipped: the siege reads /proc, which only Linux has')

type Marks = Readonly<Record<string, number>>

async function besiege(): Promise<number> {
  const site = openSite()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      site.close()
      process.exit(1)
    })
  }
  try {
    return await runSeeds(site)
  } catch (error) {
    site.close()
    throw error
  }
}

async function runSeeds(site: Site): Promise<number> {
  const { from, to } = seedRange()
  for (const text of site.skipped) say(`skipped, ${text}`)
  const startedMs = performance.now()
  const day = await runUndisturbed(site)
  say(`undisturbed: ${day.state.rows.size} rows, ${day.state.files.size} files, ${took(startedMs)}`)
  const all: Marks[] = []
  let differentCount = 0
  let isKept = false
  for (let seed = from; seed <= to && !isKept; seed += 1) {
    const seedStartedMs = performance.now()
    const options = { seed, faultsMax: Number.parseInt(values.faults, 10), blind: values.blind }
    const { state, marks, findings } = await runBesieged(site, day, options)
    const different = state === undefined ? [] : compareStates(state, day.state)
    const differences = [...findings, ...different]
    all.push(marks)
    const verdict = differences.length === 0 ? 'ok' : `${differences.length} DIFFERENCES`
    const hitsCount = Object.values(marks).reduce((sum, count) => sum + count, 0)
    say(`seed ${seed}: ${verdict}, ${took(seedStartedMs)}, ${hitsCount} hits`)
    for (const text of differences.slice(0, FINDINGS_SHOWN)) say(`  ${text}`)
    if (differences.length > 0) differentCount += 1
    isKept = differences.length > 0 && !values.blind
  }
  say(tableOf(all))
  if (isKept) keep(site)
  else site.close()
  if (!values.blind) return isKept ? 1 : 0
  say(`${differentCount} of ${all.length} seeds caught the silent damage`)
  return differentCount === all.length ? 0 : 1
}

function keep({ dataFolder, disk, folder }: Site): void {
  const how = disk === undefined ? `rm -r ${folder}` : `umount ${disk.path} && rm -r ${folder}`
  say(`The data folder is as it was left: ${dataFolder}\nWhen you have seen it: ${how}`)
}

function seedRange(): { from: number; to: number } {
  const [from = values.seed, to = from] = values.seeds?.split('..') ?? []
  return { from: Number.parseInt(from, 10), to: Number.parseInt(to, 10) }
}

function took(startedMs: number): string {
  return `${((performance.now() - startedMs) / 1_000).toFixed(1)} s`
}

/** Every fault: how often it was hit, and in how many seeds. */
function tableOf(all: readonly Marks[]): string {
  const kinds = [...new Set(all.flatMap((marks) => Object.keys(marks)))].sort()
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
