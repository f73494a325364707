import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import type { Catalogue, Plan } from '../../catalogue/catalogue.ts'
import { accountCalendar } from '../../core/time/account-calendar.ts'
import type { Subscription } from '../../core/accounts/accounts.ts'
import { microsFromDecimal, microsToDecimal } from '../../core/money/money.ts'
import { billingCalendar, dayFromIso, dayStartMs, dayToIso } from '../../core/time/period.ts'
import type { RecurringItem } from '../invoice-model.ts'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { itemChargeMicros } from './item-charge.ts'
import { recurringItems, SETTLED_PERIODS_MAX, unchargedMicros } from './recurring-items.ts'

const TIME_ZONE = 'Europe/Amsterdam'
const CALENDAR = billingCalendar(TIME_ZONE, 1)
const INVENTED = inventedRequest({ subscriptionsCount: 0 }).catalogue
const CASES = readFileSync(
  new URL('../../../fixtures/invoicing/recurring.txt', import.meta.url),
  'utf8',
)
  .split(/^== /m)
  .slice(1)
  .map((text): [string, string] => {
    const end = text.indexOf('\n')
    return [text.slice(0, end), text.slice(end + 1).trim()]
  })

test.each(CASES)('%s', (_, text) => {
  expect(played(text)).toBe(text)
})

/** Makes the invoices of a case in order and writes what came out below each, as the file does. */
function played(text: string): string {
  const plans = new Map<string, Plan>()
  const charged: RecurringItem[] = []
  const out: string[] = []
  const closedDays: number[] = []
  for (const line of text.split('\n')) {
    const [word = '', ...rest] = line.split(/\s+/)
    if (word === 'plan') {
      const plan = planOf(rest)
      plans.set(plan.planId, plan)
    }
    if (word === 'gone') plans.delete(rest[0] ?? '')
    if (['plan', 'gone', 'invoice'].includes(word)) out.push(line)
    if (word !== 'invoice') continue
    const { period, subscription } = invoiceLine(line)
    const catalogue: Catalogue = { ...INVENTED, plans }
    const request = { period, calendar: CALENDAR, subscriptions: [subscription], catalogue }
    const closed = new Map(closedDays.map((day) => [day, request]))
    const firstBilledDay = closedDays.length === 0 ? undefined : Math.min(...closedDays)
    const items = recurringItems({ ...request, charged, closed, firstBilledDay })
    out.push(...items.map(itemText))
    charged.push(...items)
    closedDays.push(period.startDay)
  }
  return out.join('\n')
}

function planOf([planId = '', fee = '', ...words]: string[]): Plan {
  const activation = words.indexOf('activation')
  return {
    ...(INVENTED.plans.get('hosted-voip') ?? never()),
    planId,
    monthlyFee: datedFee(fee),
    activationFee: activation < 0 ? '0' : (words[activation + 1] ?? '0'),
    billing: words.includes('arrears') ? 'arrears' : 'advance',
    prorateFee: words.includes('prorated'),
  }
}

/** `31.00`, or `31.00,40.00@2026-11-01`: the second from that date on. */
function datedFee(text: string): Plan['monthlyFee'] {
  const parts = text.split(',').map((part) => part.split('@'))
  if (parts.length === 1) return text
  return parts.map(([fee = '', from], index) => ({
    fee,
    fromMs: from === undefined ? -Infinity : dayStartMs(dayFromIso(from), TIME_ZONE),
    toMs:
      index + 1 < parts.length
        ? dayStartMs(dayFromIso(parts[index + 1]?.[1] ?? ''), TIME_ZONE)
        : Infinity,
  }))
}

/** `invoice 2026-10: a from 2026-01-01, b from 2026-10-15, ends 2026-10-20` */
function invoiceLine(line: string) {
  const [head = '', tail = ''] = line.split(': ')
  const period = CALENDAR.periodStarting(dayFromIso(`${head.slice('invoice '.length)}-01`))
  const parts = tail.split(', ').map((part) => part.split(' '))
  const starts = parts.filter(([, word]) => word === 'from')
  const end = parts.find(([word]) => word === 'ends')?.[1]
  return {
    period,
    subscription: subscriptionOf(starts, end === undefined ? Infinity : tenOClock(end), tenOClock),
  }
}

