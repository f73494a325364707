/**
 * Closed months stay closed: an account gets another anchor day while it is rated and billed, through
 * the import, ingest and bill runs that the commands use.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { openBillingParts } from '../src/app/billing-parts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import type { Desk } from '../src/app/desk.ts'
import { openTestDesk } from './test-desk.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { microsToDecimal } from '../src/core/money/money.ts'
import { dayToIso } from '../src/core/time/period.ts'
import { billCheck } from '../src/invoicing/check/bill-check.ts'
import { invoiceCdrs } from '../src/invoicing/store/invoice-cdrs.ts'
import { findInvoiceId, listInvoices } from '../src/invoicing/store/list-invoices.ts'
import { runBilling } from '../src/invoicing/run/run-billing.ts'
import { storedInvoice } from '../src/invoicing/store/stored-invoice.ts'
import { verifyInvoices } from '../src/invoicing/verify/verify-invoices.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-closed-'))
const PARTNER = {
  iban: 'NL91ABNA0417164300',
  bic: 'ABNANL2A',
  vatId: 'NL123456782B01',
  registrationNumber: '12345678',
  mailFrom: 'invoices@example.com',
}

async function importWith(desk: Desk, anchorDay: number, at: string) {
  const path = join(folder, `accounts-${anchorDay}.json`)
  const [subscription] = SMALL_COMPANY.subscriptions
  const document = {
    partners: SMALL_COMPANY.partners.map((partner) => ({ ...partner, ...PARTNER })),
    accounts: SMALL_COMPANY.accounts.map((account) => ({ ...account, anchorDay })),
    subscriptions: [subscription],
  }
  writeFileSync(path, JSON.stringify(document))
  const report = await importAccounts(desk, path, { dryRun: false, atMs: Date.parse(at) })
  return report.accounts.notices
}

let filesCount = 0

/** One call of ten minutes each, in a file of its own. */
async function call(desk: Desk, at: string, ...starts: string[]): Promise<void> {
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

async function bill(desk: Desk, period: string, at: string) {
  const parts = await openBillingParts(desk, fixedClock(Date.parse(at)))
  const report = await runBilling(parts, { period })
  const codes = report.findings.map(({ code }) => code)
  return codes.filter((code) => code !== 'e_invoice_incomplete') // These companies have no numbers.
}

/** `days: fees; starts of the usage` of every invoice. */
async function invoices(desk: Desk): Promise<string[]> {
  const parts = await openBillingParts(desk)
  const all = (await listInvoices(parts)).toReversed()
  return Promise.all(
    all.map(async ({ number }) => {
      const { invoice } = await storedInvoice(
        parts.operations,
        await findInvoiceId(parts.operations, number),
      )
      const { startDay, endDay } = invoice.period
      const fees = invoice.lines
        .filter(({ section }) => section === 'recurring')
        .map((line) => {
          const days = `${dayToIso(line.fromDay).slice(5)}..${dayToIso(line.toDay - 1).slice(5)}`
          return `${days} ${microsToDecimal(line.amountMicros, 2)}`
        })
      const rows = (await Array.fromAsync(invoiceCdrs(parts, number))).flat()
      const starts = rows.map((row) => new Date(row.startMs).toISOString().slice(5, 10))
      const days = `${dayToIso(startDay)}..${dayToIso(endDay - 1)}`
      return `${days}: ${fees.join(', ')}; ${starts.join(' ')}`
    }),
  )
}

test('another anchor day: each usage is in one invoice, each day is paid once, and the check tells', async () => {
  await copyTestOperations(join(folder, 'operations'))
  const config = readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue' })
  await using desk = await openTestDesk(config)
  expect(await importWith(desk, 1, '2026-09-20T08:00Z')).toBeUndefined()
  await call(desk, '2026-11-01T08:00Z', '2026-10-05 10:00:00', '2026-10-31 23:30:00')
  expect(await bill(desk, '2026-10', '2026-11-02T08:00Z')).toEqual([])

  await call(desk, '2026-11-20T08:00Z', '2026-11-03 10:00:00', '2026-11-16 10:00:00')
  expect(await importWith(desk, 15, '2026-11-20T09:00Z')).toEqual([
    'A1: new terms of billing hold from 2026-12-01, after a bridging period until 2026-12-14',
  ])
  await call(desk, '2026-12-02T07:00Z', '2026-11-20 10:00:00', '2026-10-20 10:00:00')
  expect(await bill(desk, '2026-11', '2026-12-02T08:00Z')).toEqual([])

  await call(desk, '2026-12-16T07:00Z', '2026-12-14 23:59:59', '2026-12-15 00:00:00')
  const at = fixedClock(Date.parse('2026-12-16T08:00Z'))
  const findings = await billCheck(await openBillingParts(desk, at), { period: '2026-12' })
  const bridge = findings.find(({ code }) => code === 'bridging_period')
  expect(bridge?.text).toContain('from 2026-12-01 to 2026-12-14')
  expect(findings.map(({ code }) => code)).not.toContain('period_not_billed')
  expect(await bill(desk, '2026-12', '2026-12-16T08:00Z')).toEqual([
    'period_open',
    'bridging_period',
  ])
  expect(await bill(desk, '2026-12', '2027-01-16T08:00Z')).toEqual(['bridging_period'])

  expect(await invoices(desk)).toEqual([
    '2026-10-01..2026-10-31: 11-01..11-30 4.50; 10-05 10-31',
    '2026-11-01..2026-11-30: 12-01..12-14 2.03; 10-20 11-03 11-16 11-20',
    '2026-12-01..2026-12-14: 12-15..01-14 4.50; 12-14',
    '2026-12-15..2027-01-14: 01-15..02-14 4.50; 12-14',
  ])
  const verdict = await verifyInvoices(await openBillingParts(desk))
  expect(verdict).toEqual({ count: 4, findings: [] })
}, 120_000)
