import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { Catalogue, Plan } from '../../catalogue/catalogue.ts'
import type { Subscription } from '../../core/accounts/accounts.ts'
import { microsFromDecimal, microsToDecimal } from '../../core/money/money.ts'
import { billingCalendar, dayFromIso, dayToIso } from '../../core/time/period.ts'
import type { RecurringItem } from '../invoice-model.ts'
import { dueItems, presumedItems, withoutPrice, type Agreed } from './due-items.ts'

const CALENDAR = billingCalendar('Europe/Amsterdam', 1)
const { catalogue: INVENTED } = inventedRequest({ subscriptionsCount: 0 })
const OCTOBER = CALENDAR.periodStarting(dayFromIso('2026-10-01'))
const at = (iso: string): number => CALENDAR.dayStartMs(dayFromIso(iso))

const [base] = INVENTED.plans.values()
const module = INVENTED.modules.get('internet-eu')
if (base === undefined || module === undefined) throw new Error('they are invented')
const planOf = (planId: string, changes: Partial<Plan>): [string, Plan] => [
  planId,
  { ...base, monthlyFee: '31.00', activationFee: '0', ...changes, planId },
]
const CATALOGUE: Catalogue = {
  ...INVENTED,
  plans: new Map([
    planOf('days', {}),
    planOf('whole', { prorateFee: false }),
    planOf('arrears', { billing: 'arrears' }),
    planOf('activated', { activationFee: '9.95' }),
    planOf('raised', {
      monthlyFee: [
        { fee: '31.00', fromMs: -Infinity, toMs: at('2026-11-01') },
        { fee: '62.00', fromMs: at('2026-11-01'), toMs: Infinity },
      ],
    }),
  ]),
  modules: new Map([['extra', { ...module, moduleId: 'extra', monthlyFee: '6.20' }]]),
}

type Held = readonly [id: string, from: string, to?: string]

function agreed(plans: readonly Held[], changes: Partial<Subscription> = {}): Agreed {
  const activatedMs = Math.min(...plans.map(([, from]) => at(from)))
  return {
    calendar: CALENDAR,
    catalogue: CATALOGUE,
    subscriptions: [
      {
        subscriptionId: 's',
        index: 0,
        accountId: 'a',
        product: 'mobile',
        label: '',
        costCentre: '',
        activatedMs,
        terminatedMs: Infinity,
        identities: [],
        plans: plans.map(([planId, ...days]) => ({ planId, ...validity(days) })),
        modules: [],
        groups: [],
        ...changes,
      },
    ],
  }
}

function validity([from, to]: readonly [string, string?]) {
  return { fromMs: at(from), toMs: to === undefined ? Infinity : at(to) }
}

const extra = (...days: [string, string?]) => ({
  modules: [{ moduleId: 'extra', ...validity(days) }],
})

function texts(items: readonly RecurringItem[]): string[] {
  return items.map(({ subject, subjectId, fromDay, toDay, feeMicros, sign }) => {
    const days = `${dayToIso(fromDay).slice(5)}..${dayToIso(toDay - 1).slice(5)}`
    return [subject, subjectId, days, microsToDecimal(feeMicros, 2), sign].join(' ')
  })
}

