import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { micros } from '../../core/money/money.ts'
import { dayFromIso } from '../../core/time/period.ts'
import type { PeriodSum } from '../ledger/invoice-ledger.ts'
import type { BillingParts, Finding } from '../run/billing.ts'
import type { AccountScope } from '../run/billing-scope.ts'
import { unbilledPeriods } from './unbilled-periods.ts'

const {
  subscriptions: invented,
  subAccounts: _none,
  ...request
} = inventedRequest({
  subscriptionsCount: 1,
})

/** October of an account of which these subscriptions were activated; they have no fees. */
function scope(accountId: string, activated: readonly string[]): AccountScope {
  const subscriptions = invented.flatMap((subscription) =>
    activated.map((moment) => ({
      ...subscription,
      accountId,
      plans: [],
      modules: [],
      activatedMs: Date.parse(`${moment}T00:00:00+02:00`),
    })),
  )
  const account = { ...request.account, accountId }
  return { ...request, account, subscriptions, agreed: subscriptions, groups: [], billTos: [] }
}

interface Known {
  /** Start days by account. */
  readonly used?: Readonly<Record<string, readonly string[]>>
  readonly closed?: Readonly<Record<string, readonly string[]>>
  readonly sums?: readonly PeriodSum[]
}

function sum(accountId: string, startDay: string, count = 1, euros = 1): PeriodSum {
  const chargeMicros = micros(euros * 1_000_000)
  return { accountId, periodStartDay: dayFromIso(startDay), count, chargeMicros }
}

const daysOf = (days: readonly string[]) => days.map((day) => dayFromIso(day))

function partsOf({ used = {}, closed = {}, sums = [] }: Known) {
  const asked: number[] = []
  const ledger = {
    usedPeriods: () =>
      Promise.resolve(
        Object.entries(used).map(([accountId, days]) => ({
          accountId,
          periodStartDays: daysOf(days),
        })),
      ),
    periodSums: (accountIds: readonly string[]) => {
      asked.push(accountIds.length)
      return Promise.resolve(sums.filter(({ accountId }) => accountIds.includes(accountId)))
    },
  }
  const closedRows = Object.entries(closed).map(([id, days]) => ({
    account_id: id,
    days: daysOf(days),
  }))
  const operations = {
    query: (text: string) =>
      Promise.resolve(text.includes('account_closed_periods') ? closedRows : []),
  }
  const { catalogue } = request
  return { asked, parts: { ledger, operations, catalogue } as unknown as BillingParts }
}

const SUMMER = ['2026-05-01', '2026-06-01', '2026-07-01', '2026-08-01', '2026-09-01']
const sums = SUMMER.map((day) => sum('zeegras', day))
const first = { used: { zeegras: ['2026-09-01'] }, sums }
const after = { used: { zeegras: ['2026-09-01'], zandbank: ['2026-06-01'] }, sums }

/** Usage stands in every month of the summer, so what is told shows which periods are looked at. */
test.each<[string, readonly string[], Known, readonly string[]]>([
  ['without subscriptions, what was used first', [], first, ['the period from 2026-09-01']],
  ['activated after that, the same', ['2026-09-15'], first, ['the period from 2026-09-01']],
  ['activated after the period, the same', ['2026-10-05'], first, ['the period from 2026-09-01']],
  ['in the period before, from there on', ['2026-08-20'], first, ['2 periods from 2026-08-01 on']],
  ['at its first moment, too', ['2026-08-01'], first, ['2 periods from 2026-08-01 on']],
  ['before it, billed elsewhere', ['2026-07-31'], first, ['the period from 2026-09-01']],
  [
    'the first of two activations',
    ['2026-09-20', '2026-08-20'],
    first,
    ['2 periods from 2026-08-01 on'],
  ],
  [
    'when others were used already, from activation on',
    ['2026-06-01'],
    after,
    ['4 periods from 2026-06-01 on'],
  ],
  ['before anybody was, billed elsewhere', ['2026-05-31'], after, ['the period from 2026-09-01']],
  [
    'nobody used anything: the period before',
    ['2026-09-01'],
    { sums },
    ['the period from 2026-09-01'],
  ],
  ['nobody used anything: long before', ['2026-08-31'], { sums }, []],
  ['what is closed is billed', [], { ...first, closed: { zeegras: ['2026-09-01'] } }, []],
  [
    'the periods after one that is closed',
    [],
    { ...first, closed: { zeegras: ['2026-07-01'] } },
    ['2 periods from 2026-08-01 on'],
  ],
  ['a period in which nothing was used', [], { used: first.used }, []],
  [
    'usages that were all taken back',
    [],
    { ...first, sums: [sum('zeegras', '2026-09-01', 0)] },
    [],
  ],
])('%s', async (_rule, activated, known, periods) => {
  const findings = await unbilledPeriods(partsOf(known).parts, [scope('zeegras', activated)])
  expect(findings.map(({ text }) => text.split(':')[0])).toEqual(periods)
})

