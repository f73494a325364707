/** Runs tests in a process group of its own, which ends with them, however they end. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const VITEST = 'node_modules/vitest/vitest.mjs'
/** Properties draw few examples, and the same ones for each mutant. */
const ENVIRONMENT = { RATING_RUNS: '40', CI: 'true' }

export interface VitestRun {
  /** The root of a tree. */
  readonly folder: string
  readonly options: readonly string[]
  /** A run that takes longer is one that does not end. */
  readonly msMax: number
}

export type VitestOutcome = 'passed' | 'failed' | 'endless'

export async function runVitest({ folder, options, msMax }: VitestRun): Promise<VitestOutcome> {
  let isEndless = false
  const run = spawn(process.execPath, [VITEST, 'run', ...options], {
    cwd: folder,
    env: { ...process.env, ...ENVIRONMENT },
    stdio: 'ignore',
    detached: true, // A fork of a test that loops would go on without its parent.
  })
  const timer = setTimeout(() => {
    isEndless = true
    endGroup(run.pid)
  }, msMax)
  const [status]: unknown[] = await once(run, 'exit')
  clearTimeout(timer)
  endGroup(run.pid)
  if (isEndless) return 'endless'
  return status === 0 ? 'passed' : 'failed'
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // All of them had ended.
  }
}
