import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openClickHouse } from './engine/clickhouse-store.ts'
import { exactInteger, queryText } from './engine/query-file.ts'

const CHILD = join(import.meta.dirname, '..', '..', 'test', 'ledger-child.ts')
const KILLS = 3
const TIMEOUT_MS = 120_000

const contiguity = queryText()(
  'contiguity',
  `SELECT count() AS rowsCount, uniqExact(log_offset) AS offsets, min(log_offset) AS first,
      max(log_offset) AS last, uniqExact(usage_id) AS ids FROM usage_ledger`,
  z.object({
    rowsCount: exactInteger,
    offsets: exactInteger,
    first: exactInteger,
    last: exactInteger,
    ids: exactInteger,
  }),
)

/** Lets the child commit a few batches, then kills it in the middle of whatever it does. */
async function insertUntilKilled(folder: string, commitsMin: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let committed = 0
  let commits = 0
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = chunk.toString('utf8').trim().split('\n')
    committed = Number.parseInt(lines.at(-1) ?? '0', 10)
    commits += lines.length
    if (commits >= commitsMin) setTimeout(() => child.kill('SIGKILL'), Math.random() * 20)
  })
  await new Promise((resolve) => child.once('close', resolve))
  expect(child.signalCode).toBe('SIGKILL')
  return committed
}

test(
  'killed in the middle of inserts, the log is contiguous and holds what was committed',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tik-kill-'))
    let committed = 0
    for (let kill = 1; kill <= KILLS; kill += 1)
      committed = await insertUntilKilled(folder, kill * 2)
    await using store = await openClickHouse({ folder })
    const [state] = await store.query(contiguity, {})
    const rowsCount = state?.rowsCount ?? 0
    expect(rowsCount).toBeGreaterThanOrEqual(committed)
    expect(state).toEqual({
      rowsCount,
      offsets: rowsCount,
      first: 0,
      last: rowsCount - 1,
      ids: rowsCount,
    })
  },
  TIMEOUT_MS,
)

test(
  'a second process on the folder is refused, with the number of the first',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tik-busy-'))
    await using first = await openClickHouse({ folder })
    const second = spawnSync(process.execPath, [CHILD, folder], { encoding: 'utf8' })
    expect(first.kind).toBe('embedded')
    expect(second.status).not.toBe(0)
    expect(second.stderr).toContain('data_folder_busy')
    expect(second.stderr).toContain(`in use by process ${process.pid}`)
  },
  TIMEOUT_MS,
)
