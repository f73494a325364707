/** A command opens the store that it asks, and no other: shown by taking the other one away. */
import { mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { asOne } from '../src/app/as-one.ts'
import { operator } from '../src/app/caller.ts'
import { openDesk } from '../src/app/desk.ts'
import { SILENT } from '../src/app/talk.ts'
import { readQuestion } from '../src/app/usage/read-question.ts'
import { totalsOf } from '../src/app/usage/usage-reports.ts'
import { readConfig } from '../src/core/config/config.ts'
import { createCommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'

vi.setConfig({ testTimeout: 180_000 })
const folder = mkdtempSync(join(tmpdir(), 'tik-on-demand-'))
const tik = createCommandLine(folder, { TIK_CATALOGUE: 'fixtures/catalogue' })
const TOTALS = ['totals', '--period', '2026-10']
const OPERATIONS = join(folder, 'operations', 'base')
const LEDGER = join(folder, 'ledger', 'store')

beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  const accounts = join(folder, 'accounts.json')
  writeFileSync(accounts, JSON.stringify(SMALL_COMPANY))
  expect(await tik.here(['accounts', 'import', accounts])).toMatchObject({ status: 0 })
  const path = join(folder, 'Master.csv')
  const start = '2026-10-05 10:00:00'
  const call = { from: '0201234567', to: '0612340000', start, billsec: 60, uniqueid: '1.1' }
  writeFileSync(path, `${asteriskLine(call)}\n`)
  expect(await tik.here(['ingest', '--format', 'asterisk', path])).toMatchObject({ status: 0 })
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function without(path: string, work: () => Promise<void>): Promise<void> {
  renameSync(path, `${path}-away`)
  try {
    await work()
  } finally {
    rmSync(path, { recursive: true, force: true })
    renameSync(`${path}-away`, path)
  }
}

test('a report asks the ledger alone, and knows whether it is whole', async () => {
  const before = await tik.here(TOTALS)
  expect(before).toMatchObject({ status: 0, stderr: '' })
  expect(before.stdout).toMatch(/^voip +national-mobile +1 /m)
  await without(OPERATIONS, async () => {
    expect(await tik.here(TOTALS)).toEqual(before)
  })
})

test('where the operations store was written since, a report asks it again', async () => {
  const log = join(folder, 'operations', 'pg_wal')
  const [segment = ''] = readdirSync(log).filter((name) => /^[0-9A-F]{24}$/.test(name))
  utimesSync(join(log, segment), new Date(), new Date())
  await without(OPERATIONS, async () => {
    expect((await tik.here(TOTALS)).status).not.toBe(0)
  })
  expect(await tik.here(TOTALS)).toMatchObject({ status: 0 })
})

test('who works with accounts and users needs no ledger', async () => {
  await without(LEDGER, async () => {
    expect(await tik.here(['users', 'list'])).toMatchObject({ status: 0, stderr: '' })
  })
})

test('what is written in a transaction finds the ledger opened, for opening it asks what the transaction holds', async () => {
  const config = readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue' })
  await using desk = await openDesk(config, 'test', {
    caller: operator('test'),
    use: 'read',
    talk: SILENT,
  })
  const question = readQuestion({ period: '2026-10', timeZone: 'Europe/Amsterdam' })
  const [total] = await asOne(desk, (within) => totalsOf(within, 'total', question))
  expect(total?.count).toBe(1)
}, 30_000)
