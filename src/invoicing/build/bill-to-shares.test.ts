/** Invoices of several bill-to's against the one invoice that the account would have had, month after month. */
import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Subscription } from '../../core/accounts/accounts.ts'
import { billToAt, type BillTo } from '../../core/accounts/bill-to.ts'
import { micros } from '../../core/money/money.ts'
import { billingCalendar, dayFromIso, type BillingPeriod } from '../../core/time/period.ts'
import type { Invoice, RecurringItem } from '../invoice-model.ts'
import type { UsageSum } from '../ledger/invoice-ledger.ts'
import { buildInvoices, type InvoiceRequest } from './build-invoice.ts'
import { addsUp } from './invoice-holds.ts'
import type { ChargedItem } from './settle-items.ts'
import { boundariesMs } from './usage-boundaries.ts'
import { sumMicros } from './vat.ts'

const CALENDAR = billingCalendar('Europe/Amsterdam', 1)
const FIRST_DAY = dayFromIso('2026-01-01')
const PERIODS = 4
const DAYS = 120
const SITES = ['', 'harbour', 'office'] as const
const BASE = inventedRequest({ subscriptionsCount: 3 })
const BILL_TOS: readonly BillTo[] = [
  site('harbour', { country: 'NL' }),
  site('office', { country: 'BE', vatId: 'BE0999999922', language: 'fr' }),
]

function site(billToId: string, of: { country: string } & Partial<BillTo>): BillTo {
  const { country, ...rest } = of
  const address = { street: 'Kade 1', postcode: '1000', city: billToId, country }
  return { billToId, accountId: BASE.account.accountId, address, ...rest, readerIds: [] }
}

/** A move of a subscription to a site on a day, which becomes known when so many periods are billed. */
interface Move {
  readonly subscription: number
  readonly site: (typeof SITES)[number]
  readonly day: number
  readonly knownAfter: number
}

interface World {
  readonly moves: readonly Move[]
  readonly fees: readonly string[]
  readonly isByDays: boolean
  readonly isInAdvance: boolean
  readonly lives: readonly (readonly [activated: number, terminated: number | undefined])[]
  readonly usages: readonly (readonly [subscription: number, day: number, micros: number])[]
  readonly percentHundredths: number
  readonly discountMicros: number
}

const cents = fc.integer({ min: 1, max: 9_999 }).map((count) => (count / 100).toFixed(2))
const day = fc.integer({ min: 0, max: DAYS })
const world: fc.Arbitrary<World> = fc.record({
  moves: fc.array(
    fc.record({
      subscription: fc.nat(2),
      site: fc.constantFrom(...SITES),
      day,
      knownAfter: fc.nat(PERIODS),
    }),
    { maxLength: 8 },
  ),
  fees: fc.tuple(cents, cents),
  isByDays: fc.boolean(),
  isInAdvance: fc.boolean(),
  lives: fc.array(fc.tuple(day, fc.option(day, { nil: undefined })), {
    minLength: 3,
    maxLength: 3,
  }),
  usages: fc.array(fc.tuple(fc.nat(2), day, fc.integer({ min: 0, max: 5_000_000 })), {
    maxLength: 20,
  }),
  percentHundredths: fc.constantFrom(0, 750, 10_000),
  discountMicros: fc.constantFrom(0, 1_000_000),
})

test('bill-to’s share one bill: together what the account’s one invoice had been, each day of a fee once, where it was', () => {
  fc.assert(
    fc.property(world, (of) => {
      const together: ChargedItem[] = []
      const alone: ChargedItem[] = []
      let period = CALENDAR.periodAt(CALENDAR.dayStartMs(FIRST_DAY))
      let known: Subscription[] = []
      for (let billed = 0; billed < PERIODS; billed += 1) {
        known = subscriptionsOf(of, billed)
        const request = requestOf(of, period, known)
        const one = buildInvoices({ ...request, chargedItems: alone, billTos: [] })
        const several = buildInvoices({ ...request, chargedItems: together, billTos: BILL_TOS })
        expect(several.every(addsUp)).toBe(true)
        expect(exact(several)).toBe(exact(one))
        expect(fixedDiscounts(several)).toBe(fixedDiscounts(one))
        together.push(...several.flatMap(itemsOf))
        alone.push(...one.flatMap(itemsOf))
        period = CALENDAR.periodAt(period.endMs)
      }
      expect(daysOf(together, () => '')).toEqual(daysOf(alone, () => ''))
      expect(daysOf(together, ({ billToId = '' }) => billToId)).toEqual(
        daysOf(alone, whoseDay(known)),
      )
    }),
    { numRuns: 200 },
  )
})

/** Moves that are known by then; what lies in a billed period cannot be told any more. */
function subscriptionsOf({ moves, lives }: World, billed: number): Subscription[] {
  return BASE.subscriptions.map((subscription, at) => {
    const [activated, terminated] = lives[at] ?? [0, undefined]
    const activatedMs = CALENDAR.dayStartMs(FIRST_DAY + activated)
    const terminatedMs =
      terminated === undefined || terminated <= activated
        ? Infinity
        : CALENDAR.dayStartMs(FIRST_DAY + terminated)
    const own = moves.filter((move) => {
      const openDay = startOfPeriod(move.knownAfter) - FIRST_DAY
      return move.subscription === at && move.knownAfter <= billed && move.day >= openDay
    })
    const byDay = new Map(own.map((move) => [move.day, move.site]))
    const days = [...byDay.keys()].sort((left, right) => left - right)
    const billTos = days.flatMap((from, place) => {
      const billToId = byDay.get(from) ?? ''
      const next = days[place + 1]
      const toMs = next === undefined ? Infinity : CALENDAR.dayStartMs(FIRST_DAY + next)
      const fromMs = CALENDAR.dayStartMs(FIRST_DAY + from)
      return billToId === '' ? [] : [{ billToId, fromMs, toMs }]
    })
    const always = { fromMs: activatedMs, toMs: Infinity }
    const plans = [{ planId: 'hosted-voip', ...always }]
    const modules = at === 1 ? [{ moduleId: 'internet-eu', ...always }] : []
    return { ...subscription, activatedMs, terminatedMs, plans, modules, billTos }
  })
}

