/**
 * Calls whose records are in several files, through the desk: each becomes one usage, whatever was
 * interrupted, and what never comes is given up by name.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { giveUpOpenCalls, listOpenCalls } from '../src/app/files/open-calls-of.ts'
import { replayInto } from '../src/app/corrections/replay-into.ts'
import type { Desk } from '../src/app/desk.ts'
import { openTestDesk } from './test-desk.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { listRejects } from '../src/corrections/suspense/list-rejects.ts'
import { createCommandLine } from './command-line.ts'
import { SMALL_COMPANY } from './small-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-pairing-'))
const environment = { TIK_CATALOGUE: 'fixtures/catalogue' }
const config = { ...readConfig(folder, environment), batchRowsMax: 1 }
const clock = fixedClock(Date.parse('2026-11-01T00:00:00Z'))

beforeAll(() => copyTestOperations(join(folder, 'operations')))

const START = Date.parse('2026-10-05T08:00:00Z') / 1_000
function row(method: string, call: number, second: number): string {
  return `${method}|f${call}|t${call}|c${call}|200|OK|${START + second}|acme|0201234567|0612340000`
}

/** Calls 1 and 2 begin in the first file and end in the second; call 3 begins in the second. */
const FILES = {
  'part1.csv': [row('INVITE', 1, 0), row('INVITE', 2, 10)],
  'part2.csv': [row('BYE', 2, 40), row('INVITE', 3, 50), row('BYE', 1, 60)],
}

function deliver(): string[] {
  return Object.entries(FILES).map(([name, lines]) => {
    const path = join(folder, name)
    writeFileSync(path, `${lines.join('\n')}\n`)
    return path
  })
}

async function ingest(desk: Desk, paths: string[], signal?: AbortSignal): Promise<string[]> {
  const ended: string[] = []
  const options = { format: 'kamailio', clock, ...(signal === undefined ? {} : { signal }) }
  for await (const { name, state, open } of ingestInto(desk, paths, options)) {
    ended.push(`${name} ${state}, ${open?.count ?? 'none'} open`)
  }
  return ended
}

async function ledgerRows(desk: Desk): Promise<string[]> {
  const rows = []
  for await (const chunk of createClickHouseLedger(desk.clickhouse).rows({})) rows.push(...chunk)
  return rows.map(({ logPartition, outcome, reason, usageId, quantity }) =>
    [logPartition, outcome, reason || `${usageId} ${quantity} s`].join(' '),
  )
}

const EXPECTED_ROWS = [
  '1 unbillable carried_over',
  '1 unbillable carried_over',
  '2 rated kamailio:c2/f2/t2 30 s',
  '2 rated kamailio:c1/f1/t1 60 s',
  '2 unbillable carried_over',
]

test('a call over two files is one usage, also when the second is stopped in its middle', async () => {
  await using desk = await openTestDesk(config)
  const accounts = join(folder, 'accounts.json')
  writeFileSync(accounts, JSON.stringify(SMALL_COMPANY))
  await importAccounts(desk, accounts, { dryRun: false, atMs: clock.nowMs() })
  const [part1 = '', part2 = ''] = deliver()
  expect(await ingest(desk, [part1])).toEqual(['part1.csv ingested, 2 open'])
  expect(await listOpenCalls(desk)).toMatchObject([
    { sourceId: 'kamailio', count: 2, sinceMs: START * 1_000, oldest: row('INVITE', 1, 0) },
  ])

  const stopping = new AbortController()
  const commits = { count: 0 }
  const stopped = ingestInto(desk, [part2], {
    format: 'kamailio',
    clock: {
      nowMs() {
        if ((commits.count += 1) === 3) stopping.abort(new Error('power cut'))
        return clock.nowMs()
      },
    },
    signal: stopping.signal,
  })
  await expect(Array.fromAsync(stopped)).rejects.toThrow('power cut')
  const half = await ledgerRows(desk)
  expect(half.length).toBeGreaterThan(2)
  expect(half.length).toBeLessThan(EXPECTED_ROWS.length)

  // What is kept beside the archived files only saves reading them again.
  const archive = join(folder, 'archive')
  const kept = readdirSync(archive).filter((name) => name.endsWith('.open.ndjson'))
  expect(kept).toHaveLength(1)
  for (const name of kept) rmSync(join(archive, name))

  expect(await ingest(desk, [part2])).toEqual([
    'part2.csv resumed, 1 open',
    'part2.csv known, none open',
  ])
  expect(await ledgerRows(desk)).toEqual(EXPECTED_ROWS)
  expect(await ingest(desk, [part1, part2])).toEqual([
    'part1.csv known, none open',
    'part2.csv known, none open',
  ])
  expect(await ledgerRows(desk)).toEqual(EXPECTED_ROWS)
}, 120_000)

test('what never ended is given up by a person once it is old, and waits in suspense', async () => {
  await using desk = await openTestDesk(config)
  const request = { source: 'kamailio', by: 'Anna', reason: 'the proxy is gone', clock }
  expect(await giveUpOpenCalls(desk, { ...request, hours: 8_000 })).toEqual({
    givenUp: 0,
    left: 1,
  })
  expect(await giveUpOpenCalls(desk, { ...request, hours: 72 })).toEqual({ givenUp: 1, left: 0 })
  expect(await listOpenCalls(desk)).toEqual([])
  expect(await listRejects(desk.clickhouse, clock.nowMs())).toMatchObject([
    {
      reason: 'call_incomplete',
      recordsCount: 1,
      samples: [{ raw: row('INVITE', 3, 50) }],
      estimate: undefined,
    },
  ])
  const replayed = await replayInto(desk, { reasons: [], dryRun: true })
  const still = [{ reason: 'call_incomplete', count: 1 }]
  expect(replayed).toMatchObject([{ waiting: 1, rated: 0, still }])
}, 120_000)

test('reading all of it again gives the same rows', () => {
  const tik = createCommandLine(folder, environment)
  const { status, stdout, stderr } = tik.process('verify')
  expect(stderr).toBe('')
  expect(stdout).toContain('part2.csv: 3 records = 2 rated + 1 unbillable; no difference')
  expect(stdout).toContain('6 rows rated again')
  expect(status).toBe(0)
}, 60_000)
