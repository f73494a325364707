import { expect, test } from 'vitest'
import type { Account, ClosedPeriod } from '../../core/accounts/accounts.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { changedTerms } from './change-terms.ts'

const { account } = inventedRequest({ subscriptionsCount: 0 }) // Anchor 1, Amsterdam.
const nowMs = Date.parse('2026-11-20T12:00:00Z')
const november = dayFromIso('2026-11-01')
const closed = (iso: string): ClosedPeriod => ({
  periodStartDay: dayFromIso(iso),
  closedAtMs: nowMs,
})

function change(of: Account, anchorDay: number, lastUsedDay: number | undefined = november) {
  const changed = changedTerms(of, { ...of, anchorDay }, { nowMs, lastUsedDay })
  const terms = changed?.earlierTerms.map((each) => `${each.anchorDay} to ${dayToIso(each.toDay)}`)
  return { terms, notice: changed?.notice, earlierTerms: changed?.earlierTerms ?? [] }
}

test('terms under which nothing was rated or billed are replaced: a typing error leaves no trace', () => {
  expect(changedTerms(account, account, { nowMs, lastUsedDay: november })).toBeUndefined()
  const replaced = changedTerms(
    account,
    { ...account, anchorDay: 15 },
    { nowMs, lastUsedDay: undefined },
  )
  expect(replaced).toEqual({ earlierTerms: [], notice: undefined })
})

test('other terms hold from the end of the period that runs, and the bridge is told', () => {
  expect(change(account, 15)).toMatchObject({
    terms: ['1 to 2026-12-01'],
    notice: `${account.accountId}: new terms of billing hold from 2026-12-01, after a bridging period until 2026-12-14`,
  })
})

test('a month that was charged in advance is not cut', () => {
  // Closed ahead of this clock: November was billed, and December charged with it.
  const ahead = { ...account, closedPeriods: [closed('2026-11-01')] }
  expect(change(ahead, 15).terms).toEqual(['1 to 2027-01-01'])
})

test('usage that was rated ahead keeps its period; one of a wrong clock puts nothing off for years', () => {
  expect(change(account, 15, dayFromIso('2026-12-01')).terms).toEqual(['1 to 2027-01-01'])
  expect(change(account, 15, dayFromIso('2036-01-01')).terms).toEqual(['1 to 2027-01-01'])
})

test('a change before the first one holds takes its place, or undoes it', () => {
  const { earlierTerms } = change(account, 15)
  const pending = { ...account, anchorDay: 15, earlierTerms }
  expect(change(pending, 20).terms).toEqual(['1 to 2026-12-01'])
  expect(change(pending, 1)).toMatchObject({
    terms: [],
    notice: `${account.accountId}: a change that was to come is undone`,
  })
})
