/** A sub-account on the invoice of its parent: who sees what of it, and what is refused. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { usageOfInvoice } from '../src/app/billing/invoice-archive.ts'
import { showInvoice, showLine } from '../src/app/billing/show-invoice.ts'
import { openBillingParts } from '../src/app/billing-parts.ts'
import { operator } from '../src/app/caller.ts'
import { changeAccount } from '../src/app/directory/change-account.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { runBilling } from '../src/invoicing/run/run-billing.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }) // Stores are opened and a month is billed.
const folder = mkdtempSync(join(tmpdir(), 'tik-sub-accounts-'))
const openDesk = () => openTestDesk(readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue' }))
const PARTY = { vatId: 'NL123456782B01', registrationNumber: '12345678' }
const [V1, V2] = SMALL_COMPANY.subscriptions
const [A1] = SMALL_COMPANY.accounts
const DOCUMENT = {
  partners: SMALL_COMPANY.partners.map((each) => {
    return { ...each, ...PARTY, iban: 'NL91ABNA0417164300' }
  }),
  accounts: [
    { ...A1, ...PARTY },
    { ...A1, ...PARTY, id: 'A2', legalName: 'Zorg', parent: 'A1', invoicedOn: 'parent' },
  ],
  subscriptions: [V1, { ...V2, account: 'A2', plans: ['voip-basic'] }],
}
const NUMBER = '2026-00000001'

beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  await using desk = await openDesk()
  const document = join(folder, 'accounts.json')
  writeFileSync(document, JSON.stringify(DOCUMENT))
  await importAccounts(desk, document, { dryRun: false, atMs: Date.parse('2026-09-20T08:00Z') })
  const lines = ['0201234567', '0201234568', '0201234568'].map((from, index) =>
    asteriskLine({
      from,
      to: '0612345678',
      start: `2026-10-0${index + 1} 10:00:00`,
      billsec: 60,
      uniqueid: `call.${index}`,
    }),
  )
  const file = join(folder, 'calls.csv')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const clock = fixedClock(Date.parse('2026-11-02T08:00Z'))
  await Array.fromAsync(ingestInto(desk, [file], { format: 'asterisk', clock }))
  await runBilling(await openBillingParts(desk, clock), { period: '2026-10' })
})

const userOf = (...accountIds: string[]) => ({
  ...operator('somebody'),
  reach: { kind: 'accounts', accountIds } as const,
})

test.each`
  accounts        | usages | subscriptions | line
  ${['A1']}       | ${1}   | ${0}          | ${'is of a sub-account'}
  ${['A1', 'A2']} | ${3}   | ${1}          | ${undefined}
`(
  'lines and sums are the parent’s, usages of the sub-account are for who reaches it: $accounts',
  async ({ accounts, usages, subscriptions, line }) => {
    await using opened = await openDesk()
    const desk = { ...opened, caller: userOf(...accounts) }
    const { invoice } = await showInvoice(desk, NUMBER)
    const ofSub = invoice.lines.filter(({ subAccountId }) => subAccountId === 'A2')
    expect(ofSub.map(({ section }) => section)).toEqual(['recurring', 'usage'])
    expect(invoice.subAccounts?.[0]?.specification).toHaveLength(subscriptions)
    const csv = (await Array.fromAsync(usageOfInvoice(desk, { number: NUMBER }))).join('')
    expect(csv.trim().split('\n')).toHaveLength(1 + usages)
    const shown = await showLine(desk, NUMBER, ofSub[1]?.lineNumber ?? 0, {
      limit: 10,
      offset: 0,
    }).catch((error: unknown) => error)
    if (line !== undefined) expect(String(shown)).toContain(line)
    else expect(shown).toMatchObject({ rows: [{}, {}] })
  },
)

test('who reaches the sub-account alone sees no invoice of the parent', async () => {
  await using opened = await openDesk()
  const desk = { ...opened, caller: userOf('A2') }
  await expect(showInvoice(desk, NUMBER)).rejects.toMatchObject({ code: 'not_found' })
})

test('a change of the sub-account shows what the invoice of its parent would say', async () => {
  await using desk = await openDesk()
  const change = { type: 'terminate', subscription: 'V2', at: '2026-11-16' }
  const clock = fixedClock(Date.parse('2026-11-03T08:00Z'))
  const { invoices } = await changeAccount(desk, change, { dryRun: true, clock })
  expect(invoices.map(({ accountId }) => accountId)).toEqual(['A1'])
  expect(invoices[0]?.come.map(({ subAccountId }) => subAccountId)).toContain('A2')
})

test.each([
  ['nobody above it', [{ parent: undefined }], 'has no parent'],
  ['another anchor day', [{ anchorDay: 15 }], 'same partner, time zone and anchor day'],
])(
  'the import refuses a sub-account that cannot be on one invoice: %s',
  async (_what, [change], message) => {
    await using desk = await openDesk()
    const file = join(folder, 'wrong.json')
    const [, sub] = DOCUMENT.accounts
    writeFileSync(file, JSON.stringify({ accounts: [{ ...sub, ...change }] }, null, 1))
    const refused = importAccounts(desk, file, { dryRun: true, atMs: 0 })
    await expect(refused).rejects.toThrow(message)
  },
)
