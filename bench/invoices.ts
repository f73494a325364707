/**
 * `npm run bench -- invoices [ACCOUNTS…]`: whole bill runs over the embedded stores, from ledger rows to
 * numbers, PDF, UBL and CDR file, for accounts of 60 subscriptions and about 1,000 CDRs each. By default
 * 100 and 1,000 accounts; 10000 is to be asked for. Processor time is what a busy machine blurs less.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { BillTask } from './invoices-worker.ts'
import { report } from './report.ts'

const SIZES = [100, 1_000]
const SUBSCRIPTIONS_PER_ACCOUNT = 60
const CDRS_PER_ACCOUNT = 1_000

const answer = z.object({
  invoicesCount: z.int(),
  filesCount: z.int(),
  seconds: z.number(),
  processorSeconds: z.number(),
  peakMegabytes: z.number(),
})

export function bench(options: readonly string[]): void {
  const sizes = options.length === 0 ? SIZES : options.map((each) => Number.parseInt(each, 10))
  const runs = sizes.map((accountsCount) => ({ accountsCount, ...measure(accountsCount) }))
  for (const run of runs) {
    const size = `${run.accountsCount}_accounts`
    report('invoices', `invoices_per_second_${size}`, run.invoicesCount / run.seconds, 'invoices/s')
    const processorMs = (run.processorSeconds * 1_000) / run.invoicesCount
    report('invoices', `processor_per_invoice_${size}`, processorMs, 'ms')
    report('invoices', `peak_mb_${size}`, run.peakMegabytes, 'MB')
  }
  const [first, last] = [runs[0], runs.at(-1)]
  if (first === undefined || last === undefined || first === last) return
  const growth =
    Math.log(last.processorSeconds / first.processorSeconds) /
    Math.log(last.accountsCount / first.accountsCount)
  report('invoices', 'growth_exponent', growth, 'of processor time by accounts')
}

/** The month is rated in one process and billed in another, whose memory is its own. */
function measure(accountsCount: number): z.infer<typeof answer> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-'))
  try {
    const size = { accountsCount, subscriptionsPerAccount: SUBSCRIPTIONS_PER_ACCOUNT }
    const task = { folder, size, recordsCount: accountsCount * CDRS_PER_ACCOUNT }
    execute({ ...task, step: 'rate' })
    const run = answer.parse(JSON.parse(execute({ ...task, step: 'bill' })))
    if (run.invoicesCount !== accountsCount || run.filesCount !== accountsCount * 3) {
      throw new Error(`${run.invoicesCount} invoices with ${run.filesCount} files`)
    }
    return run
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function execute(task: BillTask): string {
  const script = join(import.meta.dirname, 'invoices-worker.ts')
  return execFileSync(process.execPath, [...profile(task), script, JSON.stringify(task)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** TIK_BENCH_PROFILE names a folder for profiles of the bill run's threads. */
function profile({ step }: BillTask): string[] {
  const folder = process.env['TIK_BENCH_PROFILE']
  return folder === undefined || step === 'rate' ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}
