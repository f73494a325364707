/** Prints a measured figure as one JSON line and keeps it, with where it was measured. */
import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { systemClock } from '../src/core/time/clock.ts'

const RESULTS_FILE = 'bench/results.ndjson'

/** Appends to bench/results.ndjson; `value` is rounded to three decimals. */
export function report(bench: string, figure: string, value: number, unit: string): void {
  const measured = { bench, figure, value: Math.round(value * 1000) / 1000, unit }
  console.log(JSON.stringify(measured))
  const where = {
    date: new Date(systemClock.nowMs()).toISOString(),
    commit: commit(),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    // A figure of a machine that was doing other work as well is a lower bound.
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
  appendFileSync(RESULTS_FILE, `${JSON.stringify({ ...measured, ...where })}\n`)
}

/** Median of several runs: one slow run on a shared machine must not be the figure. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
