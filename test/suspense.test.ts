/**
 * Suspense through the desk and the command line: the cause is mended, what waits is rated once,
 * a person gives up the rest, and nothing is rated twice.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { replayInto } from '../src/app/corrections/replay-into.ts'
import type { Desk } from '../src/app/desk.ts'
import { openTestDesk } from './test-desk.ts'
import { readConfig } from '../src/core/config/config.ts'
import { entryId } from '../src/core/usage/ids.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { listRejects } from '../src/corrections/suspense/list-rejects.ts'
import { createSuspense } from '../src/corrections/suspense/waiting-rejects.ts'
import { createCommandLine } from './command-line.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-suspense-'))
const environment = { TIK_CATALOGUE: 'fixtures/catalogue' }
const config = readConfig(folder, environment)
const tik = createCommandLine(folder, environment)

beforeAll(() => copyTestOperations(join(folder, 'operations')))

const LATER = {
  id: 'V3',
  account: 'A1',
  product: 'voip',
  activated: '2026-01-01',
  numbers: ['+31209999999'],
  plans: ['voip-basic'],
}

async function importSubscriptions(
  desk: Desk,
  subscriptions: (typeof SMALL_COMPANY)['subscriptions'],
): Promise<void> {
  const file = join(folder, 'accounts.json')
  writeFileSync(file, JSON.stringify({ ...SMALL_COMPANY, subscriptions }))
  await importAccounts(desk, file, { dryRun: false, atMs: Date.parse('2026-11-01T00:00:00Z') })
}

/** One call of a known number, two of a number that gets known, one of nobody's, and garbage. */
async function ingestCalls(desk: Desk): Promise<void> {
  const froms = ['0201234567', '0209999999', '0209999999', '0208888888']
  const calls = froms.map((from, index) =>
    asteriskLine({
      from,
      to: '0612340000',
      start: `2026-10-0${index + 1} 10:00:00`,
      billsec: 60,
      uniqueid: `179000000${index}.${index}`,
    }),
  )
  const file = join(folder, 'Master.csv')
  writeFileSync(file, `${[...calls, 'garbage'].join('\n')}\n`)
  for await (const { tally } of ingestInto(desk, [file], { format: 'asterisk' })) {
    expect(tally).toMatchObject({ rated: 1, rejected: 4 })
  }
}

async function ledgerRows(desk: Desk) {
  const rows = []
  for await (const chunk of createClickHouseLedger(desk.clickhouse).rows({})) rows.push(...chunk)
  return rows
}

test('what waits is rated once when its number is known', { timeout: 120_000 }, async () => {
  await using desk = await openTestDesk(config)
  await importSubscriptions(desk, SMALL_COMPANY.subscriptions)
  await ingestCalls(desk)
  await importSubscriptions(desk, [...SMALL_COMPANY.subscriptions, LATER])
  const ingested = await ledgerRows(desk)
  const groups = await listRejects(desk.clickhouse, Date.now())
  const charged = ingested.find(({ outcome }) => outcome === 'rated')?.chargeMicros ?? 0
  expect(groups).toMatchObject([
    {
      reason: 'served_unknown',
      recordsCount: 3,
      firstStartMs: Date.parse('2026-10-02T08:00:00Z'),
      lastStartMs: Date.parse('2026-10-04T08:00:00Z'),
      estimate: { recordsCount: 3, valueMicros: 3 * charged },
    },
    { reason: 'malformed_record', firstStartMs: 0, estimate: undefined },
  ])

  const after = { logSource: 'files', logPartition: 1, logOffset: 1 }
  const pageAfter = { reasons: ['served_unknown'], after, limit: 1 }
  const page = await createSuspense(desk.clickhouse).page(pageAfter)
  expect(page.map(entryId)).toEqual(['files/1/2'])

  const dry = await replayInto(desk, { reasons: ['served_unknown'], dryRun: true })
  expect(await ledgerRows(desk)).toEqual(ingested)
  const real = await replayInto(desk, { reasons: ['served_unknown'], dryRun: false })
  expect(real).toEqual(dry)
  const still = [{ reason: 'served_unknown', count: 1, detail: '0208888888' }]
  expect(real).toMatchObject([{ waiting: 3, rated: 2, duplicate: 0, unbillable: 0, still }])

  const replayed = await ledgerRows(desk)
  const added = replayed.filter((row) => row.logSource === 'replay')
  expect(replayed.filter((row) => row.logSource !== 'replay')).toEqual(ingested)
  const position = { logPartition: 1, entryKind: 'correction', outcome: 'rated' }
  expect(added).toMatchObject([
    { logOffset: 0, corrects: 'files/1/1', ...position, subscriptionId: 'V3', quantity: 60 },
    { logOffset: 1, corrects: 'files/1/2', ...position, subscriptionId: 'V3', quantity: 60 },
  ])
  const replayCharged = added.reduce((sum, row) => sum + row.chargeMicros, 0)
  expect(replayCharged).toBe(real[0]?.chargeMicros)
  expect(replayCharged).toBe(2 * charged)

  await replayInto(desk, { reasons: [], dryRun: false })
  expect(await ledgerRows(desk)).toEqual(replayed)
})

test('a replay on the command line says what still waits, and ends with 1', () => {
  const { status, stdout, stderr } = tik.process('rejects', 'replay')
  expect(stderr).toBe('')
  expect(stdout).toMatch(/served_unknown +1 +0 +0\.000000 +0 +0 +1\n/)
  expect(stdout).toContain('1 of malformed_record wait on, malformed_record: 1 columns')
  expect(status).toBe(1)
}, 60_000)

test('a write-off on the command line empties suspense, and says by whom', async () => {
  const signed = ['--reason', 'the supplier tests', '--by', 'Anna']
  expect(await tik.here(['rejects', 'write-off', 'files/1/4', ...signed])).toMatchObject({
    stdout: '1 record written off.\n',
    status: 0,
  })
  const rest = await tik.here([
    'rejects',
    'write-off',
    '--all-of',
    'served_unknown',
    ...signed,
    '--json',
  ])
  expect(rest.status).toBe(0)
  expect(JSON.parse(rest.stdout)).toEqual({ writtenOff: 1 })

  await using desk = await openTestDesk(config)
  expect(await listRejects(desk.clickhouse, Date.now())).toEqual([])
  const rows = await ledgerRows(desk)
  const corrected = rows.map((row) => row.corrects).filter((place) => place !== '')
  expect(corrected.sort()).toEqual(['files/1/1', 'files/1/2', 'files/1/3', 'files/1/4'])
  const writtenOff = rows.filter((row) => row.reason === 'written_off')
  expect(writtenOff).toMatchObject([
    { detail: 'Anna: the supplier tests', raw: 'garbage', outcome: 'unbillable' },
    { detail: 'Anna: the supplier tests', servedNumber: '0208888888', outcome: 'unbillable' },
  ])
}, 120_000)
