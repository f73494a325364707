/** What the check says of drafts: one account of 39.17 a month, with a reader of invoices, and others without. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import type { BillingParts, BillingProgress } from '../run/billing.ts'
import { billingScope } from '../run/billing-scope.ts'
import { runBilling } from '../run/run-billing.ts'
import { draftFindings } from './check-drafts.ts'

vi.setConfig({ testTimeout: 120_000 }) // Some bill several months, each with its documents.

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

const ONE = ['duinzicht']
let offset = 0
async function use(date: string, charge: string): Promise<void> {
  const of = { accountId: 'duinzicht', subscriptionId: 'duinzicht-0', partition: 1 }
  await billing.record({ ...of, offset: (offset += 1), date, charge })
}

async function check(
  period: string,
  {
    parts = billing.parts,
    jumpPercent = 50,
    accounts = ONE,
  }: {
    parts?: BillingParts
    jumpPercent?: number
    accounts?: readonly string[]
  } = {},
) {
  return draftFindings(parts, billingScope(parts, period, accounts), { period, jumpPercent })
}

const codes = async (...asked: Parameters<typeof check>) =>
  (await check(...asked)).map(({ code }) => code)

async function billOctober(): Promise<void> {
  await runBilling(billing.parts, { period: '2026-10', accounts: ONE })
  billing.setNow('2026-12-02T08:00:00Z')
}

test('a total of 25.00 more than the month before, and over so many percent, is a jump', async () => {
  await billOctober()
  await use('2026-11-03', '20.66') // 53.03 + 11.14 = 64.17, which is 25.00 more than 39.17.
  expect(await check('2026-11')).toEqual([
    {
      code: 'amount_jump',
      severity: 'warning',
      subject: 'duinzicht',
      text: '64.17 euros, 25.00 more than the 39.17 of the period before (over 50 %)',
      count: 1,
      estimateMicros: 25_000_000,
      show: 'tik bill run --period 2026-11 --account duinzicht --preview',
    },
  ])
})

test('a cent less than 25.00 is none, whatever it is in percent', async () => {
  await billOctober()
  await use('2026-11-03', '20.65')
  expect(await check('2026-11', { jumpPercent: 1 })).toEqual([])
})

test('what is just so many percent is none', async () => {
  await billOctober()
  await use('2026-11-03', '32.37') // Twice 39.17.
  expect(await codes('2026-11', { jumpPercent: 99 })).toEqual(['amount_jump'])
  expect(await codes('2026-11', { jumpPercent: 100 })).toEqual([])
})

test('a month that runs on has no jump yet, one that has just ended has', async () => {
  await billOctober()
  await use('2026-11-03', '100')
  billing.setNow('2026-11-30T22:59:59.999Z')
  expect(await codes('2026-11')).toEqual([])
  billing.setNow('2026-11-30T23:00:00Z')
  expect(await codes('2026-11')).toEqual(['amount_jump'])
})

test('nothing to pay after a month of something is a jump, and nothing after nothing is none', async () => {
  await billOctober()
  const { directory } = billing.parts
  const terminatedMs = Date.parse('2026-12-01T00:00+01:00')
  const subscriptions = directory.subscriptions.map((each) => ({ ...each, terminatedMs }))
  const ended = { ...billing.parts, directory: { ...directory, subscriptions } }
  expect(await check('2026-11', { parts: ended })).toMatchObject([
    {
      code: 'amount_jump',
      text: '0.00 euros, 39.17 less than the 39.17 of the period before (over 50 %)',
      estimateMicros: -39_170_000,
    },
  ])
  await runBilling(ended, { period: '2026-11', accounts: ONE })
  billing.setNow('2027-01-02T08:00:00Z')
  expect(await check('2026-12', { parts: ended })).toEqual([])
})

test('a total below nothing is told, and as nothing else', async () => {
  await billOctober()
  const { directory } = billing.parts
  const terminatedMs = Date.parse('2026-11-11T00:00+01:00')
  const subscriptions = directory.subscriptions.map((each) => ({ ...each, terminatedMs }))
  const parts = { ...billing.parts, directory: { ...directory, subscriptions } }
  expect(await check('2026-11', { parts })).toEqual([
    {
      code: 'negative_total',
      severity: 'warning',
      subject: 'duinzicht',
      text: 'it comes to -26.11 euros: a credit note',
      count: 1,
      estimateMicros: -26_110_000,
      show: 'tik bill run --period 2026-11 --account duinzicht --preview',
    },
  ])
})

test('usage of closed months is told from the first of them on', async () => {
  await runBilling(billing.parts, { period: '2026-09', accounts: ONE })
  await billOctober()
  await use('2026-10-10', '1')
  await use('2026-09-10', '2.50')
  expect(await check('2026-11')).toEqual([
    {
      code: 'late_corrections',
      severity: 'info',
      subject: 'duinzicht',
      text: 'usage and corrections of closed periods from 2026-09-01 on: 3.50 euros on this invoice',
      count: 2,
      estimateMicros: 3_500_000,
      show: 'tik bill run --period 2026-11 --account duinzicht --preview',
    },
  ])
})

test('an account without a reader is told, with progress of each, and what is billed or blocked is no draft', async () => {
  await runBilling(billing.parts, { period: '2026-10', accounts: ONE })
  const told: BillingProgress[] = []
  const scopes = billingScope(billing.parts, '2026-10', undefined)
  const onProgress = (progress: BillingProgress) => told.push(progress)
  const findings = await draftFindings(billing.parts, scopes, {
    period: '2026-10',
    jumpPercent: 50,
    onProgress,
  })
  expect(findings).toEqual(
    ['zandbank', 'zeegras'].map((subject) => ({
      code: 'no_invoice_reader',
      severity: 'warning',
      subject,
      text: 'nobody is registered for invoices: that of 39.17 euros is mailed to no one',
      count: 1,
      estimateMicros: 39_170_000,
      show: `tik users list --account ${subject}`,
    })),
  )
  expect(told.map(({ count, total }) => `${count} of ${total}`)).toEqual([
    '1 of 3',
    '2 of 3',
    '3 of 3',
  ])
})

test('what keeps an account from being billed, or that it has not begun, is told', async () => {
  const { directory } = billing.parts
  const account = directory.accounts.get('duinzicht')
  if (account === undefined) throw new Error('it is there')
  const party = { ...account.party, legalName: '' }
  const accounts = new Map([...directory.accounts, ['duinzicht', { ...account, party }]])
  const nameless = { ...billing.parts, directory: { ...directory, accounts } }
  expect(await codes('2026-10', { parts: nameless })).toEqual(['party_incomplete'])
  const fromMs = Date.parse('2026-12-01T00:00+01:00')
  const subscriptions = directory.subscriptions.map((each) => ({
    ...each,
    activatedMs: fromMs,
    plans: each.plans.map((plan) => ({ ...plan, fromMs })),
  }))
  const later = { ...billing.parts, directory: { ...directory, subscriptions } }
  expect(await codes('2026-10', { parts: later })).toEqual(['before_first_subscription'])
})
