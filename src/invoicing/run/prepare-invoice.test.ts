/** When an account is billed, when not, and what stands in the way. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { inventedEInvoices } from '../../../test/doubles/invented-e-invoices.ts'
import type { Account, Subscription } from '../../core/accounts/accounts.ts'
import { micros } from '../../core/money/money.ts'
import { cutOffPublisher } from '../ledger/cut-off-publisher.ts'
import { previewRun, type BillingRun } from '../store/billing-runs.ts'
import type { BillingParts } from './billing.ts'
import { billingScope } from './billing-scope.ts'
import { isSuppressed, prepareInvoices } from './prepare-invoice.ts'
import { runBilling } from './run-billing.ts'
import { onParents } from './sub-accounts.ts'

vi.setConfig({ testTimeout: 120_000 }) // Some bill several months, each with its documents.

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

async function prepared(
  parts: BillingParts,
  run: Partial<BillingRun> = {},
  period = '2026-10',
): Promise<string> {
  const [scope] = onParents(billingScope(parts, period, ['duinzicht', 'zeegras']))
  if (scope === undefined) throw new Error('there is a period')
  const of = { ...(await previewRun(parts, [scope])), ...run }
  const publish = cutOffPublisher(parts, [of.cutOff.cutOffId])
  const result = await prepareInvoices({ ...parts, publish }, scope, of)
  return 'finding' in result
    ? `${result.status} | ${result.finding.code} | ${result.finding.severity} | ${result.finding.text}`
    : result.status
}

function withSubscriptions(changes: Partial<Subscription>): BillingParts {
  const { directory } = billing.parts
  const subscriptions = directory.subscriptions.map((each) => ({ ...each, ...changes }))
  return { ...billing.parts, directory: { ...directory, subscriptions } }
}

function withAccounts(changes: Readonly<Record<string, Partial<Account>>>): BillingParts {
  const { directory } = billing.parts
  const accounts = new Map(
    [...directory.accounts].map(([id, account]) => [id, { ...account, ...changes[id] }]),
  )
  return { ...billing.parts, directory: { ...directory, accounts } }
}

test('an account is ready once, and then it is billed', async () => {
  expect(await prepared(billing.parts)).toBe('ready')
  const { runId } = await runBilling(billing.parts, { period: '2026-10', accounts: ['duinzicht'] })
  expect(await prepared(billing.parts)).toBe('already-billed')
  expect(await prepared(billing.parts, { runId }, '2026-09')).toBe('ready')
  expect(await prepared(billing.parts, { runId: runId - 0.5 }, '2026-09')).toBe(
    `blocked | newer_run_exists | error | run ${runId} billed it since`,
  )
})

test('what keeps a sub-account from being settled keeps its parent, and is said of it', async () => {
  const parts = withAccounts({ zeegras: { parentAccountId: 'duinzicht', invoicedOn: 'parent' } })
  expect(await prepared(parts, { unsettled: new Map([['other', 'too much']]) })).toBe('ready')
  expect(await prepared(parts, { unsettled: new Map([['zeegras', 'too much']]) })).toMatch(
    /^blocked \| amount_out_of_range \| error \| zeegras: volume rates cannot be settled: too much/,
  )
  expect(await prepared(parts, { unsettled: new Map([['duinzicht', 'too much']]) })).toMatch(
    /^blocked \| amount_out_of_range \| error \| volume rates cannot be settled: too much/,
  )
})

const activeFrom = (iso: string) => {
  const activatedMs = Date.parse(iso)
  const plans = [{ planId: 'mobiel-zakelijk', fromMs: activatedMs, toMs: Infinity }]
  return withSubscriptions({ activatedMs, plans })
}

test('before its first subscription an account is not billed, unless something was', async () => {
  const notBegun =
    'not-begun | before_first_subscription | info | no subscription before 2026-11-01: the period from 2026-10-01 is not billed'
  expect(await prepared(activeFrom('2026-10-31T22:59:59.999Z'))).toBe('ready')
  expect(await prepared(activeFrom('2026-10-31T23:00:00Z'))).toBe(notBegun)
  const { operations } = billing.parts
  const oneOff = (id: string) =>
    operations.execute(
      `INSERT INTO one_off_charges (charge_id, account_id, at_ms, description, amount_micros)
       VALUES ($1, $1, $2, 'Simwissel', 5000000)`,
      [id, Date.parse('2026-10-10T10:00Z')],
    )
  await oneOff('duinzicht')
  expect(await prepared(activeFrom('2026-10-31T23:00:00Z'))).toBe('ready')
  await operations.execute('TRUNCATE one_off_charges CASCADE')
  const { directory } = billing.parts
  const none = { ...billing.parts, directory: { ...directory, subscriptions: [] } }
  expect(await prepared(none)).toBe('ready') // Of an account without any it closes the month.
  // Once an earlier month is billed, the next one is.
  await runBilling(billing.parts, { period: '2026-09', accounts: ['duinzicht'] })
  expect(await prepared(activeFrom('2026-10-31T23:00:00Z'))).toBe('ready')
})

test('a later month that was billed does not make an earlier one begin', async () => {
  const activatedMs = Date.parse('2026-11-10T10:00Z')
  const plans = [{ planId: 'mobiel-zakelijk', fromMs: activatedMs, toMs: Infinity }]
  const parts = withSubscriptions({ activatedMs, plans })
  billing.setNow('2026-12-02T08:00:00Z')
  await runBilling(parts, { period: '2026-11', accounts: ['duinzicht'] })
  expect(await prepared(parts)).toMatch(/^not-begun/)
})

test('a reversed VAT without a VAT id, and a country without a rate, are for a person', async () => {
  const reversed = [{ taxCategory: 'reverse-charge' as const, fromMs: -Infinity, toMs: Infinity }]
  const { catalogue } = billing.parts
  const plans = new Map(
    [...catalogue.plans].map(([id, plan]) => [id, { ...plan, taxes: reversed }]),
  )
  const parts = { ...billing.parts, catalogue: { ...catalogue, plans } }
  expect(await prepared(parts)).toBe('ready')
  const party = billing.parts.directory.accounts.get('duinzicht')?.party
  if (party === undefined) throw new Error('it is there')
  const unnamed = withAccounts({ duinzicht: { party: { ...party, vatId: ' ' } } })
  expect(await prepared(unnamed)).toBe('ready')
  expect(await prepared({ ...unnamed, catalogue: parts.catalogue })).toBe(
    'blocked | party_incomplete | error | VAT id of account duinzicht: VAT is reversed',
  )
  const partner = billing.parts.directory.partners.get('noorderlicht')
  if (partner === undefined) throw new Error('it is there')
  const address = { ...partner.party.address, country: 'XX' }
  const partners = new Map([['noorderlicht', { ...partner, party: { ...partner.party, address } }]])
  const abroad = { ...unnamed, directory: { ...unnamed.directory, partners } }
  expect(await prepared(abroad)).toMatch(/^blocked \| vat_rate_missing \| error \| XX has no/)
})

test.each([
  ['something to pay', 10_000, true, false, false, false],
  ['something to pay, unwanted zero', 10_000, false, false, false, false],
  ['a zero that is wanted', 0, true, false, false, false],
  ['a zero that is not', 0, false, false, false, true],
  ['a wanted zero with lines beside another', 0, true, true, false, false],
  ['a wanted zero without lines beside another', 0, true, true, true, true],
  ['a wanted zero without lines alone', 0, true, false, true, false],
])('%s: suppressed is right', (_what, gross, sendZeroInvoices, hasOthers, isBare, expected) => {
  const [invoice] = inventedEInvoices().values()
  const account = billing.parts.directory.accounts.get('duinzicht')
  if (invoice === undefined || account === undefined) throw new Error('they are invented')
  const totals = { ...invoice.totals, grossMicros: micros(gross) }
  const lines = isBare ? [] : invoice.lines
  const of = { ...invoice, totals, lines }
  expect(isSuppressed(of, { ...account, sendZeroInvoices }, hasOthers)).toBe(expected)
})
