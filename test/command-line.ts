/**
 * `tik` for tests, in two ways with one answer. As a process, as users have it: at least once in each
 * file. In this process, by the same words: starting a process costs ten times what most commands do.
 */
import { spawnSync } from 'node:child_process'
import { vi } from 'vitest'
import { runCommandLine } from '../src/cli/run-command-line.ts'

/** Commands listen to these until their process ends. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export interface CommandResult {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandLine {
  /** A process of its own. */
  process(...argv: string[]): CommandResult
  /** In this process: nobody else here may have the folder open. `onOutput` sees what is printed. */
  here(argv: readonly string[], onOutput?: (text: string) => void): Promise<CommandResult>
}

export function createCommandLine(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): CommandLine {
  return {
    process(...argv) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['src/main.ts', ...argv, '--dir', folder],
        { encoding: 'utf8', env: { ...process.env, ...environment } },
      )
      return { status: status ?? -1, stdout, stderr }
    },
    async here(argv, onOutput = () => undefined) {
      using stdout = capture(process.stdout, onOutput)
      using stderr = capture(process.stderr)
      using changed = change(environment)
      await runCommandLine(['node', 'tik', ...argv, '--dir', folder])
      return { status: changed.status(), stdout: stdout.text(), stderr: stderr.text() }
    },
  }
}

/** Keeps what is written instead of writing it. */
function capture(stream: NodeJS.WriteStream, onOutput: (text: string) => void = () => undefined) {
  const pieces: string[] = []
  const spy = vi.spyOn(stream, 'write').mockImplementation((piece, ...rest: unknown[]) => {
    const text = typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8')
    pieces.push(text)
    onOutput(text)
    const told = rest.at(-1) // Who wants to know when it is written.
    if (typeof told === 'function') queueMicrotask(() => void told())
    return true
  })
  return {
    text: () => pieces.join(''),
    [Symbol.dispose]: () => spy.mockRestore(),
  }
}

/** Environment, exit status and signals are of the whole process: all come back as they were. */
function change(environment: Readonly<Record<string, string>>) {
  const environmentBefore = { ...process.env }
  const statusBefore = process.exitCode
  const listenersBefore = SIGNALS.map((signal) => process.listeners(signal))
  Object.assign(process.env, environment)
  process.exitCode = 0
  return {
    status: () => Number(process.exitCode),
    [Symbol.dispose]() {
      for (const name of Object.keys(environment)) {
        const value = environmentBefore[name]
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
      process.exitCode = statusBefore
      for (const [index, signal] of SIGNALS.entries()) {
        for (const listener of process.listeners(signal)) {
          const isOld = listenersBefore[index]?.includes(listener) ?? false
          if (!isOld) process.removeListener(signal, listener)
        }
      }
    },
  }
}
