/** Events that change subscriptions, on the command line: applied once, and their charges are billed. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { openBillingParts } from '../src/app/billing-parts.ts'
import type { Desk } from '../src/app/desk.ts'
import { openTestDesk } from './test-desk.ts'
import { readConfig } from '../src/core/config/config.ts'
import { previewBilling } from '../src/invoicing/run/preview-billing.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { createCommandLine } from './command-line.ts'
import { SMALL_COMPANY } from './small-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-provisioning-'))
const environment = { TIK_CATALOGUE: 'fixtures/catalogue' }

const config = readConfig(folder, environment)

beforeAll(() => copyTestOperations(join(folder, 'operations')))

const EVENTS = [
  {
    id: '1',
    type: 'swap-sim',
    subscription: 'M1',
    at: '2026-10-12T10:00',
    imsi: '204080000000009',
    charge: { amount: '10.00' },
  },
  {
    id: '2',
    type: 'block-sim',
    subscription: 'M1',
    at: '2026-10-20T10:00',
    charge: { amount: '7.50', description: 'SIM block at night' },
  },
  { id: '3', type: 'block-sim', subscription: 'M9', at: '2026-10-20T10:00' },
]
/** What a partner needs to send invoices. */
const BILLING = {
  iban: 'NL91ABNA0417164300',
  bic: 'ABNANL2A',
  vatId: 'NL123456782B01',
  registrationNumber: '12345678',
  mailFrom: 'invoices@example.com',
}

/** What the small company would be billed for October. */
async function netMicros(desk: Desk): Promise<number | undefined> {
  const parts = await openBillingParts(desk)
  const { invoices } = await previewBilling(parts, { period: '2026-10', preview: true })
  return invoices[0]?.netMicros
}

test('a SIM swap and a SIM block are charged once, and who has no such SIM is told', async () => {
  const accounts = join(folder, 'accounts.json')
  const partners = SMALL_COMPANY.partners.map((partner) => ({ ...partner, ...BILLING }))
  writeFileSync(accounts, JSON.stringify({ ...SMALL_COMPANY, partners }))
  let before: number | undefined
  {
    await using desk = await openTestDesk(config)
    await importAccounts(desk, accounts, { dryRun: false, atMs: Date.parse('2026-10-01') })
    before = await netMicros(desk)
  }
  const file = join(folder, 'events.ndjson')
  const [first, ...others] = EVENTS
  const lines = [first, first, ...others].map((event) => JSON.stringify(event))
  writeFileSync(file, `${lines.join('\n')}\n`)
  const tik = createCommandLine(folder, environment)
  const { status, stdout, stderr } = tik.process('accounts', 'apply', file)
  expect(stdout).toBe('2 applied, 1 known already, 1 refused\n')
  expect(stderr).toContain('events.ndjson:4: 3: there is no subscription M9')
  expect(status).toBe(1)

  await using desk = await openTestDesk(config)
  expect(before).toBeGreaterThan(0)
  expect(await netMicros(desk)).toBe((before ?? 0) + 17_500_000)
}, 120_000)
