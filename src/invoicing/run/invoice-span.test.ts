import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { ACCOUNTS_AHEAD_MAX } from '../ledger/read-ahead.ts'
import type { BillingRun } from '../store/billing-runs.ts'
import type { BillingParts } from './billing.ts'
import type { AccountScope } from './billing-scope.ts'
import { foreseeSpans, invoiceSpan } from './invoice-span.ts'

const run = { cutOff: { cutOffId: 'now' } } as unknown as BillingRun

const { account, partner, catalogue } = inventedRequest({ subscriptionsCount: 0 })

function scope(accountId: string, startDay = 100): AccountScope {
  const period = { startDay, endDay: startDay + 30 }
  return {
    account: { ...account, accountId },
    partner,
    period,
    subscriptions: [],
  } as unknown as AccountScope
}

/** Tells which spans are foreseen from one, and of whom the store was asked. */
async function foreseen(scopes: readonly AccountScope[], from: AccountScope) {
  const asked: unknown[] = []
  const operations = {
    query: (_text: string, values: readonly unknown[]) => {
      asked.push(...values)
      return Promise.resolve([{ account_id: 'b', days: [40, 70], last_cut_off_id: 'before' }])
    },
  }
  const parts = { operations, catalogue } as unknown as BillingParts
  const none = { closedStartDays: [], lastCutOffId: '' }
  const spans = await foreseeSpans(parts, scopes, run)(invoiceSpan(from, run, none))
  return { asked, spans: spans.map(({ span }) => span) }
}

const spanOf = (accountId: string, startDay = 100) => ({
  accountId,
  periodStartDay: startDay,
  cutOffId: 'now',
  lateStartDays: [],
  lateAfterCutOffId: '',
})

test('the spans from an account on are foreseen, each after what was billed of it', async () => {
  const scopes = ['a', 'b', 'c'].map((id) => scope(id))
  const all = await foreseen(scopes, scope('a'))
  const b = { ...spanOf('b'), lateStartDays: [40, 70], lateAfterCutOffId: 'before' }
  expect(all).toEqual({ asked: [['a', 'b', 'c']], spans: [spanOf('a'), b, spanOf('c')] })
  expect((await foreseen(scopes, scope('c'))).spans).toEqual([spanOf('c')])
})

test('of an account with two periods the one that is asked for is the first', async () => {
  const scopes = [scope('a', 100), scope('a', 130), scope('c', 130)]
  expect((await foreseen(scopes, scope('a', 130))).spans).toEqual([
    spanOf('a', 130),
    spanOf('c', 130),
  ])
})

test('who is not in the run foresees nobody', async () => {
  const scopes = [scope('a')]
  expect(await foreseen(scopes, scope('z'))).toEqual({ asked: [], spans: [] })
  expect(await foreseen(scopes, scope('a', 70))).toEqual({ asked: [], spans: [] })
})

test('no more accounts are foreseen than may be read at once', async () => {
  const scopes = Array.from({ length: ACCOUNTS_AHEAD_MAX + 2 }, (_, index) => scope(`${index}`))
  expect((await foreseen(scopes, scope('1'))).spans).toHaveLength(ACCOUNTS_AHEAD_MAX)
})
