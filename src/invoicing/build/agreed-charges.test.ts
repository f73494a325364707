import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { micros } from '../../core/money/money.ts'
import type { TaxChoices } from '../../core/money/tax.ts'
import { dayFromIso } from '../../core/time/period.ts'
import { invoiceTexts } from '../documents/texts/invoice-texts.ts'
import type { RecurringItem } from '../invoice-model.ts'
import { oneOffCharge, recurringCharges, type AgreedContext } from './agreed-charges.ts'
import { boundariesMs } from './usage-boundaries.ts'

const { catalogue, calendar, period } = inventedRequest({ subscriptionsCount: 0 })
const { startDay, endDay } = period
const at = (iso: string): number => calendar.dayStartMs(dayFromIso(iso))

/** The rate of the country begins with the period; before it there is none. */
function contextWith(taxes: TaxChoices = []): AgreedContext {
  const plans = new Map([...catalogue.plans].map(([id, plan]) => [id, { ...plan, taxes }]))
  return {
    catalogue: { ...catalogue, plans },
    language: 'nl',
    texts: invoiceTexts('nl'),
    calendar,
    taxAt: (choices, atMs) => {
      if (atMs < period.startMs) throw new Error('there is no rate yet')
      const taxCategory =
        choices.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.taxCategory ?? 'standard'
      return { taxCategory, taxPercentHundredths: taxCategory === 'standard' ? 2100 : 0 }
    },
    taxChangesMs: boundariesMs([{ fromMs: period.startMs, toMs: Infinity }, ...taxes]),
  }
}

function item(changes: Partial<RecurringItem> = {}): RecurringItem {
  return {
    subscriptionId: 's',
    subject: 'plan',
    subjectId: 'mobiel-zakelijk',
    periodStartDay: startDay,
    periodEndDay: endDay,
    fromDay: startDay,
    toDay: endDay,
    feeMicros: micros(31_000_000),
    sign: 1,
    ...changes,
  }
}

const ofPlan = {
  product: 'mobile',
  subject: 'mobiel-zakelijk',
  description: 'Mobiel Zakelijk 5 GB',
}

test.each<[string, Partial<RecurringItem>, object]>([
  [
    'a fee is a month of its plan',
    {},
    { ...ofPlan, section: 'recurring', unit: 'month', count: 1, quantity: 1, share: undefined },
  ],
  [
    'a share says of how many days',
    { toDay: startDay + 10 },
    {
      share: { days: 10, ofDays: 31, feeMicros: 31_000_000 },
      unitPriceMicros: 10_000_000,
      chargeMicros: 10_000_000,
    },
  ],
  [
    'what is taken back is counted back, at the same price',
    { sign: -1 },
    {
      description: invoiceTexts('nl').creditOf(ofPlan.description),
      count: -1,
      unitPriceMicros: 31_000_000,
      chargeMicros: -31_000_000,
    },
  ],
  [
    'an activation is one item, and no share of anything',
    { subject: 'activation', toDay: startDay + 1 },
    {
      section: 'one-off',
      unit: 'item',
      description: invoiceTexts('nl').activationOf(ofPlan.description),
      share: undefined,
      chargeMicros: 31_000_000,
    },
  ],
  [
    'a module has its own name',
    { subject: 'module', subjectId: 'internet-eu' },
    { product: 'mobile', description: 'Mobiel internet EU' },
  ],
  [
    'what left the catalogue has its id for a name, and no product',
    { subjectId: 'gone' },
    { product: 'none', description: 'gone' },
  ],
])('%s', (_rule, changes, expected) => {
  const [charge, ...more] = recurringCharges(item(changes), contextWith())
  expect(more).toEqual([])
  expect({ share: undefined, ...charge }).toMatchObject(expected)
})

const keyOf = (changes: Partial<RecurringItem>) =>
  recurringCharges(item(changes), contextWith())[0]?.lineKey ?? ''

test('whole months come first, then shares, then what is taken back; modules behind plans', () => {
  const keys = [
    keyOf({}),
    keyOf({ subject: 'module', subjectId: 'internet-eu' }),
    keyOf({ toDay: startDay + 10 }),
    keyOf({ sign: -1 }),
  ]
  expect(keys.toSorted()).toEqual(keys)
})

test('a fee whose tax changes within its days is two charges, each with its own', () => {
  const exempt = { taxCategory: 'exempt' as const, fromMs: at('2026-10-11'), toMs: Infinity }
  const charges = recurringCharges(item(), contextWith([exempt]))
  expect(
    charges.map(({ fromDay, toDay, chargeMicros, taxCategory }) => [
      fromDay - startDay,
      toDay - startDay,
      chargeMicros,
      taxCategory,
    ]),
  ).toEqual([
    [0, 10, 10_000_000, 'standard'],
    [10, 31, 21_000_000, 'exempt'],
  ])
})

test('a tax that changes for something else changes nothing here', () => {
  const context = contextWith()
  const changes = [...context.taxChangesMs, at('2026-10-11')]
  expect(recurringCharges(item(), { ...context, taxChangesMs: changes })).toHaveLength(1)
})

test('a one-off charge is of its day, with its own tax', () => {
  const oneOff = {
    chargeId: 'swap',
    accountId: 'a',
    subscriptionId: 's',
    atMs: at('2026-10-14') + 9 * 3_600_000,
    description: 'Simwissel',
    amountMicros: micros(7_500_000),
  }
  const charge = oneOffCharge(oneOff, 'mobile', contextWith())
  expect(charge).toMatchObject({
    section: 'one-off',
    unit: 'item',
    fromDay: startDay + 13,
    toDay: startDay + 14,
    count: 1,
    atMs: oneOff.atMs,
    taxCategory: 'standard',
  })
  const exempt = oneOffCharge({ ...oneOff, taxCategory: 'exempt' }, 'mobile', contextWith())
  expect(exempt.taxCategory).toBe('exempt')
})
