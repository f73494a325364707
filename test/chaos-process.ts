/** One process of an installation under test, as its supervisor sees it: restarted when it ends. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ChaosProcess {
  readonly name: string
  /** How often it ended by itself and was started again. */
  readonly restarts: number
  /** SIGKILL; it is started again after `downMs`. */
  kill(downMs: number): Promise<void>
  /** SIGSTOP for a while, then SIGCONT. */
  stall(ms: number): Promise<void>
  /** Orderly, and for good. */
  stop(): Promise<void>
  log(): string
}

const RESTART_MS = 500
const STOP_MS_MAX = 40_000
const NODE = process.execPath

export function startChaosProcess(options: {
  readonly name: string
  readonly script: string
  readonly parameters: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly logFile: string
}): ChaosProcess {
  let child: ChildProcess | undefined
  let isWanted = true
  let restarts = 0

  function launch(): ChildProcess {
    const log = openSync(options.logFile, 'a')
    const started = spawn(NODE, [options.script, ...options.parameters], {
      env: { PATH: process.env['PATH'] ?? '', ...options.environment },
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    return started
  }

  async function superviseFrom(started: ChildProcess): Promise<void> {
    await ended(started)
    if (!isWanted || child !== started) return
    restarts += 1
    child = undefined
    await sleep(RESTART_MS)
    start()
  }

  function start(): void {
    if (!isWanted || child !== undefined) return
    child = launch()
    void superviseFrom(child)
  }
  start()

  return {
    name: options.name,
    get restarts() {
      return restarts
    },
    async kill(downMs) {
      const killed = child
      if (killed === undefined) return // It is about to be started again.
      child = undefined
      killed.kill('SIGKILL')
      await ended(killed)
      await sleep(downMs)
      start()
    },
    async stall(ms) {
      const stalled = child
      stalled?.kill('SIGSTOP')
      await sleep(ms)
      stalled?.kill('SIGCONT')
    },
    async stop() {
      isWanted = false
      const last = child
      if (last === undefined) return
      last.kill('SIGCONT')
      last.kill('SIGTERM')
      await Promise.race([ended(last), sleep(STOP_MS_MAX, undefined, { ref: false })])
      last.kill('SIGKILL')
    },
    log: () => readFileSync(options.logFile, 'utf8'),
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise((resolve) => child.once('exit', resolve))
}
