/** Which accounts of a month are billed now, and what is said of the others. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import type { Account } from '../../core/accounts/accounts.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'
import { accountsToBill, firstOfEach } from './accounts-to-bill.ts'
import type { BillingParts } from './billing.ts'
import { billingScope } from './billing-scope.ts'
import { runBilling } from './run-billing.ts'

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

function withAccount(id: string, changes: Partial<Account>): BillingParts {
  const { directory } = billing.parts
  const account = directory.accounts.get(id)
  if (account === undefined) throw new Error('it is there')
  const accounts = new Map([...directory.accounts, [id, { ...account, ...changes }]])
  return { ...billing.parts, directory: { ...directory, accounts } }
}

async function toBill(parts: BillingParts, options: object = {}) {
  const found = await accountsToBill(parts, { period: '2026-10', ...options })
  return { ...found, ids: found.open.map(({ account }) => account.accountId) }
}

test('a period that ends this moment is billed, one that runs on is told with its last day', async () => {
  billing.setNow('2026-10-31T23:00:00Z')
  expect((await toBill(billing.parts)).ids).toEqual(['duinzicht', 'zandbank', 'zeegras'])
  billing.setNow('2026-10-31T22:59:59.999Z')
  const early = await toBill(billing.parts)
  expect(early.ids).toEqual([])
  expect(early.findings[0]).toEqual({
    code: 'period_open',
    severity: 'info',
    subject: 'duinzicht',
    text: 'its period runs until 2026-10-31',
    count: 1,
    estimateMicros: undefined,
    show: 'tik bill run --period 2026-10 --preview',
  })
  expect((await toBill(billing.parts, { preview: true })).ids).toHaveLength(3)
})

test('what is billed is counted and not billed again', async () => {
  await runBilling(billing.parts, { period: '2026-10', accounts: ['zandbank'] })
  const { ids, alreadyBilledCount } = await toBill(billing.parts)
  expect([ids, alreadyBilledCount]).toEqual([['duinzicht', 'zeegras'], 1])
})

test('a short period that leads to new terms is told, and a preview shows the first of the two', async () => {
  const { directory } = billing.parts
  const account = directory.accounts.get('duinzicht')
  if (account === undefined) throw new Error('it is there')
  const { partnerId, timeZone } = account
  const upTo = { partnerId, timeZone, anchorDay: 1, toDay: dayFromIso('2026-10-01') }
  const parts = withAccount('duinzicht', { anchorDay: 15, earlierTerms: [upTo] })
  billing.setNow('2026-11-20T08:00:00Z')
  const one = { accounts: ['duinzicht'] }
  const { findings, open } = await toBill(parts, one)
  expect(open.map(({ period }) => dayToIso(period.startDay))).toEqual(['2026-10-01', '2026-10-15'])
  expect(findings).toEqual([
    {
      code: 'bridging_period',
      severity: 'info',
      subject: 'duinzicht',
      text: 'its terms of billing changed: from 2026-10-01 to 2026-10-14, then its new periods begin',
      count: 1,
      estimateMicros: undefined,
      show: 'tik bill run --period 2026-10 --preview',
    },
  ])
  const preview = await toBill(parts, { ...one, preview: true })
  expect(preview.open.map(({ period }) => dayToIso(period.startDay))).toEqual(['2026-10-01'])
  expect(firstOfEach(billingScope(parts, '2026-10', undefined))).toHaveLength(3)
})

test('who asks for a sub-account asks for the invoice that it is on', async () => {
  const of = { parentAccountId: 'duinzicht', invoicedOn: 'parent' as const }
  const parts = withAccount('zeegras', of)
  for (const accounts of [['zeegras'], ['duinzicht']]) {
    const { open } = await toBill(parts, { accounts })
    expect(
      open.map(({ account, subAccounts }) => [account.accountId, subAccounts?.length]),
    ).toEqual([['duinzicht', 1]])
  }
  expect((await toBill(parts, { accounts: ['zandbank'] })).ids).toEqual(['zandbank'])
})

test('what is no month, and an account that nobody knows or that has no seller, is refused', () => {
  const { directory } = billing.parts
  expect(() => billingScope(billing.parts, '2026-13', undefined)).toThrow(/is no month/)
  const unknown = expect.objectContaining({
    code: 'not_found',
    hint: 'look at the ids in your accounts document',
  })
  expect(() => billingScope(billing.parts, '2026-10', ['nobody'])).toThrow(unknown)
  const without = { ...billing.parts, directory: { ...directory, partners: new Map() } }
  expect(() => billingScope(without, '2026-10', ['zandbank'])).toThrow(unknown)
})

test('a period of a seller who is gone is nobody’s to bill', () => {
  const { directory } = billing.parts
  const account = directory.accounts.get('duinzicht')
  if (account === undefined) throw new Error('it is there')
  const { timeZone, anchorDay } = account
  const before = { partnerId: 'gone', timeZone, anchorDay, toDay: dayFromIso('2026-11-01') }
  const parts = withAccount('duinzicht', { earlierTerms: [before] })
  expect(billingScope(parts, '2026-10', ['duinzicht'])).toEqual([])
  expect(billingScope(parts, '2026-11', ['duinzicht'])).toHaveLength(1)
})
