/** One day from its first command to its last, undisturbed or under the faults of a seed. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../seeded-random.ts'
import { damageSilently } from './damage-silently.ts'
import { DAY, DAY_ENDS_MS } from './day.ts'
import type { Step, StepName } from './day.ts'
import { readEndState } from './end-state.ts'
import type { EndState } from './end-state.ts'
import { planFaults } from './plan-faults.ts'
import { runTik } from './run-tik.ts'
import { describeRun, isDone, openScene } from './scene.ts'
import type { Scene } from './scene.ts'
import { hand, putCopy } from './site.ts'
import type { Site } from './site.ts'

/** What the undisturbed day leaves for the others. */
export interface UndisturbedDay {
  readonly state: EndState
  readonly writesCounts: ReadonlyMap<StepName, number>
}

export interface BesiegedDay {
  /** Undefined when a command did not get done, and the day was broken off. */
  readonly state: EndState | undefined
  readonly marks: Readonly<Record<string, number>>
  readonly findings: readonly string[]
}

export interface Siege {
  readonly seed: number
  /** Faults at most; the steps that are hit are the seed's choice. */
  readonly faultsMax: number
  readonly blind: boolean
}

/** Making the stores takes long: the other seeds begin with a copy of them. */
const FROM_NOTHING_SHARE = 0.25
/** Attempts at a step whose fault is over. */
const ATTEMPTS_MAX = 4

export async function runUndisturbed(site: Site): Promise<UndisturbedDay> {
  const writesCounts = new Map<StepName, number>()
  rmSync(site.dataFolder, { recursive: true, force: true })
  for (const step of DAY) {
    step.prepare(site)
    const run = await runTik(site, step.argv(site), step)
    if (!isDone(run)) throw new Error(`${step.name}, undisturbed: ${describeRun(run)}`)
    writesCounts.set(step.name, run.writesCount)
    if (step === DAY[0]) putCopy(site.dataFolder, firstFolder(site))
  }
  const findings: string[] = []
  await verify(site, findings)
  const state = await endOf(site, findings)
  if (findings.length > 0) throw new Error(`undisturbed: ${findings.join()}`)
  return { state, writesCounts }
}

export async function runBesieged(
  site: Site,
  day: UndisturbedDay,
  { seed, faultsMax, blind }: Siege,
): Promise<BesiegedDay> {
  const random = seededRandom(seed)
  const marks: Record<string, number> = {}
  const findings: string[] = []
  const sceneOf = (step: Step): Scene =>
    openScene({
      site,
      step,
      random,
      writesCount: day.writesCounts.get(step.name) ?? 1,
      mark: (kind) => void (marks[kind] = (marks[kind] ?? 0) + 1),
      find: (text) => void findings.push(text),
    })
  const plan = planFaults(chooseSteps(DAY, faultsMax, random), random)
  begin(site, plan.has('accounts'))
  for (const step of DAY) {
    if (step === DAY[0] && existsSync(join(site.dataFolder, 'operations'))) continue
    step.prepare(site)
    const scene = sceneOf(step)
    await plan.get(step.name)?.(scene)
    if (!(await finish(scene))) return { state: undefined, marks, findings }
  }
  await verify(site, findings)
  if (blind) {
    marks[await damageSilently(site.dataFolder, random)] = 1
    hand(site, site.dataFolder) // The export must not stumble over what we made.
  }
  return { state: await endOf(site, findings), marks, findings }
}

function begin(site: Site, isFromNothing: boolean): void {
  if (isFromNothing) rmSync(site.dataFolder, { recursive: true, force: true })
  else putCopy(firstFolder(site), site.dataFolder)
}

function firstFolder(site: Site): string {
  return join(site.folder, 'after-accounts')
}

/** The fault is over: what the words of tik advise is to run it again. */
async function finish(scene: Scene): Promise<boolean> {
  let last = ''
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const run = await scene.run()
    if (isDone(run)) return true
    last = describeRun(run)
  }
  scene.find(`${scene.step.name} does not get done: ${last}`)
  return false
}

async function verify(site: Site, findings: string[]): Promise<void> {
  const run = await runTik(site, ['verify'], { clockMs: DAY_ENDS_MS })
  if (run.status !== 0) findings.push(`verify, at the end of the day: ${describeRun(run)}`)
}

/** An export that complains, as of rows that are missing, is a finding like what it shows. */
async function endOf(site: Site, findings: string[]): Promise<EndState> {
  const run = await runTik(site, 'export --period 2026-10'.split(' '), { clockMs: DAY_ENDS_MS })
  if (!isDone(run)) findings.push(`export, at the end of the day: ${describeRun(run)}`)
  return await readEndState(site.dataFolder, run.stdout)
}

/** The steps that are hit. */
function chooseSteps(
  steps: readonly Step[],
  faultsMax: number,
  random: () => number,
): ReadonlySet<StepName> {
  const isFromNothing = random() < FROM_NOTHING_SHARE
  const left = steps.map(({ name }) => name).slice(isFromNothing ? 0 : 1)
  while (left.length > faultsMax) left.splice(Math.floor(random() * left.length), 1)
  return new Set(left)
}
