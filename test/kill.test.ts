/**
 * Kill the demo with SIGKILL at random moments and start it again: the end state is the same as
 * without. TIK_KILLS=20 for the long version; the seed is printed and TIK_SEED repeats it.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { listAlerts } from '../src/alerts/list-alerts.ts'
import { openBillingParts } from '../src/cli/billing-parts.ts'
import { openStores } from '../src/cli/stores.ts'
import { fixedClock } from '../src/core/clock.ts'
import { readConfig } from '../src/core/config.ts'
import { createRandom } from '../src/demo/random.ts'
import { listInvoices } from '../src/invoicing/list-invoices.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'

const KILLS_COUNT = Number.parseInt(process.env['TIK_KILLS'] ?? '2', 10)
const SEED = Number.parseInt(process.env['TIK_SEED'] ?? String(Date.now() % 1_000_000), 10)
/** Kills of one folder before it is left to finish. */
const KILLS_PER_FOLDER_MAX = 5
const RUN_MS_MAX = 180_000

test(
  `${KILLS_COUNT} random kills of the demo leave no trace, and a second run changes nothing (seed ${SEED})`,
  { timeout: 120_000 + KILLS_COUNT * 60_000 },
  async () => {
    const random = createRandom()
    random.restart(SEED, 0, 0)
    const reference = freshFolder()
    const startedMs = performance.now()
    expect(await demo(reference)).toBe(0)
    const wholeRunMs = performance.now() - startedMs
    const expected = await snapshot(reference)
    expect(expected.rows.length).toBeGreaterThan(10_000)

    const again = await tik(['demo', '--dir', reference])
    expect(again.output).toContain('nothing was changed')
    expect(await snapshot(reference)).toEqual(expected)

    let killsCount = 0
    while (killsCount < KILLS_COUNT) {
      const folder = freshFolder()
      for (
        let inFolder = 0;
        inFolder < KILLS_PER_FOLDER_MAX && killsCount < KILLS_COUNT;
        inFolder += 1
      ) {
        const killed = await demo(folder, random.next() * wholeRunMs)
        if (killed === 0) break // It was done before the kill came.
        killsCount += 1
      }
      expect(await demo(folder)).toBe(0)
      expect(await snapshot(folder)).toEqual(expected)
    }
  },
)

/** Exit status, or -1 when it was killed after `killAfterMs`. */
async function demo(folder: string, killAfterMs = Number.POSITIVE_INFINITY): Promise<number> {
  return (await tik(['demo', '--dir', folder], killAfterMs)).status
}

async function tik(
  argv: string[],
  killAfterMs = Number.POSITIVE_INFINITY,
): Promise<{ status: number; output: string }> {
  const child = spawn(process.execPath, ['src/main.ts', ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const pieces: Buffer[] = []
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece))
  const errors: Buffer[] = []
  child.stderr.on('data', (piece: Buffer) => errors.push(piece))
  const closed = new Promise<number>((resolve) => {
    child.on('close', (code) => resolve(code ?? -1))
  })
  const stop = new AbortController()
  const kill = sleep(Math.min(killAfterMs, RUN_MS_MAX), undefined, { signal: stop.signal }).then(
    () => child.kill('SIGKILL'),
    () => false,
  )
  const status = await closed
  stop.abort()
  await kill
  if (status > 1) throw new Error(Buffer.concat(errors).toString('utf8'))
  return { status, output: Buffer.concat(pieces).toString('utf8') }
}

/** The end state: every ledger row, invoices, alerts, and the documents byte for byte. */
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
    alerts: await listAlerts(stores.operations, {}),
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
