/**
 * A subscription moves to another account from a moment on, through events, ingest, bill runs, rerate and
 * verify as the commands use them: both accounts are right, whenever tik is told.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openBillingParts } from '../src/app/billing-parts.ts'
import { verifyLedger } from '../src/app/checks/verify-ledger.ts'
import { rerate } from '../src/app/corrections/rerate.ts'
import type { Desk } from '../src/app/desk.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { balancesOf } from '../src/app/usage/balances-of.ts'
import { totalsOf } from '../src/app/usage/usage-reports.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { microsToDecimal } from '../src/core/money/money.ts'
import { dayToIso } from '../src/core/time/period.ts'
import { applyDirectoryEvent } from '../src/directory/events/apply-directory-event.ts'
import { runBilling } from '../src/invoicing/run/run-billing.ts'
import { findInvoiceId, listInvoices } from '../src/invoicing/store/list-invoices.ts'
import { storedInvoice } from '../src/invoicing/store/stored-invoice.ts'
import { verifyInvoices } from '../src/invoicing/verify/verify-invoices.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-takeover-'))
const PARTNER = {
  iban: 'NL91ABNA0417164300',
  bic: 'ABNANL2A',
  vatId: 'NL123456782B01',
  registrationNumber: '12345678',
  mailFrom: 'invoices@example.com',
}
const RANGE = { from: '2026-09-01', to: '2026-12-31', order: 'recorded' } as const

/** A1 has V1 and a SIM, A2 has V2; all from January on. */
async function openCompanies(name: string): Promise<Desk> {
  const dataFolder = join(folder, name)
  await copyTestOperations(join(dataFolder, 'operations'))
  const desk = await openTestDesk(readConfig(dataFolder, { TIK_CATALOGUE: 'fixtures/catalogue' }))
  const [account] = SMALL_COMPANY.accounts
  const [first, second, third] = SMALL_COMPANY.subscriptions
  const document = {
    partners: SMALL_COMPANY.partners.map((partner) => ({ ...partner, ...PARTNER })),
    accounts: [account, { ...account, id: 'A2', legalName: 'Ander Bedrijf B.V.' }],
    subscriptions: [first, { ...second, account: 'A2' }, third],
  }
  await importDocument(desk, document)
  return desk
}

async function importDocument(desk: Desk, document: object) {
  const path = join(folder, 'accounts.json')
  writeFileSync(path, JSON.stringify(document))
  return importAccounts(desk, path, { dryRun: false, atMs: Date.parse('2026-09-20T08:00Z') })
}

let filesCount = 0

