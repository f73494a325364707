/**
 * Journals and direct debits where several accounts are on one bill (sub-accounts) and one account has several
 * (bill-to's): each line has the months of its own usage, and only who gave a mandate pays by it.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { invoicesOf } from '../src/app/billing/invoice-archive.ts'
import { debitsOf } from '../src/app/finance/debits-of.ts'
import { journalOf } from '../src/app/finance/journal-of.ts'
import { dayFromIso, dayToIso } from '../src/core/time/period.ts'
import { microsToDecimal } from '../src/core/money/money.ts'
import { noteState, TIK } from '../src/invoicing/receivables/state-history.ts'
import { findInvoiceId } from '../src/invoicing/store/list-invoices.ts'
import { clockAt, openFinanceWorld, type FinanceWorld } from './finance-world.ts'

const FINANCE_YAML = `
revenue: [{ kind: usage, account: "8110" }, { account: "8000" }]
journal:
  journal: "70"
  receivables: "1300"
  vat: [{ category: standard, code: VH, account: "1520" }]
  targets: { books: { columns: [{ title: Amount, value: amount }] } }
`
const NOVEMBER = { fromDay: dayFromIso('2026-11-01'), untilDay: dayFromIso('2026-11-30') }
const CREDITOR = { creditorId: 'NL79ZZZ999999990000', preNotificationDays: 10 }
const mandateOf = (id: string) => {
  return { id: `M-${id}`, signed: '2026-03-01', iban: 'NL20 INGB 0001 2345 67' }
}
const address = { street: 'Kade 9', postcode: '3000 CC', city: 'Rotterdam', country: 'NL' }
/** All of them have periods of two months: 15 October to 14 November. */
const account = (id: string, more: object, line: object = {}) => {
  return { id, anchorDay: 15, plan: 'voip-basic', more: { ...more }, line: { ...line } }
}

const call = (accountId: string, day: string) => ({ accountId, start: `${day} 10:00:00` })

let world: FinanceWorld
beforeAll(async () => {
  world = await openFinanceWorld({
    accounts: [
      account('parent', { mandate: mandateOf('parent') }),
      account('sub', {
        parent: 'parent',
        invoicedOn: 'parent',
        mandate: mandateOf('sub'),
      }),
      account(
        'sited',
        { mandate: mandateOf('sited') },
        { billTos: [{ id: 'quay', from: '2026-11-05' }] },
      ),
      account('owner', { mandate: mandateOf('owner') }, { billTos: ['tenant'] }),
    ],
    billTos: [
      { id: 'quay', account: 'sited', legalName: 'Klein Bedrijf, kade', address },
      { id: 'tenant', account: 'owner', address, vatId: 'NL000099998B57' },
    ],
    partner: { directDebit: CREDITOR },
    financeYaml: FINANCE_YAML,
  })
  await world.bill('2026-09', '2026-10-16T08:00Z')
  await world.ingest('2026-11-15T08:00Z', [
    ...['2026-10-20', '2026-10-21', '2026-10-31'].map((day) => call('parent', day)),
    ...['2026-11-01', '2026-11-13'].map((day) => call('sub', day)),
    ...['2026-10-20', '2026-11-02'].map((day) => call('sited', day)),
    ...['2026-11-08', '2026-11-10'].map((day) => call('sited', day)),
    call('owner', '2026-10-31'),
  ])
  await world.bill('2026-10', '2026-11-16T08:00Z')
}, 120_000)
afterAll(() => world[Symbol.asyncDispose]())

/** By document: what was used, by month of service. */
async function usageByMonth(): Promise<Record<string, string[]>> {
  const { entries } = await journalOf(world.desk, NOVEMBER)
  return Object.fromEntries(
    entries.map(({ invoice, lines }) => [
      [invoice.customer.accountId, invoice.customer.billToId].filter(Boolean).join('/'),
      lines
        .filter(({ ledgerAccount }) => ledgerAccount === '8110')
        .map(
          ({ serviceFromDay, amountMicros }) =>
            `${dayToIso(serviceFromDay).slice(0, 7)} ${microsToDecimal(amountMicros, 2)}`,
        ),
    ]),
  )
}

test('each line stands in the months in which its own account, and its own site, used it', async () => {
  expect(await usageByMonth()).toEqual({
    // Three calls of the parent in October, two of the sub-account in November.
    parent: ['2026-10 -2.31', '2026-11 -1.54'],
    // It moved on 5 November: a call in each month before, two after.
    sited: ['2026-10 -0.77', '2026-11 -0.77'],
    'sited/quay': ['2026-11 -1.54'],
    'owner/tenant': ['2026-10 -0.77'],
  })
})

test('an invoice with sub-accounts is collected from its parent, one of a site from its account, and none from who gave no mandate', async () => {
  const { operations } = world.desk
  const open = (await invoicesOf(world.desk, {})).filter(
    ({ issueDay, number }) => issueDay >= NOVEMBER.fromDay && number !== '',
  )
  for (const { number } of open) {
    const id = await findInvoiceId(operations, number)
    const atMs = Date.parse('2026-11-17T08:00Z')
    await noteState(operations, id, { state: 'sent', atMs, actor: TIK })
  }
  const report = await debitsOf(
    world.desk,
    { partnerId: 'P1', collectionDay: dayFromIso('2026-12-31'), dryRun: true },
    clockAt('2026-12-01T08:00Z'),
  )
  const gross = (accountId: string, billToId?: string) =>
    open.find((one) => one.accountId === accountId && (one.billToId ?? '') === (billToId ?? ''))
      ?.grossMicros
  expect(
    report.collections
      .filter(({ remittance }) => open.some(({ number }) => number === remittance))
      .map(({ mandateId, amountMicros }) => [mandateId, amountMicros]),
  ).toEqual([
    ['M-parent', gross('parent')],
    ['M-sited', gross('sited')],
    ['M-sited', gross('sited', 'quay')],
  ])
  expect(report.leftOut).toContainEqual(
    expect.objectContaining({ accountId: 'owner', reason: 'another debtor' }),
  )
})
