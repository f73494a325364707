/** `tik rerate` of all accounts, by period and tariff: a dry run with sums first, then the corrections, in steps. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { rerateAccounts } from '../src/app/corrections/rerate.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { createCommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-rerate-all-'))
const environment = { TIK_CATALOGUE: 'fixtures/catalogue' }
const config = readConfig(folder, environment)
const tik = createCommandLine(folder, environment)
const NUMBERS = ['0201234501', '0201234502', '0201234503']

async function importWith(account: object): Promise<void> {
  const [first] = SMALL_COMPANY.accounts
  const [subscription] = SMALL_COMPANY.subscriptions
  const document = {
    ...SMALL_COMPANY,
    accounts: NUMBERS.map((_, index) => ({ ...first, id: `A${index + 1}`, ...account })),
    subscriptions: NUMBERS.map((number, index) => ({
      ...subscription,
      id: `V${index + 1}`,
      account: `A${index + 1}`,
      numbers: [`+31${number.slice(1)}`],
    })),
  }
  const path = join(folder, 'accounts.json')
  writeFileSync(path, JSON.stringify(document))
  await using desk = await openTestDesk(config)
  await importAccounts(desk, path, { dryRun: false, atMs: Date.parse('2026-11-30T08:00Z') })
}

/** Each account called a mobile and a fixed number in October, and a mobile one in November; then mobile is free. */
beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  await importWith({})
  const calls = NUMBERS.flatMap((from) => [
    { from, to: '0612345678', start: '2026-10-05 10:00:00' },
    { from, to: '0301234567', start: '2026-10-06 10:00:00' },
    { from, to: '0612345678', start: '2026-11-05 10:00:00' },
  ])
  const lines = calls.map((call, index) =>
    asteriskLine({ ...call, billsec: 600, uniqueid: `1.${index}` }),
  )
  const file = join(folder, 'Master.csv')
  writeFileSync(file, `${lines.join('\n')}\n`)
  await using desk = await openTestDesk(config)
  const clock = fixedClock(Date.parse('2026-11-30T08:00Z'))
  for await (const { tally } of ingestInto(desk, [file], { format: 'asterisk', clock })) {
    expect(tally?.rated).toBe(calls.length)
  }
  await desk[Symbol.asyncDispose]()
  const free = ['national-mobile', 'national-fixed'].map((callType) => ({
    callType,
    rate: 'free-voice',
  }))
  await importWith({ rateOverrides: free })
}, 60_000)

const summaryShape = z.looseObject({
  accountsCount: z.int(),
  ratedCount: z.int(),
  correctedCount: z.int(),
  run: z.int(),
  byAccount: z.record(z.string(), z.object({ count: z.int(), differenceMicros: z.int() })),
  byTariff: z.record(z.string(), z.object({ count: z.int(), differenceMicros: z.int() })),
})

async function rerate(...argv: string[]) {
  const { stdout, status } = await tik.here(['rerate', ...argv, '--json'])
  expect(status).toBe(0)
  return summaryShape.parse(JSON.parse(stdout))
}

test('a period and a tariff of all accounts: sums by account and tariff first, then what was asked, and no more', async () => {
  const asked = ['--all', '--period', '2026-10', '--call-type', 'national-mobile']
  const dry = await rerate(...asked)
  expect(dry).toMatchObject({ accountsCount: 3, ratedCount: 3, correctedCount: 3, run: 0 })
  const each = { count: 1, differenceMicros: -770_000 }
  expect(dry.byAccount).toEqual({ A1: each, A2: each, A3: each })
  expect(dry.byTariff).toEqual({
    'national-mobile free-voice': { count: 3, differenceMicros: -2_310_000 },
  })
  expect(await rerate(...asked, '--confirm')).toMatchObject({ correctedCount: 3, run: 1 })
  expect(await rerate(...asked, '--confirm')).toMatchObject({ correctedCount: 0, run: 0 })
  const rest = await rerate('--all', '--from', '2026-10-01', '--to', '2026-11-30')
  expect(Object.keys(rest.byTariff).toSorted()).toEqual([
    'national-fixed free-voice',
    'national-mobile free-voice',
  ])
  expect(rest.correctedCount).toBe(6)
}, 120_000)

test('it stops between two accounts, and goes on with what is left', async () => {
  await using desk = await openTestDesk(config)
  const stop = new AbortController()
  const wish = {
    range: { period: '2026-11' },
    order: 'recorded',
    confirm: true,
    tariff: { planId: 'voip-basic' },
  } as const
  const done: string[] = []
  for await (const one of rerateAccounts(desk, { ...wish, signal: stop.signal })) {
    done.push(`${one.accountId} ${one.corrections.length}`)
    stop.abort()
  }
  expect(done).toEqual(['A1 1'])
  for await (const one of rerateAccounts(desk, wish)) {
    done.push(`${one.accountId} ${one.corrections.length}`)
  }
  expect(done).toEqual(['A1 1', 'A1 0', 'A2 1', 'A3 1'])
}, 120_000)

test('a rate that priced it before, or would now, is a tariff too; a plan that nobody has is none', async () => {
  const range = ['--all', '--period', '2026-10']
  expect(await rerate(...range, '--rate', 'free-voice')).toMatchObject({ correctedCount: 3 })
  expect(await rerate(...range, '--plan', 'voip-flat')).toMatchObject({ ratedCount: 0 })
}, 120_000)

test.each([
  [['--period', '2026-10'], 'whose usage'],
  [['--all', '--account', 'A1', '--period', '2026-10'], 'whose usage'],
  [['--all'], 'which usage'],
  [['--all', '--period', '2026-10', '--from', '2026-10-01'], 'which usage'],
  [['--all', '--period', '2026-13'], 'is no month'],
])(
  'what is not said is asked: %j',
  async (argv, said) => {
    const { status, stderr } = await tik.here(['rerate', ...argv])
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)])
  },
  60_000,
)