async function calls(desk: Desk, at: string, ...starts: string[]): Promise<void> {
  filesCount += 1
  const lines = starts.map((start, index) => {
    const uniqueid = `${filesCount}.${index}`
    return asteriskLine({ from: '0201234567', to: '0612345678', start, billsec: 600, uniqueid })
  })
  const file = join(folder, `Master-${filesCount}.csv`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  const options = { format: 'asterisk', clock: fixedClock(Date.parse(at)) }
  for await (const { tally } of ingestInto(desk, [file], options)) {
    expect(tally?.rated).toBe(starts.length)
  }
}

async function takeover(desk: Desk, account: string, at: string, id = `to-${account}-${at}`) {
  const event = { id, type: 'takeover', subscription: 'V1', account, at }
  const received = {
    text: JSON.stringify(event),
    place: 'test',
    receivedMs: Date.parse(`${at}T12:00Z`),
  }
  return applyDirectoryEvent(desk.operations, received)
}

async function bill(desk: Desk, period: string, at: string) {
  const parts = await openBillingParts(desk, fixedClock(Date.parse(at)))
  const report = await runBilling(parts, { period })
  const codes = report.findings.map(({ code, subject }) => `${code} ${subject}`)
  return codes.filter((code) => !code.startsWith('e_invoice_incomplete'))
}

/** `account period: days amount of each fee and one-off; usage, late usage and corrections`. */
async function invoices(desk: Desk): Promise<string[]> {
  const parts = await openBillingParts(desk)
  const all = (await listInvoices(parts)).toReversed()
  return Promise.all(
    all.map(async ({ number }) => {
      const id = await findInvoiceId(parts.operations, number)
      const { invoice } = await storedInvoice(parts.operations, id)
      const lines = invoice.lines.map((line) => {
        const days = `${dayToIso(line.fromDay).slice(5)}..${dayToIso(line.toDay - 1).slice(5)}`
        const what = line.section === 'recurring' ? days : `${line.section} ${line.count}x`
        return `${what} ${microsToDecimal(line.amountMicros, 2)}`
      })
      return `${invoice.customer.accountId} ${invoice.period.label}: ${lines.join(', ')}`
    }),
  )
}

async function verifyAll(desk: Desk): Promise<string[]> {
  const ledger = await verifyLedger(desk)
  const verdict = await verifyInvoices(await openBillingParts(desk))
  return [
    ...ledger.findings.map(({ place, message }) => `${place}: ${message}`),
    ...verdict.findings.map(({ subject, text }) => `${subject}: ${text}`),
  ]
}

/** Calls and what they cost. */
async function used(desk: Desk, accountId: string): Promise<string> {
  const days = { kind: 'periods', fromDay: 0, toDay: 40_000, label: 'all' } as const
  const [total] = await totalsOf(desk, 'total', { period: days, accountId })
  return total === undefined
    ? 'nothing'
    : `${total.count} of ${microsToDecimal(total.chargeMicros)}`
}

/** Of VoIP subscriptions in October. */
async function costsOf(desk: Desk, account: string): Promise<string[]> {
  const [balances] = await balancesOf(desk, { period: '2026-10', account })
  return (balances?.subscriptions ?? [])
    .filter(({ product }) => product === 'voip')
    .map(({ subscriptionId, costMicros, terminated }) => {
      return `${subscriptionId} ${microsToDecimal(costMicros, 2)}${terminated ? ' ended' : ''}`
    })
}

test('told in time: usage goes by its start, the month is shared by its days, and verify agrees', async () => {
  await using desk = await openCompanies('in-time')
  await calls(desk, '2026-10-01T08:00Z', '2026-09-05 10:00:00')
  expect(await bill(desk, '2026-09', '2026-10-02T08:00Z')).toEqual([])
  expect(await takeover(desk, 'A2', '2026-10-16')).toMatchObject({ state: 'applied' })
  expect(await takeover(desk, 'A2', '2026-10-16')).toMatchObject({ state: 'known' })
  await calls(desk, '2026-11-01T08:00Z', '2026-10-15 23:59:59', '2026-10-16 00:00:00')
  expect(await bill(desk, '2026-10', '2026-11-02T08:00Z')).toEqual([])
  expect(await invoices(desk)).toEqual([
    'A1 2026-09: 10-01..10-31 17.50, 10-01..10-31 4.50, usage 1x 0.77',
    'A2 2026-09: 10-01..10-31 14.95',
    'A1 2026-10: 11-01..11-30 17.50, 10-16..10-31 -2.32, usage 1x 0.77',
    'A2 2026-10: 11-01..11-30 4.50, 11-01..11-30 14.95, 10-16..10-31 2.32, usage 1x 0.77',
  ])
  expect(await verifyAll(desk)).toEqual([])
  expect([await used(desk, 'A1'), await used(desk, 'A2')]).toEqual([
    '2 of 1.540000',
    '1 of 0.770000',
  ])
}, 120_000)

test('told after the month was billed: rerate moves the usage, the next invoices put both right', async () => {
  await using desk = await openCompanies('late')
  await calls(desk, '2026-11-01T08:00Z', '2026-10-05 10:00:00', '2026-10-20 10:00:00')
  expect(await bill(desk, '2026-10', '2026-11-02T08:00Z')).toEqual([])
  expect(await takeover(desk, 'A2', '2026-10-16')).toMatchObject({ state: 'applied' })
  expect((await verifyAll(desk)).map((text) => text.slice(0, 9))).toEqual(['files/1/1'])

  const dry = await rerate(desk, { ...RANGE, account: 'A1', confirm: false })
  const done = await rerate(desk, { ...RANGE, account: 'A1', confirm: true })
  const again = await rerate(desk, { ...RANGE, account: 'A2', confirm: true })
  expect([dry.corrections.length, done.corrections.length, done.failures]).toEqual([1, 1, []])
  expect(again.corrections).toEqual([])
  expect(await verifyAll(desk)).toEqual([])
  expect([await used(desk, 'A1'), await used(desk, 'A2')]).toEqual([
    '1 of 0.770000',
    '1 of 0.770000',
  ])

  await calls(desk, '2026-12-01T08:00Z', '2026-11-20 10:00:00')
  expect(await bill(desk, '2026-11', '2026-12-02T08:00Z')).toEqual([])
  expect(await invoices(desk)).toEqual([
    'A1 2026-10: 11-01..11-30 17.50, 11-01..11-30 4.50, usage 2x 1.54',
    'A2 2026-10: 11-01..11-30 14.95',
    'A1 2026-11: 12-01..12-31 17.50, 10-16..10-31 -2.32, 11-01..11-30 -4.50, correction -1x -0.77',
    'A2 2026-11: 11-01..11-30 4.50, 12-01..12-31 4.50, 12-01..12-31 14.95, 10-16..10-31 2.32, usage 1x 0.77, correction 1x 0.77',
  ])
  expect(await verifyAll(desk)).toEqual([])
  const costs = await Promise.all(['A1', 'A2'].map((account) => costsOf(desk, account)))
  expect(costs).toEqual([['V1 0.77 ended'], ['V1 0.77', 'V2 0.00']])
}, 120_000)

test('an import that names another account without a date is refused, with one it moves', async () => {
  await using desk = await openCompanies('imported')
  const [first] = SMALL_COMPANY.subscriptions
  const moved = { ...first, account: 'A2' }
  await expect(importDocument(desk, { subscriptions: [moved] })).rejects.toThrow(
    'V1 is of A1, not of A2',
  )
  const dated = { ...moved, earlierAccounts: [{ id: 'A1', to: '2026-10-16' }] }
  const { subscriptions } = await importDocument(desk, { subscriptions: [dated] })
  expect(subscriptions.notices?.[0]).toMatch(
    /^V1: A1 from 2025-12-31T23:00Z, then A2 from 2026-10-15T22:00Z; /,
  )
  for (const same of [dated, moved]) {
    const again = await importDocument(desk, { subscriptions: [same] })
    expect(again.subscriptions).toMatchObject({ changed: [], unchanged: 1 })
  }
  await calls(desk, '2026-11-01T08:00Z', '2026-10-15 23:59:59', '2026-10-16 00:00:00')
  expect([await used(desk, 'A1'), await used(desk, 'A2')]).toEqual([
    '1 of 0.770000',
    '1 of 0.770000',
  ])
}, 120_000)
