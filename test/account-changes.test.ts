/** Single changes of accounts on the command line: what they do, what a dry run says, and what is refused. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { openBillingParts } from '../src/app/billing-parts.ts'
import { directoryEventsOf } from '../src/app/directory/directory-events-of.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { runBilling } from '../src/invoicing/run/run-billing.ts'
import { createCommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-changes-'))
const environment = { TIK_CATALOGUE: 'fixtures/catalogue' }
const config = readConfig(folder, environment)
const tik = createCommandLine(folder, environment)
const PARTNER = {
  iban: 'NL91ABNA0417164300',
  bic: 'ABNANL2A',
  vatId: 'NL123456782B01',
  registrationNumber: '12345678',
  mailFrom: 'invoices@example.com',
}

const ONE = { on: 'usage', percent: '5', description: 'One', from: '2026-12-01' }

/** Both accounts are billed for October, with the fees of November in advance. */
beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  const [account] = SMALL_COMPANY.accounts
  const document = {
    ...SMALL_COMPANY,
    partners: SMALL_COMPANY.partners.map((partner) => ({ ...partner, ...PARTNER })),
    accounts: [
      account,
      { ...account, id: 'A2', legalName: 'Ander Bedrijf B.V.', discounts: [ONE] },
    ],
    oneOffCharges: [
      { id: 'billed', account: 'A1', at: '2026-10-07', description: 'Install', amount: '85.00' },
    ],
  }
  const path = join(folder, 'accounts.json')
  writeFileSync(path, JSON.stringify(document))
  await using desk = await openTestDesk(config)
  await importAccounts(desk, path, { dryRun: false, atMs: Date.parse('2026-09-20T08:00Z') })
  const at = fixedClock(Date.parse('2026-11-02T08:00Z'))
  await runBilling(await openBillingParts(desk, at), { period: '2026-10' })
}, 60_000)

async function accounts(...argv: string[]): Promise<string> {
  const { stdout, stderr } = await tik.here(['accounts', ...argv])
  return stderr + stdout
}

const AS_IT_WAS = 'Nothing to change: it is so already.\n'

/** What a dry run says; then the change, and the change once more, which must do nothing. */
async function change(...argv: string[]): Promise<string> {
  const dry = await accounts(...argv, '--dry-run')
  await accounts(...argv)
  expect(await accounts(...argv)).toBe(AS_IT_WAS)
  return `# tik accounts ${argv.join(' ')}\n\n${withoutToday(dry)}`
}

/** What is to be done about usage depends on the day on which it is said. */
function withoutToday(text: string): string {
  return text.replaceAll(/^usage since then.*\n/gm, '')
}

test('each change is shown by its dry run, is made once, and is noted', async () => {
  const discount = ['discount', 'A1', '--on', 'recurring', '--description', 'Loyal']
  const charge = ['charge', 'A1', '--description', 'Goodwill', '--id', 'c-1', '--amount', '-5.00']
  const said = [
    await change('terminate', 'V2', '--from', '2026-11-16'),
    await change('plan', 'V1', 'voip-flat', '--from', '2026-12-01'),
    await change('add-module', 'M1', 'mobile-internet-eu', '--from', '2026-11-11'),
    await change('end-module', 'M1', 'mobile-internet-eu', '--from', '2026-12-11'),
    await change(...discount, '--percent', '10', '--from', '2026-12-01'),
    await change(...charge, '--from', '2026-11-05'),
    await change('end-discount', 'A1', '--on', 'recurring', '--from', '2026-12-16'),
    await change('remove-charge', 'c-1'),
    await change('references', 'A1', '--purchase-order', 'PO-7', '--text', 'Project Noord'),
    await change('takeover', 'M1', 'A2', '--from', '2026-12-01'),
  ]
  await expect(said.join('\n')).toMatchFileSnapshot('../fixtures/accounts/single-changes.txt')
  await using desk = await openTestDesk(config)
  const events = await directoryEventsOf(desk, { refusedOnly: false })
  expect(events.map(({ type }) => type).toSorted()).toEqual([
    'add-charge',
    'add-discount',
    'add-module',
    'change-plan',
    'change-references',
    'end-discount',
    'end-module',
    'remove-charge',
    'takeover',
    'terminate',
  ])
}, 240_000)

test.each([
  [
    'a charge that is billed, changed',
    'charge A1 --id billed --amount 80.00 --description Install --from 2026-10-07',
    /"billed" is in invoice .* add a charge of the difference/s,
  ],
  ['a charge that is billed, removed', 'remove-charge billed', /"billed" is in invoice/],
  [
    'a discount of a month that is billed',
    'discount A1 --on usage --percent 5 --description Late --from 2026-10-15',
    /billed until 2026-10-31: .* begin or end on 2026-11-01/s,
  ],
  [
    'a second percentage on the same',
    'discount A2 --on usage --percent 5 --description Two --from 2026-12-15',
    /has "One" on usage at that time already/,
  ],
  [
    'an end of what is not there',
    'end-discount A1 --on usage --from 2026-12-01',
    /has no discount on usage then/,
  ],
  [
    'a plan that nobody knows',
    'plan V1 voip-flet --from 2026-12-01',
    /has no plan "voip-flet".*voip-flat/s,
  ],
  ['a date that is none', 'terminate V1 --from 2026-02-30', /at: /],
  ['a takeover by nobody', 'takeover V1 A9 --from 2026-12-01', /there is no account A9/],
])(
  'what contradicts is refused with the way to correct it: %s',
  async (_what, argv, said) => {
    const one = 'discount A2 --on usage --percent 5 --description One --from 2026-12-01'
    await accounts(...one.split(' '))
    const { status, stderr } = await tik.here(['accounts', ...argv.split(' ')])
    expect(stderr).toMatch(said)
    expect(status).not.toBe(0)
  },
  60_000,
)
