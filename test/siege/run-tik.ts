/**
 * `bin/tik.mjs` as a process, at a time that is given, and killed at a moment that is counted in writes:
 * on a loaded machine a moment in milliseconds would always hit the start.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Site } from './site.ts'

export interface TikRun {
  /** Undefined when a signal ended it. */
  readonly status: number | undefined
  readonly signal: NodeJS.Signals | undefined
  readonly stdout: string
  readonly stderr: string
  /** Write calls of the engine, as last seen. */
  readonly writesCount: number
  /** From the kill to the end of all its processes. */
  readonly endedMs: number
  readonly isKilled: boolean
  /** It did not end by itself in any reasonable time. */
  readonly isStuck: boolean
}

export type Kill = 'SIGKILL to the engine' | 'SIGKILL to the launcher' | 'SIGTERM to the launcher'

export interface RunOptions {
  readonly clockMs: number
  /** Settings beside those that every run has, such as where the stores are. */
  readonly environment?: NodeJS.ProcessEnv
  readonly kill?: { readonly how: Kill; readonly atWrites: number } | undefined
}

const LAUNCHER = join(import.meta.dirname, '..', '..', 'bin', 'tik.mjs')
/** So many records that a step has several commits, and kills fall between them. */
const BATCH_ROWS_MAX = 100
const POLL_MS = 2
const RUN_MS_MAX = 300_000
const END_MS_MAX = 60_000

export async function runTik(
  site: Pick<Site, 'folder' | 'dataFolder' | 'user'>,
  argv: readonly string[],
  { clockMs, environment, kill }: RunOptions,
): Promise<TikRun> {
  const launcher = spawn(process.execPath, [LAUNCHER, ...argv, '--dir', site.dataFolder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environmentAt(site.folder, clockMs), ...environment },
    cwd: site.folder,
    ...site.user,
  })
  const [stdout, stderr] = [collect(launcher.stdout), collect(launcher.stderr)]
  const startedMs = performance.now()
  let engine: number | undefined
  let writesCount = 0
  let killedMs = 0
  let isStuck = false
  const timer = setInterval(() => {
    engine ??= engineOf(launcher)
    writesCount = engine === undefined ? 0 : (writesOf(engine) ?? writesCount)
    const nowMs = performance.now()
    if (
      killedMs === 0 &&
      kill !== undefined &&
      engine !== undefined &&
      writesCount >= kill.atWrites
    ) {
      killedMs = nowMs
      deliver(kill.how, launcher, engine)
    }
    const isLate = nowMs - startedMs > RUN_MS_MAX || (killedMs > 0 && nowMs - killedMs > END_MS_MAX)
    if (!isLate || isStuck) return
    isStuck = true
    for (const pid of [engine, launcher.pid]) if (pid !== undefined) endProcess(pid, 'SIGKILL')
  }, POLL_MS)
  const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    launcher.on('close', (...ended) => resolve(ended)) // The engine holds the pipes: it is gone too.
  })
  clearInterval(timer)
  return {
    status: status ?? undefined,
    signal: signal ?? undefined,
    stdout: stdout(),
    stderr: stderr(),
    writesCount,
    endedMs: killedMs === 0 ? 0 : performance.now() - killedMs,
    isKilled: killedMs > 0,
    isStuck,
  }
}

/** The clock of a command stands still, so that a second run writes the same bytes as the first. */
function environmentAt(folder: string, clockMs: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'] ?? '',
    NODE_OPTIONS: `--import=data:text/javascript,Date.now=()=>${clockMs}`,
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    TIK_BATCH_ROWS_MAX: String(BATCH_ROWS_MAX),
  }
}

function deliver(how: Kill, launcher: ChildProcess, engine: number): void {
  if (how === 'SIGKILL to the engine') endProcess(engine, 'SIGKILL')
  else launcher.kill(how === 'SIGKILL to the launcher' ? 'SIGKILL' : 'SIGTERM')
}

function endProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has just ended.
  }
}

function engineOf({ pid }: ChildProcess): number | undefined {
  const [child] = textOf(`/proc/${pid}/task/${pid}/children`).trim().split(' ')
  return child === undefined || child === '' ? undefined : Number(child)
}

function writesOf(pid: number): number | undefined {
  const found = /^syscw: (\d+)$/m.exec(textOf(`/proc/${pid}/io`))?.[1]
  return found === undefined ? undefined : Number(found)
}

/** '' for what is gone. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const pieces: Buffer[] = []
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  return () => Buffer.concat(pieces).toString('utf8')
}
