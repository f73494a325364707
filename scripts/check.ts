/**
 * `npm run check`: types, lint, format, unused code and the order of rooms, side by side; all of them, also when one
 * fails. What each keeps in node_modules/.cache only saves work: without it the answer is the same.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'

const TOOLS = join(import.meta.dirname, '..', 'node_modules', '.bin')
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024

/** The slowest first, so that they share the processors with the others. */
const STEPS: readonly Step[] = [
  { name: 'format', command: ['prettier', '--check', '--cache', '--cache-strategy=content', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware'] },
  { name: 'types', command: ['tsc'] },
  { name: 'unused', command: ['knip'] },
  { name: 'rooms', command: ['node', 'scripts/rooms.ts'] },
]

interface Step {
  readonly name: string
  readonly command: readonly [tool: string, ...parameters: string[]]
}

const passed = await Promise.all(STEPS.map(runStep))
process.exitCode = passed.every(Boolean) ? 0 : 1

/** Prints what the tool says once it is done, so that two tools never write into one another. */
function runStep({ name, command: [tool, ...parameters] }: Step): Promise<boolean> {
  const startedMs = performance.now()
  return new Promise((resolve) => {
    const done = (error: Error | null, stdout: string): void => {
      const elapsedSeconds = Math.round(performance.now() - startedMs) / 1000
      const verdict = error === null ? 'passed' : 'failed'
      process.stdout.write(`${name} ${verdict} after ${elapsedSeconds} s\n`)
      if (error !== null) process.stdout.write(`${stdout}${error.message}\n`)
      resolve(error === null)
    }
    execFile(join(TOOLS, tool), parameters, { maxBuffer: OUTPUT_BYTES_MAX }, done)
  })
}
