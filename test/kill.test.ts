/**
 * Kill the demo with SIGKILL at random moments and start it again: the end state is the same as
 * without. Each kill of a folder hits a later part of the work, so that what was done is found again.
 * TIK_KILLS=20 for the long version; the seed is printed and TIK_SEED repeats it.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { listAlerts } from '../src/alerts/list-alerts.ts'
import { openBillingParts } from '../src/app/billing-parts.ts'
import { openStores } from '../src/app/stores.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { createRandom } from '../src/demo/random.ts'
import { listInvoices } from '../src/invoicing/store/list-invoices.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { createCommandLine } from './command-line.ts'

const KILLS_COUNT = Number.parseInt(process.env['TIK_KILLS'] ?? '3', 10)
const SEED = Number.parseInt(process.env['TIK_SEED'] ?? String(Date.now() % 1_000_000), 10)
const RUN_MS_MAX = 180_000

/** Parts of the demo, by the heading that is printed as each begins; in the first, stores are made. */
const PARTS = ['', 'Accounts', 'CDR files, rated', 'Limit mails', 'Invoices of'] as const
/** Kills of one folder before it is left to finish: with fewer in all, a random choice of parts. */
const KILLS_PER_FOLDER_MAX = PARTS.length
/** How long making the stores takes at least; in the reference run they are there. */
const MAKING_STORES_MS = 2_000
/** Of the time that a part took in the reference run. Later, the last part could be done. */
const LATEST_SHARE = 0.7

test(
  `${KILLS_COUNT} random kills of the demo leave no trace, and a second run changes nothing (seed ${SEED})`,
  { timeout: 120_000 + KILLS_COUNT * 60_000 },
  async () => {
    const random = createRandom()
    random.restart(SEED, 0, 0)
    const reference = freshFolder()
    await copyTestOperations(join(reference, 'operations')) // The killed ones make theirs.
    const tik = createCommandLine(reference)
    const begun: number[] = [performance.now()]
    const whole = await tik.here(['demo'], (text) => {
      const part = PARTS.findIndex((heading) => heading !== '' && text.includes(heading))
      if (part > 0) begun[part] ??= performance.now()
    })
    begun.push(performance.now())
    expect(whole).toMatchObject({ status: 0, stderr: '' })
    expect(begun.filter(Number.isFinite)).toHaveLength(PARTS.length + 1)
    const expected = await snapshot(reference)
    expect(expected.rows.length).toBeGreaterThan(10_000)

    const again = await tik.here(['demo'])
    expect(again.stdout).toContain('nothing was changed')
    expect(await snapshot(reference)).toEqual(expected)

    let killsCount = 0
    while (killsCount < KILLS_COUNT) {
      const folder = freshFolder()
      for (const part of chooseParts(KILLS_COUNT - killsCount, () => random.next())) {
        const tookMs = (begun[part + 1] ?? 0) - (begun[part] ?? 0)
        const ms = part === 0 ? Math.max(tookMs, MAKING_STORES_MS) : tookMs * LATEST_SHARE
        const status = await demo(folder, { heading: PARTS[part] ?? '', ms: random.next() * ms })
        if (status !== -1) break // It was done before the kill came.
        killsCount += 1
      }
      expect(await demo(folder)).toBe(0)
      expect(await snapshot(folder)).toEqual(expected)
    }
  },
)

/** In their order, at most `count` of all. */
function chooseParts(count: number, random: () => number): number[] {
  const parts = PARTS.map((_, part) => part)
  while (parts.length > Math.min(count, KILLS_PER_FOLDER_MAX)) {
    parts.splice(Math.floor(random() * parts.length), 1)
  }
  return parts
}

/** Exit status, or -1 when it was killed: `ms` after it printed the heading ('' is its start). */
async function demo(folder: string, kill?: { heading: string; ms: number }): Promise<number> {
  const child = spawn(process.execPath, ['src/main.ts', 'demo', '--dir', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = new AbortController()
  const killAfter = (ms: number): void => {
    sleep(ms, undefined, { signal: stop.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    )
  }
  killAfter(RUN_MS_MAX)
  let output = ''
  let isDoomed = false
  const look = (): void => {
    if (isDoomed || kill === undefined || !output.includes(kill.heading)) return
    isDoomed = true
    killAfter(kill.ms)
  }
  look()
  child.stdout.on('data', (piece: Buffer) => {
    output += piece.toString('utf8')
    look()
  })
  const errors: Buffer[] = []
  child.stderr.on('data', (piece: Buffer) => errors.push(piece))
  const status = await new Promise<number>((resolve) => {
    child.on('close', (code) => resolve(code ?? -1))
  })
  stop.abort()
  if (status > 0) throw new Error(Buffer.concat(errors).toString('utf8'))
  return status
}

/**
 * The end state: every ledger row, invoices, alerts, and the documents byte for byte. A mail that was
 * leaving at a kill is sent again, with the same bytes; only when and how often may differ.
 */
async function snapshot(folder: string) {
  await using stores = await openStores(readConfig(folder, {}), 'kill test')
  const rows: string[] = []
  for await (const chunk of createClickHouseLedger(stores.clickhouse).rows({})) {
    rows.push(...chunk.map((row) => JSON.stringify(row)))
  }
  const invoices = await listInvoices(await openBillingParts(stores, fixedClock(0)))
  return {
    rows,
    invoices: invoices.map((invoice) => ({
      ...invoice,
      documents: invoice.documents.map(({ sha256 }) => sha256),
    })),
    alerts: (await listAlerts(stores.operations, {})).map(
      ({ attempts: _attempts, finishedMs: _finishedMs, ...alert }) => alert,
    ),
    mails: hashes(join(folder, 'mails')),
    documents: hashes(join(folder, 'invoices')),
  }
}

function hashes(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    files
      .sort()
      .map((path) => [
        path.slice(folder.length + 1),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
  )
}

function freshFolder(): string {
  return mkdtempSync(join(tmpdir(), 'tik-kill-'))
}
