import { expect, test } from 'vitest'
import { micros } from '../../core/money/money.ts'
import type { UsageBelowCost } from '../ledger/check-ledger.ts'
import type { AccountScope } from '../run/billing-scope.ts'
import { costFindings } from './check-costs.ts'

const row: UsageBelowCost = {
  callType: 'international',
  count: 2,
  accountsCount: 1,
  firstAccountId: 'acme',
  chargeMicros: micros(350_000),
  costMicros: micros(500_000),
}
const scopes = [
  { period: { startDay: 20_727 } },
  { period: { startDay: 20_727 } },
] as AccountScope[]

async function found(rows: readonly UsageBelowCost[]) {
  const asked: (readonly number[])[] = []
  const belowCost = (days: readonly number[]) => {
    asked.push(days)
    return Promise.resolve([...rows])
  }
  const ledger = { belowCost } as unknown as Parameters<typeof costFindings>[0]['ledger']
  return { asked, findings: await costFindings({ ledger }, '2026-10', scopes) }
}

test('what was sold below cost is named with the loss, and each period is asked for once', async () => {
  const { asked, findings } = await found([row])
  expect(asked).toEqual([[20_727]])
  expect(findings).toEqual([
    {
      code: 'sold_below_cost',
      severity: 'warning',
      subject: 'international',
      text: '2 usages of account acme charged 0.35 euros and cost 0.50 euros',
      count: 2,
      estimateMicros: 150_000,
      show: 'tik finance margin 2026-10 --by account',
    },
  ])
})

test('several accounts are counted, and what is beyond exact numbers has no estimate', async () => {
  const { findings } = await found([{ ...row, accountsCount: 3, costMicros: undefined }])
  expect(findings[0]?.text).toContain('of 3 accounts charged 0.35 euros and cost more euros than')
  expect(findings[0]?.estimateMicros).toBeUndefined()
})
