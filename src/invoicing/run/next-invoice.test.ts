/** What the next invoice of an account would be, by what was closed and by the clock. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import type { Account } from '../../core/accounts/accounts.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'
import type { BillingParts } from './billing.ts'
import { nextInvoice } from './next-invoice.ts'
import { runBilling } from './run-billing.ts'

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

function withAccounts(changes: Readonly<Record<string, Partial<Account>>>): BillingParts {
  const { directory } = billing.parts
  const accounts = new Map(
    [...directory.accounts].map(([id, account]) => [id, { ...account, ...changes[id] }]),
  )
  return { ...billing.parts, directory: { ...directory, accounts } }
}

const closed = (...months: string[]) => ({
  closedPeriods: months.map((month) => ({
    periodStartDay: dayFromIso(`${month}-01`),
    closedAtMs: 0,
  })),
})

async function next(parts: BillingParts, accountId = 'duinzicht'): Promise<string> {
  const { period, drafts, finding, ...of } = await nextInvoice(parts, accountId)
  const whose = drafts.map(({ customer }) => customer.accountId)
  return [of.accountId, dayToIso(period.startDay), ...whose, finding?.code ?? ''].join(' ').trim()
}

test('before any was closed it is the month that ended last, if anything was active then', async () => {
  expect(await next(billing.parts)).toBe('duinzicht 2026-10-01 duinzicht')
  const { directory } = billing.parts
  const activeFrom = (iso: string) => ({
    ...billing.parts,
    directory: {
      ...directory,
      subscriptions: directory.subscriptions.map((each) =>
        each.accountId === 'duinzicht' ? { ...each, activatedMs: Date.parse(iso) } : each,
      ),
    },
  })
  expect(await next(activeFrom('2026-10-31T22:59:59Z'))).toMatch(/^duinzicht 2026-10-01/)
  expect(await next(activeFrom('2026-10-31T23:00:00Z'))).toMatch(/^duinzicht 2026-11-01/)
})

test('after some were closed it is the month after the last of them', async () => {
  expect(await next(withAccounts({ duinzicht: closed('2026-10', '2026-09') }))).toBe(
    'duinzicht 2026-11-01 duinzicht',
  )
})

test('of a sub-account it is the invoice of its parent, with both', async () => {
  const parts = withAccounts({ zeegras: { parentAccountId: 'duinzicht', invoicedOn: 'parent' } })
  expect(await next(parts, 'zeegras')).toBe('duinzicht 2026-10-01 duinzicht')
  const { drafts } = await nextInvoice(parts, 'zeegras')
  expect(drafts[0]?.subAccounts?.map(({ accountId }) => accountId)).toEqual(['zeegras'])
})

test('what keeps it from being made is told, and one that is closed since has none', async () => {
  const party = { ...billing.parts.directory.accounts.get('duinzicht')?.party, legalName: '' }
  const nameless = withAccounts({ duinzicht: { party } as Partial<Account> })
  expect(await next(nameless)).toBe('duinzicht 2026-10-01 party_incomplete')
  await runBilling(billing.parts, { period: '2026-10', accounts: ['duinzicht'] })
  expect(await next(billing.parts)).toBe('duinzicht 2026-10-01') // The directory was read before.
  await expect(nextInvoice(billing.parts, 'nobody')).rejects.toMatchObject({ code: 'not_found' })
})