function startOfPeriod(billed: number): number {
  let period = CALENDAR.periodAt(CALENDAR.dayStartMs(FIRST_DAY))
  for (let count = 0; count < billed; count += 1) period = CALENDAR.periodAt(period.endMs)
  return period.startDay
}

function catalogueOf({ fees, isByDays, isInAdvance }: World): Catalogue {
  const [plan] = BASE.catalogue.plans.values()
  const module = BASE.catalogue.modules.get('internet-eu')
  if (plan === undefined || module === undefined) throw new Error('they are invented')
  const [monthlyFee = '0', moduleFee = '0'] = fees
  const changed = {
    ...plan,
    planId: 'hosted-voip',
    monthlyFee,
    activationFee: '9.95',
    prorateFee: isByDays,
    billing: isInAdvance ? ('advance' as const) : ('arrears' as const),
  }
  return {
    ...BASE.catalogue,
    plans: new Map([['hosted-voip', changed]]),
    modules: new Map([['internet-eu', { ...module, monthlyFee: moduleFee }]]),
  }
}

function requestOf(
  of: World,
  period: BillingPeriod,
  subscriptions: Subscription[],
): InvoiceRequest {
  const always = { fromMs: 0, toMs: Infinity, callType: '', description: 'Less' }
  const percent = { ...always, percentHundredths: of.percentHundredths, amountMicros: micros(0) }
  const amount = { ...always, percentHundredths: 0, amountMicros: micros(of.discountMicros) }
  const discounts = [
    ...(of.percentHundredths === 0 ? [] : [{ ...percent, on: 'recurring' as const }]),
    ...(of.discountMicros === 0 ? [] : [{ ...amount, on: 'usage' as const }]),
  ]
  return {
    ...BASE,
    account: { ...BASE.account, discounts },
    catalogue: catalogueOf(of),
    subscriptions,
    calendar: CALENDAR,
    period,
    usage: usageOf(of, period, subscriptions),
    bundles: [],
    oneOffCharges: [],
    firstBilledDay: FIRST_DAY,
  }
}

/** As the ledger sums it: never over a moment at which something moves. */
function usageOf(
  { usages }: World,
  period: BillingPeriod,
  subscriptions: readonly Subscription[],
): UsageSum[] {
  const [template] = BASE.usage
  if (template === undefined) throw new Error('there is usage')
  const moves = boundariesMs(subscriptions.flatMap(({ billTos = [] }) => billTos))
  return usages.flatMap(([at, offset, chargeMicros]) => {
    const startMs = CALENDAR.dayStartMs(FIRST_DAY + offset) + 3_600_000
    if (startMs < period.startMs || period.endMs <= startMs) return []
    const fromMs = moves.findLast((atMs) => atMs <= startMs) ?? -Infinity
    return [
      {
        ...template,
        periodStartDay: period.startDay,
        late: false,
        subscriptionId: subscriptions[at]?.subscriptionId ?? '',
        fromMs,
        chargeMicros: micros(chargeMicros),
        informationChargeMicros: micros(0),
      },
    ]
  })
}

function exact(invoices: readonly Invoice[]): number {
  const charged = invoices.flatMap(({ lines }) => lines.filter((l) => l.section !== 'discount'))
  return sumMicros(charged.map(({ exactMicros }) => exactMicros))
}

/** An amount is taken once, of all of them together. */
function fixedDiscounts(invoices: readonly Invoice[]): number {
  const lines = invoices.flatMap((invoice) => invoice.lines)
  const usage = lines.filter(({ section }) => section === 'usage')
  // Lines are rounded on each invoice: what there is to take from can differ by the cents of that.
  if (sumMicros(usage.map((line) => line.amountMicros)) < 2_000_000) return 0
  const fixed = lines.filter((l) => l.section === 'discount' && l.percentHundredths === 0)
  return sumMicros(fixed.map(({ amountMicros }) => amountMicros))
}

function itemsOf({ recurringItems, customer }: Invoice): ChargedItem[] {
  return recurringItems.map((item) => ({ ...item, billToId: customer.billToId ?? '' }))
}

/** How often each day of each fee stands charged, and where. */
function daysOf(
  items: readonly ChargedItem[],
  billToOn: (item: ChargedItem, day: number) => string,
): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) {
    for (let each = item.fromDay; each < item.toDay; each += 1) {
      const key = [keyOf(item), each, billToOn(item, each)].join('|')
      counts[key] = (counts[key] ?? 0) + item.sign
    }
  }
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))
}

function keyOf({ subscriptionId, subject, subjectId }: RecurringItem): string {
  return [subscriptionId, subject, subjectId].join(' ')
}

function whoseDay(subscriptions: readonly Subscription[]) {
  const at = billToAt(subscriptions)
  return ({ subscriptionId }: RecurringItem, each: number): string =>
    at(subscriptionId, CALENDAR.dayStartMs(each + 1) - 1)
}
