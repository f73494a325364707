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
import { openBillingParts } from '../src/app/billing-parts.ts'
import { waitingRecords } from '../src/app/corrections/waiting-records.ts'
import { describeTakenBack } from '../src/cli/checks/rerate-command.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { microsToDecimal } from '../src/core/money/money.ts'
import { runBilling } from '../src/invoicing/run/run-billing.ts'
import { findInvoiceId } from '../src/invoicing/store/list-invoices.ts'
import { storedInvoice } from '../src/invoicing/store/stored-invoice.ts'
import { verifyInvoices } from '../src/invoicing/verify/verify-invoices.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-late-end-'))
const PARTNER = {
  iban: 'NL91ABNA0417164300',
  bic: 'ABNANL2A',
  vatId: 'NL123456782B01',
  registrationNumber: '12345678',
  mailFrom: 'invoices@example.com',
}

async function openCompany(name: string): Promise<Desk> {
  const dataFolder = join(folder, name)
  await copyTestOperations(join(dataFolder, 'operations'))
  return openTestDesk(readConfig(dataFolder, { TIK_CATALOGUE: 'fixtures/catalogue' }))
}

/** Keeps the account's invoices above zero. */
const ANOTHER = { ...SMALL_COMPANY.subscriptions[2], id: 'M9', numbers: ['+31612345699'] }

async function importWith(
  desk: Desk,
  subscription: object,
  account: object = {},
  others: readonly object[] = [],
): Promise<void> {
  const path = join(folder, 'accounts.json')
  const [first] = SMALL_COMPANY.subscriptions
  const document = {
    ...SMALL_COMPANY,
    accounts: SMALL_COMPANY.accounts.map((each) => ({ ...each, ...account })),
    partners: SMALL_COMPANY.partners.map((partner) => ({ ...partner, ...PARTNER })),
    subscriptions: [{ ...first, ...subscription }, ...others],
  }
  writeFileSync(path, JSON.stringify(document))
  await importAccounts(desk, path, { dryRun: false, atMs: Date.parse('2026-11-01T08:00Z') })
}

/** What of usage the invoice of the month bills: `section count amount`. */
async function bill(desk: Desk, period: string, at: string): Promise<string[]> {
  const parts = await openBillingParts(desk, fixedClock(Date.parse(at)))
  const report = await runBilling(parts, { period })
  const [billed] = report.invoices
  if (billed === undefined) return report.findings.map(({ code }) => code)
  const id = await findInvoiceId(parts.operations, billed.number)
  const { invoice } = await storedInvoice(parts.operations, id)
  return invoice.lines
    .filter(({ section }) => ['usage', 'late', 'correction'].includes(section))
    .map((line) => `${line.section} ${line.count} ${microsToDecimal(line.amountMicros, 2)}`)
}

/** What either verification finds. */
async function problems(desk: Desk): Promise<string[]> {
  const { findings } = await verifyLedger(desk)
  const invoices = await verifyInvoices(await openBillingParts(desk))
  return [...findings.map(({ place }) => place), ...invoices.findings.map(({ text }) => text)]
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

const RANGE = { account: 'A1', from: '2026-10-01', to: '2026-11-30', order: 'recorded' } as const

test('usage after a termination that is told late is taken back, credited and verified; and back again', async () => {
  await using desk = await openCompany('terminated')
  await importWith(desk, {})
  await calls(desk, '2026-10-05 10:00:00', '2026-10-20 10:00:00', '2026-10-21 10:00:00')
  expect(await bill(desk, '2026-10', '2026-11-02T08:00Z')).toEqual(['usage 3 2.31'])
  await importWith(desk, { terminated: '2026-10-11' })
  expect(await problems(desk)).toEqual(['files/1/1', 'files/1/2'])

  const dry = await rerate(desk, { ...RANGE, confirm: false })
  expect(describeTakenBack(dry.corrections)).toBe(
    '2 usages are nobody’s any more (subscription_inactive) and cost 1.540000 EUR: they are taken back.',
  )
  const { corrections, failures, run } = await rerate(desk, { ...RANGE, confirm: true })
  expect([run, corrections.length, failures]).toEqual([1, 2, []])
  expect(corrections.map(({ correction }) => [correction.outcome, correction.reason])).toEqual([
    ['rejected', 'subscription_inactive'],
    ['rejected', 'subscription_inactive'],
  ])
  const again = await rerate(desk, { ...RANGE, confirm: true })
  expect([again.run, again.corrections.length]).toEqual([0, 0])
  expect(await problems(desk)).toEqual([])
  expect(await waitingRecords(desk)).toEqual([]) // A correction is not what a source delivered: nothing waits.

  await importWith(desk, { terminated: '2026-10-21' })
  const back = await rerate(desk, { ...RANGE, confirm: true })
  expect(back.corrections.map(({ correction }) => correction.outcome)).toEqual(['rated'])
  expect(await problems(desk)).toEqual([])
  await importWith(desk, { terminated: '2026-10-11' })
  expect((await rerate(desk, { ...RANGE, confirm: true })).corrections).toHaveLength(1)

  await importWith(desk, { terminated: '2026-10-11' }, undefined, [ANOTHER])
  const late = await bill(desk, '2026-11', '2026-12-02T08:00Z')
  expect(late).toEqual(['correction -2 -1.54'])
  expect(await problems(desk)).toEqual([])
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
