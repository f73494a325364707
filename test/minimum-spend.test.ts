/** A minimum spend through the accounts document, bill runs, the e-invoice and verification as the commands use them. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openBillingParts } from '../src/app/billing-parts.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { microsToDecimal } from '../src/core/money/money.ts'
import { runBilling } from '../src/invoicing/run/run-billing.ts'
import { findInvoiceId } from '../src/invoicing/store/list-invoices.ts'
import { storedInvoice } from '../src/invoicing/store/stored-invoice.ts'
import { verifyInvoices } from '../src/invoicing/verify/verify-invoices.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-minimum-'))
const PARTNER = {
  iban: 'NL91ABNA0417164300',
  bic: 'ABNANL2A',
  vatId: 'NL123456782B01',
  registrationNumber: '12345678',
  mailFrom: 'invoices@example.com',
}

test('what lacks to a minimum is billed for the days that it holds, written, imported once and verified', async () => {
  await copyTestOperations(join(folder, 'operations'))
  await using desk = await openTestDesk(readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue' }))
  const [account] = SMALL_COMPANY.accounts
  const minimumSpends = [
    { amount: '310.00', from: '2026-10-22', to: '2026-12-01' },
    { amount: '500.00', on: 'usage-and-recurring', from: '2026-12-01' },
  ]
  const document = {
    ...SMALL_COMPANY,
    partners: SMALL_COMPANY.partners.map((partner) => ({ ...partner, ...PARTNER })),
    accounts: [{ ...account, registrationNumber: '87654321', minimumSpends }],
  }
  const path = join(folder, 'accounts.json')
  writeFileSync(path, JSON.stringify(document))
  const imported = { dryRun: false, atMs: Date.parse('2026-09-20T08:00Z') }
  await importAccounts(desk, path, imported)
  expect((await importAccounts(desk, path, imported)).accounts).toMatchObject({
    changed: [],
    unchanged: 1,
  })
  const said: string[] = []
  for (const [period, at] of [
    ['2026-10', '2026-11-02T08:00Z'],
    ['2026-11', '2026-12-02T08:00Z'],
    ['2026-12', '2027-01-02T08:00Z'],
  ] as const) {
    const parts = await openBillingParts(desk, fixedClock(Date.parse(at)))
    const { invoices } = await runBilling(parts, { period })
    const [billed] = invoices
    const id = await findInvoiceId(parts.operations, billed?.number ?? '')
    const { invoice } = await storedInvoice(parts.operations, id)
    const lines = invoice.lines.map(
      ({ section, amountMicros }) => `${section} ${microsToDecimal(amountMicros, 2)}`,
    )
    said.push(`${period}: ${lines.join(', ')}; net ${microsToDecimal(invoice.totals.netMicros, 2)}`)
    const ubl = billed?.files.find((file) => file.endsWith('-ubl.xml'))
    expect(readFileSync(ubl ?? '', 'utf8')).toContain('minimale afname')
  }
  expect(said).toEqual([
    '2026-10: recurring 17.50, recurring 4.50, recurring 14.95, minimum 100.00; net 136.95',
    '2026-11: recurring 17.50, recurring 4.50, recurring 14.95, minimum 310.00; net 346.95',
    '2026-12: recurring 17.50, recurring 4.50, recurring 14.95, minimum 463.05; net 500.00',
  ])
  expect(await verifyInvoices(await openBillingParts(desk))).toEqual({ count: 3, findings: [] })
}, 120_000)