function tenOClock(iso = ''): number {
  return dayStartMs(dayFromIso(iso), TIME_ZONE) + 10 * 3_600_000
}

function subscriptionOf(
  starts: readonly string[][],
  terminatedMs: number,
  at: (iso?: string) => number,
): Subscription {
  const plans = starts.map(([planId = '', , iso], index) => ({
    planId,
    fromMs: at(iso),
    toMs: index + 1 < starts.length ? at(starts[index + 1]?.[2]) : Infinity,
  }))
  return {
    subscriptionId: 's',
    index: 0,
    accountId: 'a',
    product: 'voip',
    label: '',
    costCentre: '',
    activatedMs: plans[0]?.fromMs ?? 0,
    terminatedMs,
    identities: [],
    plans,
    modules: [],
    groups: [],
  }
}

function itemText(item: RecurringItem): string {
  const days = `${dayToIso(item.fromDay)} to ${dayToIso(item.toDay - 1)}`
  const subject = item.subject === 'activation' ? `activation ${item.subjectId}` : item.subjectId
  return `  ${subject} | ${days} | ${microsToDecimal(itemChargeMicros(item))}`
}

function never(): never {
  throw new Error('the invented catalogue has this plan')
}

test('whatever is entered when, each day that was agreed is charged once in the end', () => {
  const plans = new Map([['p', planOf(['p', '31.00', 'advance', 'prorated'])]])
  const day = fc.integer({ min: 0, max: 150 }) // From 2026-08-01.
  fc.assert(
    fc.property(day, day, fc.array(day, { minLength: 0, maxLength: 4 }), (from, length, noise) => {
      const first = dayFromIso('2026-08-01')
      const start = first + from
      const final = { fromDay: start, toDay: start + 1 + length }
      const charged: RecurringItem[] = []
      let period = CALENDAR.periodStarting(first)
      for (let month = 0; month < 12; month++) {
        // In the first months the agreement is entered with another end.
        const wrong = noise[month]
        const toDay = wrong === undefined ? final.toDay : start + 1 + wrong
        const subscription = livedFrom(final.fromDay, toDay)
        const request = { calendar: CALENDAR, catalogue: { ...INVENTED, plans } }
        charged.push(
          ...recurringItems({
            ...request,
            period,
            subscriptions: [subscription],
            charged,
            firstBilledDay: month === 0 ? undefined : first,
          }),
        )
        period = CALENDAR.periodStarting(period.endDay)
      }
      for (let each = first; each < first + 330; each++) {
        const net = charged
          .filter((item) => item.fromDay <= each && each < item.toDay)
          .reduce((sum, item) => sum + item.sign, 0)
        const agreed = each >= final.fromDay && each < final.toDay
        expect([each - first, net]).toEqual([each - first, agreed ? 1 : 0])
      }
    }),
    { numRuns: 60 },
  )
})

function livedFrom(fromDay: number, toDay: number): Subscription {
  const life = { fromMs: tenOClock(dayToIso(fromDay)), toMs: tenOClock(dayToIso(toDay)) }
  const base = subscriptionOf([['p', 'from', '2026-08-01']], life.toMs, () => life.fromMs)
  return { ...base, plans: [{ planId: 'p', ...life }] }
}

test('the share of a fee is exact to the micro, and a credit is its mirror', () => {
  const item: RecurringItem = {
    subscriptionId: 's',
    subject: 'plan',
    subjectId: 'p',
    periodStartDay: 0,
    periodEndDay: 31,
    fromDay: 10,
    toDay: 31,
    feeMicros: microsFromDecimal('17.50'),
    sign: 1,
  }
  expect(itemChargeMicros(item)).toBe(11_854_839) // 17.50 × 21/31 = 11.8548387…
  expect(itemChargeMicros({ ...item, sign: -1 })).toBe(-11_854_839)
  const activation = { ...item, subject: 'activation', toDay: 11 } as const
  expect(itemChargeMicros(activation)).toBe(17_500_000)
  expect(itemChargeMicros({ ...activation, sign: -1 })).toBe(-17_500_000)
})

