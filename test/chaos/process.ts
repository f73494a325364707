/** One process of an installation under test, as its supervisor sees it: restarted when it ends. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StopOrder } from './worker.ts'

export interface ChaosProcess {
  readonly name: string
  /** How often it ended by itself and was started again. */
  readonly restarts: number
  /** True while a fault holds it; it is left alone by the others. */
  isBusy: boolean
  /** SIGKILL; it is started again after `downMs`. */
  kill(downMs: number): Promise<void>
  stop(): void
  resume(): void
  /** For a worker that can stop itself (worker.ts). */
  order(order: StopOrder): void
  /** SIGTERM, and for good. False when it had to be killed. */
  end(): Promise<boolean>
  log(): string
  logSize(): number
}

export interface ChaosProcessOptions {
  readonly name: string
  readonly script: string
  readonly parameters: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly logFile: string
}

const RESTART_MS = 500
const END_MS_MAX = 25_000
const NODE = process.execPath

export function startChaosProcess(options: ChaosProcessOptions): ChaosProcess {
  let child: ChildProcess | undefined
  let isWanted = true
  let restarts = 0

  function start(): void {
    if (!isWanted || child !== undefined) return
    child = launch(options)
    void superviseFrom(child)
  }

  async function superviseFrom(started: ChildProcess): Promise<void> {
    await ended(started)
    if (!isWanted || child !== started) return
    restarts += 1
    child = undefined
    await sleep(RESTART_MS)
    start()
  }
  start()

  return {
    name: options.name,
    isBusy: false,
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
    stop: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    order(order) {
      if (child?.connected === true) child.send(order, () => undefined) // It may just have ended.
    },
    async end() {
      isWanted = false
      const last = child
      if (last === undefined) return true
      last.kill('SIGCONT')
      last.kill('SIGTERM')
      const late = sleep(END_MS_MAX, false, { ref: false })
      const isOrderly = await Promise.race([ended(last).then(() => true), late])
      last.kill('SIGKILL')
      return isOrderly
    },
    log: () => readFileSync(options.logFile, 'utf8'),
    logSize: () => statSync(options.logFile).size,
  }
}

function launch(options: ChaosProcessOptions): ChildProcess {
  const log = openSync(options.logFile, 'a')
  const started = spawn(NODE, [options.script, ...options.parameters], {
    env: { PATH: process.env['PATH'] ?? '', ...options.environment },
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  started.on('error', () => undefined) // A message to a process that is gone.
  return started
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise((resolve) => child.once('exit', resolve))
}