const PLAN = 'plan days 10-01..10-31 31.00 1'
test.each<[string, Agreed, string[]]>([
  [
    'a module of a plan by days costs its own days',
    agreed([['days', '2026-01-01']], extra('2026-10-11', '2026-10-21')),
    [PLAN, 'module extra 10-11..10-20 6.20 1'],
  ],
  [
    'a module of a plan of whole months costs the month',
    agreed([['whole', '2026-01-01']], extra('2026-10-11', '2026-10-21')),
    ['plan whole 10-01..10-31 31.00 1', 'module extra 10-01..10-31 6.20 1'],
  ],
  [
    'a module that ended on the first day costs nothing, of whatever plan',
    agreed([['whole', '2026-01-01']], extra('2026-09-01', '2026-10-01')),
    ['plan whole 10-01..10-31 31.00 1'],
  ],
  [
    'a module goes with the plan that its subscription has when both run',
    agreed([['days', '2026-10-11']], extra('2026-10-11')),
    ['plan days 10-11..10-31 31.00 1', 'module extra 10-11..10-31 6.20 1'],
  ],
  [
    'a module that the catalogue does not have costs nothing',
    agreed([['days', '2026-01-01']], {
      modules: [{ moduleId: 'gone', ...validity(['2026-01-01']) }],
    }),
    [PLAN],
  ],
  [
    'a module without a plan of the catalogue costs nothing',
    agreed([['gone', '2026-01-01']], extra('2026-01-01')),
    [],
  ],
  [
    'a plan of whole months that ended on the first day has paid',
    agreed([
      ['whole', '2026-01-01', '2026-10-01'],
      ['days', '2026-10-01'],
    ]),
    [PLAN],
  ],
  [
    'plans are taken in the order of their days, however they are written',
    agreed([
      ['days', '2026-10-11'],
      ['whole', '2026-01-01', '2026-10-11'],
    ]),
    ['plan whole 10-01..10-31 31.00 1'],
  ],
  [
    'what begins with the next month costs nothing in this one',
    agreed([
      ['raised', '2026-01-01', '2026-11-01'],
      ['days', '2026-11-01'],
    ]),
    ['plan raised 10-01..10-31 31.00 1'],
  ],
  [
    'an activation is charged with the plan of its moment',
    agreed([['activated', '2026-10-11']]),
    ['plan activated 10-11..10-31 31.00 1', 'activation activated 10-11..10-11 9.95 1'],
  ],
  [
    'an activation of another account’s time is not charged again',
    agreed([['activated', '2026-10-11']], { takenOver: { came: true, went: false } }),
    ['plan activated 10-11..10-31 31.00 1'],
  ],
  [
    'an activation of another month is not charged',
    agreed([['activated', '2026-09-11']]),
    ['plan activated 10-01..10-31 31.00 1'],
  ],
  ['an activation without a plan costs nothing', agreed([['gone', '2026-10-11']]), []],
  ['an activation that costs nothing stands nowhere', agreed([['days', '2026-10-01']]), [PLAN]],
])('%s', (_rule, of, expected) => {
  expect(texts(dueItems(of, OCTOBER, false))).toEqual(expected)
})

test('of a month that only comes, what is asked in advance is due, and no activation', () => {
  const plans: Held[] = [
    ['arrears', '2026-01-01', '2026-10-11'],
    ['activated', '2026-10-11'],
  ]
  const later = agreed(plans, { activatedMs: at('2026-10-11') })
  expect(texts(dueItems(later, OCTOBER, true))).toEqual(['plan activated 10-11..10-31 31.00 1'])
})

test('what ran before the first month was charged by the predecessor, unless it came from an account of ours', () => {
  const ran = agreed([['days', '2026-09-11', '2026-10-11']])
  expect(texts(presumedItems(ran, OCTOBER))).toEqual([PLAN])
  expect(presumedItems(agreed([['days', '2026-10-01']]), OCTOBER)).toEqual([])
  expect(presumedItems(agreed([['arrears', '2026-09-11']]), OCTOBER)).toEqual([])
  const came = agreed([['days', '2026-09-11']], { takenOver: { came: true, went: false } })
  expect(presumedItems(came, OCTOBER)).toEqual([])
})

test.each<[string, RecurringItem['subject'], string, Partial<RecurringItem>, boolean]>([
  ['a module that left the catalogue', 'module', 'old', {}, true],
  ['a module that never was agreed', 'module', 'other', {}, false],
  ['a plan that left the catalogue', 'plan', 'gone', {}, true],
  ['a plan that never was agreed', 'plan', 'other', {}, false],
  ['a plan that the catalogue has', 'plan', 'days', {}, false],
  ['a module that the catalogue has', 'module', 'extra', {}, false],
  ['what was taken back', 'plan', 'gone', { sign: -1 }, false],
  ['days after it was agreed', 'module', 'old', { fromDay: dayFromIso('2026-11-01') }, false],
  ['a subscription of nobody', 'plan', 'gone', { subscriptionId: 'x' }, false],
])(
  '%s: what was charged of it stands while it is agreed',
  (_what, subject, id, changes, stands) => {
    const { subscriptions, ...rest } = agreed(
      [
        ['gone', '2026-01-01', '2026-11-01'],
        ['days', '2026-01-01'],
      ],
      {
        modules: ['old', 'extra'].map((moduleId) => ({
          moduleId,
          ...validity(['2026-01-01', '2026-11-01']),
        })),
      },
    )
    const item: RecurringItem = {
      subscriptionId: 's',
      subject,
      subjectId: id,
      periodStartDay: OCTOBER.startDay,
      periodEndDay: OCTOBER.endDay,
      fromDay: OCTOBER.startDay,
      toDay: dayFromIso('2026-12-01'),
      feeMicros: microsFromDecimal('31'),
      sign: 1,
      ...changes,
    }
    expect(withoutPrice({ ...rest, subscriptions }, [item])).toEqual(stands ? [item] : [])
  },
)
