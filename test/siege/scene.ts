/** One seed under way: what a fault may do, and where it says what it did and what it found. */
import { chooseOf } from './choose.ts'
import { runTik } from './run-tik.ts'
import type { Kill, TikRun } from './run-tik.ts'
import type { Site } from './site.ts'
import type { Step } from './day.ts'

export interface Scene {
  readonly site: Site
  readonly step: Step
  readonly random: () => number
  /** Write calls of this step when nothing disturbs it. */
  readonly writesCount: number
  /** Runs the command of the step, or another one at its time. */
  run(argv?: readonly string[], kill?: { how: Kill; atWrites: number }): Promise<TikRun>
  /** Something really happened. */
  readonly mark: (kind: string) => void
  /** Something is wrong with tik. */
  readonly find: (text: string) => void
}

/** What everybody may expect of a command, however it ends. */
export function problemsOf(run: TikRun): string[] {
  const problems: string[] = []
  if (run.isStuck) problems.push('it did not end')
  if (run.stderr.includes('a bug: please report this')) problems.push('it calls it a bug')
  if (/DB::Exception|^\s+at .+:\d+:\d+\)?$/m.test(run.stderr)) problems.push('it shows its insides')
  const isOurs = run.isKilled && run.signal !== undefined && OUR_SIGNALS.has(run.signal)
  if (run.signal !== undefined && !isOurs) problems.push(`it ended by ${run.signal}`)
  return problems
}

const OUR_SIGNALS: ReadonlySet<NodeJS.Signals> = new Set(['SIGKILL', 'SIGTERM'])

/** Whether it did all that it was asked; records that wait and refused files are no failure. */
export function isDone(run: TikRun): boolean {
  if (run.status === undefined || run.status > 1) return false
  return !/^tik: /m.test(run.stderr) && !/\bunfinished\b/.test(run.stdout)
}

/** It failed, and a person can read why. */
export function saysWhy({ status, stderr }: TikRun): boolean {
  return status !== undefined && status > 0 && /^tik: \S/m.test(stderr)
}

/** What a person sees of it, in a finding. */
export function describeRun({ status, signal, stderr }: TikRun): string {
  const shown = stderr.split('\n').slice(0, STDERR_LINES_SHOWN).join('\n    ')
  return `status ${status ?? signal}: ${shown}`
}

const STDERR_LINES_SHOWN = 12

export function openScene(parts: Omit<Scene, 'run'>): Scene {
  const { site, step, find } = parts
  return {
    ...parts,
    async run(argv = step.argv(site), kill) {
      const run = await runTik(site, argv, { clockMs: step.clockMs, kill })
      for (const problem of problemsOf(run)) {
        find(`${step.name}, \`tik ${argv.join(' ')}\`: ${problem}: ${describeRun(run)}`)
      }
      return run
    },
  }
}

/** A moment of the step: anywhere from its first write to its last. */
export function someWrites({ random, writesCount }: Scene): number {
  return Math.max(1, Math.floor(random() * writesCount))
}

export const KILLS: readonly Kill[] = [
  'SIGKILL to the engine',
  'SIGKILL to the launcher',
  'SIGTERM to the launcher',
]

export function someKill({ random }: Scene): Kill {
  return chooseOf(KILLS, random)
}
