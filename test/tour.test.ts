/**
 * A tour: one call, from the bytes that an exchange wrote to the mail and the invoice that a customer
 * gets. Read it to see which stage does what; each step uses the function that the command uses.
 */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { sendAlerts } from '../src/app/alerts/send-alerts.ts'
import { billPeriod } from '../src/app/billing/bill-period.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { openTestDesk } from './test-desk.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { usageTotals } from '../src/reports/usage-totals.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-tour-'))
const at = (moment: string) => fixedClock(Date.parse(moment))

test('one call, from bytes to mail and invoice', { timeout: 120_000 }, async () => {
  await copyTestOperations(join(folder, 'operations')) // Made once; making one takes seconds.
  await using desk = await openTestDesk(readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue' }))

  // 1. Operations: who is billed, by which plan, and when they want to be warned.
  const accounts = join(folder, 'accounts.json')
  writeFileSync(accounts, JSON.stringify(COMPANY))
  await importAccounts(desk, accounts, {
    dryRun: false,
    atMs: Date.parse('2026-09-01T00:00:00Z'),
  })

  // 2. The exchange writes a line: an hour from the office to a mobile in Germany.
  const line = asteriskLine({
    from: '0201234567',
    to: '004915112345678',
    start: '2026-10-05 10:00:00',
    billsec: 3600,
    uniqueid: '1791187200.1',
  })
  const file = join(folder, 'Master.csv')
  writeFileSync(file, `${line}\n`)

  // 3. Ingest, mediation, rating, ledger: the record ends as one row.
  const options = { format: 'asterisk', clock: at('2026-10-05T10:00:00Z') }
  const [ingested] = await Array.fromAsync(ingestInto(desk, [file], options))
  expect(ingested).toMatchObject({ records: 1, tally: { rated: 1, rejected: 0, duplicate: 0 } })

  // 4. Reports read the ledger.
  const period = { kind: 'periods', fromDay: 20_727, toDay: 20_757, label: '2026-10' } as const
  const totals = await usageTotals(desk.clickhouse, 'call-type', {
    scope: { kind: 'operator' },
    period,
  })
  expect(totals).toHaveLength(1)
  expect(totals[0]).toMatchObject({
    callType: 'international-eu-mobile',
    count: 1,
    durationSeconds: 3600n,
  })
  const chargeMicros = totals[0]?.amountMicros ?? 0
  expect(chargeMicros).toBeGreaterThan(1_000_000)

  // 5. Alerts: the call crossed the limit of one euro, so the office manager gets a mail. Once.
  const clock = at('2026-10-05T10:01:00Z')
  expect(await sendAlerts(desk, clock)).toMatchObject({ crossingsCount: 1, sentCount: 1 })
  expect(await sendAlerts(desk, clock)).toMatchObject({ crossingsCount: 0, sentCount: 0 })
  const [mail = ''] = readdirSync(join(folder, 'mails'))
  expect(readFileSync(join(folder, 'mails', mail), 'utf8')).toContain(
    'To: Anna <anna@klein.example>',
  )

  // 6. Invoicing: the month is closed, with a number, a PDF and a file of exactly this call.
  const billing = await billPeriod(desk, { period: '2026-10' }, at('2026-11-02T09:00:00Z'))
  const [invoice] = billing.invoices
  expect(invoice).toMatchObject({ accountId: 'A1', number: '2026-00000001', outcome: 'finalised' })
  const usage = billing.usage.find(({ callType }) => callType === 'international-eu-mobile')
  expect(usage?.amountMicros).toBe(Math.floor((chargeMicros + 5_000) / 10_000) * 10_000)
  const documents = invoice?.files ?? []
  expect(documents.some((path) => readFileSync(path).subarray(0, 5).toString() === '%PDF-')).toBe(
    true,
  )
  expect(documents.some((path) => readFileSync(path, 'utf8').includes('+4915112345678'))).toBe(true)
})

const COMPANY = {
  ...SMALL_COMPANY,
  partners: SMALL_COMPANY.partners.map((partner) => ({
    ...partner,
    vatId: 'NL812300117B01',
    registrationNumber: '81230011',
    iban: 'NL94TIKB0123456789',
    mailFrom: 'verbruik@testpartner.example',
  })),
  accounts: SMALL_COMPANY.accounts.map((account) => ({
    ...account,
    vatId: 'NL823400177B01',
    registrationNumber: '82340017',
  })),
  users: [
    {
      id: 'anna',
      account: 'A1',
      name: 'Anna',
      email: 'anna@klein.example',
      registrations: ['voip-high-usage'],
    },
  ],
  limits: [{ code: 'voip-total', account: 'A1', amount: '1.00' }],
}