test('an account is settled over a century of months, and not over more', () => {
  const calendar = billingCalendar('UTC', 1)
  const period = calendar.periodStarting(dayFromIso('2026-10-01'))
  const settledFrom = (monthsBack: number) => {
    const month = 2026 * 12 + 9 - monthsBack
    const iso = `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`
    const firstBilledDay = dayFromIso(iso)
    const of = { subscriptions: [], catalogue: INVENTED, charged: [], firstBilledDay }
    return recurringItems({ ...of, calendar, period })
  }
  expect(settledFrom(SETTLED_PERIODS_MAX - 1)).toEqual([])
  expect(() => settledFrom(SETTLED_PERIODS_MAX)).toThrow(/more periods than a century/)
})

test('fees that no invoice charged are what is due and not charged, and no credit', () => {
  const plans = new Map([
    ['p', planOf(['p', '31.00', 'advance', 'prorated', 'activation', '5.00'])],
  ])
  const period = CALENDAR.periodStarting(dayFromIso('2026-10-01'))
  const subscriptions = [livedFrom(dayFromIso('2026-10-11'), dayFromIso('2026-10-21'))]
  const missing = (...charged: RecurringItem[]): string => {
    const catalogue = { ...INVENTED, plans }
    const of = { calendar: CALENDAR, period, subscriptions, catalogue, firstBilledDay: undefined }
    return microsToDecimal(unchargedMicros({ ...of, charged }, period), 2)
  }
  expect(missing()).toBe('15.00') // Ten days, and the activation.
  expect(missing(chargedFor('2026-10-01', '2026-10-16'))).toBe('10.00')
  expect(missing(chargedFor('2026-10-01', '2026-11-01'))).toBe('5.00')
})

test('days that two overlapping periods charged are given back once, and not charged again', () => {
  const plans = new Map([['p', planOf(['p', '31.00', 'advance', 'prorated'])]])
  const terms = { partnerId: 'q', timeZone: TIME_ZONE }
  const toDay = dayFromIso('2026-11-01')
  const earlierTerms = [{ ...terms, anchorDay: 1, toDay }]
  const calendar = accountCalendar({ ...terms, anchorDay: 15, earlierTerms })
  // A build before let the anchor change for the past: it charged November, and a month from the 15th.
  const charged = [chargedFor('2026-11-01', '2026-12-01'), chargedFor('2026-11-15', '2026-12-15')]
  const invoice = (startIso: string): string[] => {
    const items = recurringItems({
      period: calendar.periodStarting(dayFromIso(startIso)),
      calendar,
      subscriptions: [livedFrom(dayFromIso('2026-09-01'), dayFromIso('2028-01-01'))],
      catalogue: { ...INVENTED, plans },
      charged,
      firstBilledDay: dayFromIso('2026-10-01'),
    })
    charged.push(...items)
    return items.map(itemText)
  }
  expect(invoice('2026-11-01')).toEqual(['  p | 2026-11-15 to 2026-11-30 | -16.533333'])
  expect(invoice('2026-11-15')).toEqual(['  p | 2026-12-15 to 2027-01-14 | 31.000000'])
})

function chargedFor(fromIso: string, toIso: string): RecurringItem {
  const days = { fromDay: dayFromIso(fromIso), toDay: dayFromIso(toIso) }
  return {
    subscriptionId: 's',
    subject: 'plan',
    subjectId: 'p',
    periodStartDay: days.fromDay,
    periodEndDay: days.toDay,
    ...days,
    feeMicros: microsFromDecimal('31.00'),
    sign: 1,
  }
}
