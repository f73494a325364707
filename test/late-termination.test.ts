/** A termination and a plan that are entered late, through import, rerate and verify as the commands use them. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verifyLedger } from '../src/app/checks/verify-ledger.ts'
import { rerate } from '../src/app/corrections/rerate.ts'
import type { Desk } from '../src/app/desk.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { describeFailures } from '../src/cli/checks/rerate-command.ts'
import { fixedClock } from '../src/core/clock.ts'
import { readConfig } from '../src/core/config.ts'
import { addMicros, microsToDecimal, negateMicros, ZERO_MICROS } from '../src/core/money.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-late-end-'))

async function openCompany(name: string): Promise<Desk> {
  const dataFolder = join(folder, name)
  await copyTestOperations(join(dataFolder, 'operations'))
  return openTestDesk(readConfig(dataFolder, { TIK_CATALOGUE: 'fixtures/catalogue' }))
}

async function importWith(desk: Desk, subscription: object, account: object = {}): Promise<void> {
  const path = join(folder, 'accounts.json')
  const [first] = SMALL_COMPANY.subscriptions
  const document = {
    ...SMALL_COMPANY,
    accounts: SMALL_COMPANY.accounts.map((each) => ({ ...each, ...account })),
    subscriptions: [{ ...first, ...subscription }],
  }
  writeFileSync(path, JSON.stringify(document))
  await importAccounts(desk, path, { dryRun: false, atMs: Date.parse('2026-11-01T08:00Z') })
}

async function calls(desk: Desk, ...starts: string[]): Promise<void> {
  const lines = starts.map((start, index) => {
    const uniqueid = `1.${index}`
    return asteriskLine({ from: '0201234567', to: '0612345678', start, billsec: 600, uniqueid })
  })
  const file = join(folder, 'Master.csv')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const clock = fixedClock(Date.parse('2026-11-01T08:00Z'))
  for await (const { tally } of ingestInto(desk, [file], { format: 'asterisk', clock })) {
    expect(tally?.rated).toBe(starts.length)
  }
}

test('usage after a late termination is told with its amounts, the rest of the range is corrected', async () => {
  await using desk = await openCompany('terminated')
  await importWith(desk, {})
  await calls(desk, '2026-10-05 10:00:00', '2026-10-20 10:00:00', '2026-10-21 10:00:00')
  const free = { rateOverrides: [{ callType: 'national-mobile', rate: 'free-voice' }] }
  await importWith(desk, { terminated: '2026-10-11' }, free)

  const range = { account: 'A1', from: '2026-10-01', to: '2026-10-31', order: 'recorded' } as const
  const { corrections, failures, run } = await rerate(desk, { ...range, confirm: true })
  const [corrected] = corrections
  const priceMicros = corrected?.chargeDifferenceMicros ?? ZERO_MICROS
  expect([run, corrections.length]).toEqual([1, 1])
  expect(priceMicros).toBeLessThan(0)
  expect(failures.map(({ entryId, amountMicros }) => [entryId, amountMicros])).toEqual([
    ['files/1/1', negateMicros(priceMicros)],
    ['files/1/2', negateMicros(priceMicros)],
  ])
  const total = microsToDecimal(addMicros(priceMicros, priceMicros)).slice(1)
  expect(describeFailures(failures).split('\n')[0]).toBe(
    `2 usages cannot be rated (${failures[0]?.reason}) and stay as they are: ${total} EUR in total.`,
  )
  const again = await rerate(desk, { ...range, confirm: true })
  expect([again.run, again.failures.length]).toEqual([0, 2])
}, 120_000)

test('a plan that is entered late is a difference until usage is rated again, and none after that', async () => {
  await using desk = await openCompany('changed')
  await importWith(desk, {})
  await calls(desk, '2026-10-05 10:00:00', '2026-10-20 10:00:00', '2026-10-21 10:00:00')
  const plans = [
    { id: 'voip-basic', to: '2026-10-15' },
    { id: 'voip-flat', from: '2026-10-15' },
  ]
  await importWith(desk, { plans })
  const places = async () => (await verifyLedger(desk)).findings.map(({ place }) => place)
  expect(await places()).toEqual(['files/1/1', 'files/1/2'])

  const range = { account: 'A1', from: '2026-10-01', to: '2026-10-31', order: 'recorded' } as const
  const { corrections, failures } = await rerate(desk, { ...range, confirm: true })
  expect([corrections.length, failures]).toEqual([2, []])
  expect(await places()).toEqual([])
}, 120_000)
