/** `tik verify` through the command line: silent on a true ledger, and it names a row that was changed. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { createCommandLine } from './command-line.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-verify-'))
const tik = createCommandLine(folder, { TIK_CATALOGUE: 'fixtures/catalogue' })

beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  const accounts = join(folder, 'accounts.json')
  writeFileSync(accounts, JSON.stringify(SMALL_COMPANY))
  const calls = Array.from({ length: 20 }, (_, index) =>
    asteriskLine({
      from: '0201234567',
      to: '0612340000',
      start: `2026-10-${String(index + 1).padStart(2, '0')} 10:00:00`,
      billsec: 30 + index * 7,
      uniqueid: `179000000${index}.${index}`,
    }),
  )
  const file = join(folder, 'Master.csv')
  writeFileSync(file, `${calls.join('\n')}\n`)
  expect(await tik.here(['accounts', 'import', accounts])).toMatchObject({ status: 0 })
  expect(await tik.here(['ingest', '--format', 'asterisk', file])).toMatchObject({
    status: 0,
    stderr: '',
  })
}, 120_000)

test('a ledger that nobody touched verifies, row by row', () => {
  const { status, stdout } = tik.process('verify')
  expect(stdout).toContain('20 records = 20 rated; no difference')
  expect(status).toBe(0)
}, 60_000)

test('what a usage costs is explained step by step', async () => {
  const { stdout } = await tik.here(['explain', 'files/1/3'])
  expect(stdout).toContain('account A1, subscription V1, quantity 51')
  expect(stdout).toMatch(/rounding: once, to 4 decimals, half-up/)
}, 60_000)

test('a row that was changed behind our back is named, with what it should be', async () => {
  {
    await using store = await openClickHouse({ folder: join(folder, 'ledger') })
    await store.command(
      'ALTER TABLE usage_ledger UPDATE charge = charge + 0.0001 WHERE log_offset = 7 SETTINGS mutations_sync = 1',
    )
  }
  const { status, stderr } = await tik.here(['verify'])
  expect(stderr).toMatch(/row_differs {2}files\/1\/7 .*chargeMicros is \d+, rated again \d+/)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(status).toBe(1)
}, 60_000)

test('a second command on a folder in use is told who has it', async () => {
  await using store = await openClickHouse({ folder: join(folder, 'ledger') })
  expect(store.kind).toBe('embedded')
  const { status, stderr } = tik.process('totals', '--period', '2026-10')
  expect(stderr).toMatch(/in use by process \d+/)
  expect(status).toBe(1)
}, 60_000)
