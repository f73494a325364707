/** Fees of a subscription that moves between accounts, whenever it is told: each day is paid once, by who has it. */
import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { Catalogue, Plan } from '../../catalogue/catalogue.ts'
import type { Directory, Subscription } from '../../core/accounts/accounts.ts'
import { asHeld } from '../../core/accounts/held-subscriptions.ts'
import { billingCalendar, dayFromIso, type BillingCalendar } from '../../core/time/period.ts'
import type { RecurringItem } from '../invoice-model.ts'
import { recurringItems } from './recurring-items.ts'

const ZONE = 'Europe/Amsterdam'
const { catalogue: INVENTED } = inventedRequest({ subscriptionsCount: 0 })
const DAYS = billingCalendar(ZONE, 1)
const FIRST_DAY = dayFromIso('2026-01-01')
const PERIODS = 6
const at = (day: number): number => DAYS.dayStartMs(day)

const BEFORE: Subscription = {
  subscriptionId: 'M1',
  index: 0,
  accountId: 'A1',
  product: 'voip',
  label: '',
  costCentre: '',
  activatedMs: at(FIRST_DAY),
  terminatedMs: Number.POSITIVE_INFINITY,
  identities: [],
  plans: [{ planId: 'plan', fromMs: at(FIRST_DAY), toMs: Number.POSITIVE_INFINITY }],
  modules: [],
  groups: [],
}

function catalogueWith(plan: Partial<Plan>): Catalogue {
  const [base] = INVENTED.plans.values()
  if (base === undefined) throw new Error('there is an invented plan')
  const fees = { monthlyFee: '31.00', activationFee: '0' }
  return { ...INVENTED, plans: new Map([['plan', { ...base, ...fees, ...plan, planId: 'plan' }]]) }
}

function heldBy(accountId: string, whole: Subscription): Subscription[] {
  const directory: Directory = {
    partners: new Map(),
    accounts: new Map(),
    subscriptions: [whole],
    groups: new Map(),
    users: [],
    limits: [],
  }
  return asHeld(directory).subscriptions.filter((each) => each.accountId === accountId)
}

/** What the invoices of one account charge and take back, told of the move at a moment. */
function billed(
  accountId: string,
  calendar: BillingCalendar,
  of: { readonly catalogue: Catalogue; readonly moved: Subscription; readonly toldMs: number },
): { items: RecurringItem[]; endDay: number } {
  const { catalogue, moved, toldMs } = of
  const items: RecurringItem[] = []
  const closedDays: number[] = []
  let period = calendar.periodAt(at(FIRST_DAY))
  for (let count = 0; count < PERIODS; count += 1) {
    const subscriptions = heldBy(accountId, period.endMs > toldMs ? moved : BEFORE)
    const agreed = { subscriptions, catalogue }
    const closed = new Map(closedDays.map((day) => [day, agreed]))
    const firstBilledDay = closedDays[0]
    const request = { ...agreed, calendar, period, closed, charged: items, firstBilledDay }
    const found = recurringItems(request)
    items.push(...found)
    closedDays.push(period.startDay)
    period = calendar.periodAt(period.endMs)
  }
  return { items, endDay: calendar.periodAt(period.startMs - 1).endDay }
}

function timesPaid(items: readonly RecurringItem[], day: number): number {
  return items
    .filter(({ fromDay, toDay }) => fromDay <= day && day < toDay)
    .reduce((sum, { sign }) => sum + sign, 0)
}

test('each day is paid once, by the account that has it, whatever the plan, the anchors and when it is told', () => {
  fc.assert(
    fc.property(
      fc.record({
        moveAfter: fc.integer({ min: 1, max: 120 }),
        toldAfter: fc.integer({ min: 0, max: 150 }),
        anchors: fc.tuple(fc.constantFrom(1, 15), fc.constantFrom(1, 9, 28)),
        prorateFee: fc.boolean(),
        billing: fc.constantFrom('advance' as const, 'arrears' as const),
      }),
      ({ moveAfter, toldAfter, anchors, ...plan }) => {
        const moveDay = FIRST_DAY + moveAfter
        const moved: Subscription = {
          ...BEFORE,
          accountId: 'A2',
          earlierAccounts: [{ accountId: 'A1', toMs: at(moveDay) }],
        }
        const of = { catalogue: catalogueWith(plan), moved, toldMs: at(FIRST_DAY + toldAfter) }
        const old = billed('A1', billingCalendar(ZONE, anchors[0]), of)
        const now = billed('A2', billingCalendar(ZONE, anchors[1]), of)
        const endDay = Math.min(old.endDay, now.endDay)
        for (let day = FIRST_DAY; day < endDay; day += 1) {
          const isOld = day < moveDay
          const paid = [timesPaid(old.items, day), timesPaid(now.items, day)]
          expect({ day: day - FIRST_DAY, paid }).toEqual({
            day: day - FIRST_DAY,
            paid: isOld ? [1, 0] : [0, 1],
          })
        }
      },
    ),
  )
})
