/**
 * One absurd record through the doors that users have: it is a row in suspense, its file is finished,
 * healthy files go on, and whoever rates again says the same.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { copyTestOperations } from './doubles/test-operations.ts'
import { createCommandLine } from './command-line.ts'
import { SMALL_COMPANY } from './small-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-absurd-'))
const tik = createCommandLine(folder, { TIK_CATALOGUE: 'fixtures/catalogue' })

beforeAll(() => copyTestOperations(join(folder, 'operations')))

/** Data of the SIM over a satellite: 14.95 for each megabyte. */
function data(id: string, bytes: number): string {
  return JSON.stringify({
    id,
    kind: 'data',
    direction: 'out',
    sender: '+31612345678',
    start: '2026-10-05T09:00:00Z',
    volumeUpBytes: 0,
    volumeDownBytes: bytes,
    visitedNetwork: '901-05',
  })
}

function deliver(name: string, lines: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

const CATALOGUE = ['--catalogue', 'fixtures/catalogue']
const MEGABYTE = 1_000_000
const PETABYTE = 10 ** 15

test(
  'an absurd record waits in suspense, and everything else goes on',
  { timeout: 120_000 },
  async () => {
    const accounts = deliver('accounts.json', [JSON.stringify(SMALL_COMPANY)])
    expect(await tik.here(['accounts', 'import', accounts])).toMatchObject({ status: 0 })
    const absurd = deliver('absurd.jsonl', [
      data('a', MEGABYTE),
      data('b', PETABYTE),
      data('c', MEGABYTE),
    ])
    const healthy = deliver('healthy.jsonl', [data('d', MEGABYTE)])

    const first = JSON.parse((await tik.here(['ingest', absurd, '--json'])).stdout) as unknown
    expect(first).toMatchObject([
      {
        state: 'ingested',
        records: 3,
        rated: 2,
        rejected: 1,
        byReason: { charge_out_of_range: 1 },
      },
    ])
    const second = await tik.here(['ingest', healthy, '--json'])
    expect(JSON.parse(second.stdout)).toMatchObject([
      { name: 'healthy.jsonl', state: 'ingested', rated: 1 },
    ])
    expect(second.status).toBe(0)

    const rejects = await tik.here(['rejects', 'list'])
    expect(rejects.stdout).toContain('1  charge_out_of_range: the charge, or a sum that it adds to')
    expect(rejects.stdout).toContain('files/1/1')

    const replayed = await tik.here(['rejects', 'replay', '--json'])
    expect(JSON.parse(replayed.stdout)).toMatchObject([
      {
        reason: 'charge_out_of_range',
        waiting: 1,
        rated: 0,
        still: [{ reason: 'charge_out_of_range' }],
      },
    ])
    expect(await tik.here(['explain', 'files/1/1'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('charge_out_of_range'),
    })
    const rerated = await tik.here(
      'rerate --account A1 --from 2026-10-01 --to 2026-10-31 --json'.split(' '),
    )
    expect(JSON.parse(rerated.stdout)).toMatchObject({
      ratedCount: 3,
      corrections: [],
      failures: [],
    })
    expect(await tik.here(['verify'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('4 rows rated again'),
    })
    const totals = await tik.here('totals --account A1 --period 2026-10 --json'.split(' '))
    // Three times ten increments of 100 KB: 14.5996 each.
    expect(JSON.parse(totals.stdout)).toMatchObject([{ count: 3, chargeMicros: 43_798_800 }])
    const rated = await tik.here(['rate', ...CATALOGUE, '--usage', absurd, '--accounts', accounts])
    expect(rated.stdout).toContain('charge_out_of_range')
  },
)
