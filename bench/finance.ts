/**
 * `npm run bench -- finance [ACCOUNTS…]`: a month of finance over accounts that were all billed: the figures of a day,
 * closing it, and the sales journal, in small and in large. By default 2,000 and 20,000 accounts. Each account has a
 * line, three calls of the month that an invoice billed, and one that none has. Processor time is what a busy
 * machine blurs less; the growth exponent is 1 where twice the accounts cost twice as much.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { FinanceTask } from './finance-worker.ts'
import { report } from './report.ts'

const SIZES = [2_000, 20_000]
const ACTS = ['at', 'close', 'journal', 'journal_export'] as const

const measured = z.object({ seconds: z.number(), processorSeconds: z.number(), peakMb: z.number() })
const answer = z.record(z.enum(ACTS), measured)

export function bench(options: readonly string[]): void {
  const sizes = options.length === 0 ? SIZES : options.map((each) => Number.parseInt(each, 10))
  const runs = sizes.map((accountsCount) => ({ accountsCount, acts: measure(accountsCount) }))
  for (const { accountsCount, acts } of runs) {
    for (const act of ACTS) {
      const { seconds, processorSeconds, peakMb } = acts[act]
      const size = `${accountsCount}_accounts`
      report('finance', `${act}_seconds_${size}`, seconds, 's')
      report('finance', `${act}_processor_seconds_${size}`, processorSeconds, 's')
      report('finance', `${act}_peak_mb_${size}`, peakMb, 'MB')
    }
  }
  const [first, last] = [runs[0], runs.at(-1)]
  if (first === undefined || last === undefined || first === last) return
  for (const act of ACTS) {
    const growth =
      Math.log(last.acts[act].processorSeconds / first.acts[act].processorSeconds) /
      Math.log(last.accountsCount / first.accountsCount)
    report('finance', `${act}_growth_exponent`, growth, 'of processor time by accounts')
  }
}

/** Made in one process and asked in another, whose memory is its own. */
function measure(accountsCount: number): z.infer<typeof answer> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-finance-'))
  try {
    const began = performance.now()
    execute({ step: 'make', folder, accountsCount })
    const seconds = ((performance.now() - began) / 1_000).toFixed(0)
    console.error(`${accountsCount} accounts made in ${seconds} s`)
    return answer.parse(JSON.parse(execute({ step: 'ask', folder, accountsCount })))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function execute(task: FinanceTask): string {
  const script = join(import.meta.dirname, 'finance-worker.ts')
  return execFileSync(process.execPath, [script, JSON.stringify(task)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}