test('a finding has the sum of its periods, and the way to bill the first', async () => {
  const { parts } = partsOf({
    used: { zeegras: ['2026-07-01', '2026-08-01', '2026-09-01'] },
    closed: { zeegras: ['2026-07-01'] },
    sums: [
      sum('zeegras', '2026-07-01', 1, 9),
      sum('zeegras', '2026-08-01', 1, 2),
      sum('zeegras', '2026-09-01', 4, 3),
    ],
  })
  const findings = await unbilledPeriods(parts, [scope('zeegras', [])])
  expect(findings).toEqual<Finding[]>([
    {
      code: 'period_not_billed',
      severity: 'warning',
      subject: 'zeegras',
      text: '2 periods from 2026-08-01 on: usage of 5.00 euros and fees of 0.00 euros that no invoice bills',
      count: 2,
      estimateMicros: micros(5_000_000),
      show: 'tik bill run --period 2026-08 --account zeegras --preview',
    },
  ])
})

test('usage of days that begin no period is told beside what was not billed', async () => {
  const used = { zeegras: ['2026-08-01', '2026-09-01', '2026-09-15', '2026-09-20'] }
  const known = [
    sum('zeegras', '2026-09-01'),
    sum('zeegras', '2026-09-15', 2, 3),
    sum('zeegras', '2026-09-20', 3, 4),
  ]
  const findings = await unbilledPeriods(partsOf({ used, sums: known }).parts, [
    scope('zeegras', []),
  ])
  expect(findings.map(({ code }) => code)).toEqual(['period_not_billed', 'usage_off_period'])
  expect(findings[1]).toMatchObject({
    severity: 'warning',
    text: '5 usages of 7.00 euros are in a period from 2026-09-15 that the account does not have',
    count: 5,
    estimateMicros: 7_000_000,
  })
})

test.each<[string, Known]>([
  [
    'a day that was closed',
    { closed: { zeegras: ['2026-09-15'] }, sums: [sum('zeegras', '2026-09-15')] },
  ],
  ['what was taken back', { sums: [sum('zeegras', '2026-09-15', 0)] }],
])('usage of a day that begins no period is not told of %s', async (_rule, known) => {
  const used = { zeegras: ['2026-09-15'] }
  const { parts } = partsOf({ used, ...known })
  const codes = (await unbilledPeriods(parts, [scope('zeegras', [])])).map(({ code }) => code)
  expect(codes).not.toContain('usage_off_period')
})

/** How many accounts each question to the ledger was of. */
async function askedOf(count: number): Promise<readonly number[]> {
  const ids = Array.from({ length: count }, (_, index) => `a${index}`)
  const used = Object.fromEntries(ids.map((id) => [id, ['2026-09-01']]))
  const { asked, parts } = partsOf({ used })
  await unbilledPeriods(
    parts,
    [...ids, 'quiet'].map((id) => scope(id, [])),
  )
  return asked
}

test('the ledger is asked of a thousand accounts at a time, and only of those that have such a period', async () => {
  expect(await askedOf(1000)).toEqual([1000])
  expect(await askedOf(1001)).toEqual([1000, 1])
})
