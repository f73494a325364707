/** The months from where they begin to their end, undisturbed or under the kills of a seed. */
import { chooseOf } from '../siege/choose.ts'
import { runTik, type Kill, type TikRun } from '../siege/run-tik.ts'
import { describeRun, isDone, KILLS, problemsOf } from '../siege/scene.ts'
import { readBilledState, problemsOfNumbers, type BilledState } from './billed-state.ts'
import { MONTHS, MONTHS_END_MS, type Step } from './months.ts'
import type { Place } from './place.ts'

export interface Undisturbed {
  readonly state: BilledState
  /** Of each step of the place, when nothing disturbs it. */
  readonly writesCounts: ReadonlyMap<Step, number>
}

export interface Besieged {
  readonly killsCount: number
  readonly togetherCount: number
  /** Undefined when a command did not get done, and the months were broken off. */
  readonly state: BilledState | undefined
  readonly findings: readonly string[]
}

export interface Siege {
  readonly random: () => number
  readonly killsMax: number
}

/** Of one step, before it is left to finish. */
const KILLS_OF_STEP_MAX = 4
/** How often two are started at once instead of one alone, which is killed. */
const TOGETHER_SHARE = 0.3
const ATTEMPTS_MAX = 4

/** Makes what the months begin with too, and keeps it. */
export async function runUndisturbed(place: Place): Promise<Undisturbed> {
  const writesCounts = new Map<Step, number>()
  await place.begin()
  if (place.name === 'server') await one(place, ['migrate'], 0)
  const [first] = MONTHS.filter(({ isBefore }) => isBefore !== true)
  for (const step of MONTHS) {
    if (step === first) await place.keep()
    const run = await one(place, step.argv(place), step.clockMs)
    if (!isDone(run)) throw new Error(`${step.name}, undisturbed: ${run.stdout}${describeRun(run)}`)
    writesCounts.set(step, run.writesCount)
  }
  const state = await readBilledState(place)
  const problems = [...problemsOfNumbers(state), ...(await verified(place))]
  if (problems.length > 0) throw new Error(`undisturbed: ${problems.join('; ')}`)
  return { state, writesCounts }
}

export async function runBesieged(
  place: Place,
  undisturbed: Undisturbed,
  { random, killsMax }: Siege,
): Promise<Besieged> {
  const findings: string[] = []
  const count = { killsCount: 0, togetherCount: 0 }
  await place.begin()
  for (const step of MONTHS) {
    if (step.isBefore === true) continue
    const hit = { place, step, random, writesCount: undisturbed.writesCounts.get(step) ?? 1 }
    const isTogether = step.isLast !== true && random() < TOGETHER_SHARE
    const left = step.isLast === true ? 0 : killsMax - count.killsCount
    const wanted = Math.min(1 + Math.floor(random() * KILLS_OF_STEP_MAX), left)
    if (isTogether) count.togetherCount += 1
    const runs = isTogether ? await together(hit, wanted > 0) : await oneByOne(hit, wanted)
    count.killsCount += runs.filter(({ isKilled }) => isKilled).length
    for (const run of runs)
      findings.push(...problemsOf(run).map((text) => `${step.name}: ${text}: ${describeRun(run)}`))
    if (!(await finish(place, step, findings))) return { ...count, state: undefined, findings }
  }
  const state = await readBilledState(place)
  findings.push(...problemsOfNumbers(state), ...(await verified(place)))
  return { ...count, state, findings }
}

interface Hit {
  readonly place: Place
  readonly step: Step
  readonly random: () => number
  readonly writesCount: number
}

function someKill({ random, writesCount }: Hit): { how: Kill; atWrites: number } {
  return { how: chooseOf(KILLS, random), atWrites: Math.max(1, Math.floor(random() * writesCount)) }
}

async function oneByOne(hit: Hit, killsMax: number): Promise<TikRun[]> {
  const { place, step } = hit
  const runs: TikRun[] = []
  while (runs.length < killsMax) {
    const run = await one(place, step.argv(place), step.clockMs, { kill: someKill(hit) })
    runs.push(run)
    if (isFinished(step, run)) break
  }
  return runs
}

/** Two that are asked for the same at once; one of them may be killed. */
async function together(hit: Hit, mayKill: boolean): Promise<TikRun[]> {
  const { place, step, random } = hit
  const killed = mayKill && random() < 0.5 ? Math.floor(random() * 2) : -1
  return Promise.all(
    [0, 1].map((machine) => {
      const kill = machine === killed ? { kill: someKill(hit) } : {}
      return one(place, step.argv(place), step.clockMs, { machine, ...kill })
    }),
  )
}

function one(
  place: Place,
  argv: readonly string[],
  clockMs: number,
  { machine = 0, kill }: { machine?: number; kill?: { how: Kill; atWrites: number } } = {},
): Promise<TikRun> {
  const { folder, dataFolders } = place
  const dataFolder = dataFolders[machine] ?? dataFolders[0]
  const site = { folder, dataFolder, user: undefined }
  return runTik(site, argv, { clockMs, environment: place.environment(), kill })
}

/** What the words of tik advise, to the end of it, as whoever started it would; on both machines. */
async function finish(place: Place, step: Step, findings: string[]): Promise<boolean> {
  for (const [machine] of [...new Set(place.dataFolders)].entries()) {
    let last = ''
    let attempts = 0
    for (; attempts < ATTEMPTS_MAX; attempts += 1) {
      const run = await one(place, step.argv(place), step.clockMs, { machine })
      findings.push(...problemsOf(run).map((text) => `${step.name}: ${text}`))
      last = describeRun(run)
      if (isFinished(step, run)) break
    }
    if (attempts < ATTEMPTS_MAX) continue
    findings.push(`${step.name} does not get done: ${last}`)
    return false
  }
  return true
}

function isFinished({ refusal }: Step, run: TikRun): boolean {
  return isDone(run) || (run.status === 1 && refusal?.test(run.stderr) === true)
}

async function verified(place: Place): Promise<string[]> {
  const run = await one(place, ['verify'], MONTHS_END_MS)
  return run.status === 0 ? [] : [`verify, at the end: ${run.stdout}${describeRun(run)}`]
}
