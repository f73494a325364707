import { expect, test } from 'vitest'
import { micros } from '../../core/money/money.ts'
import { billingCalendar, dayFromIso } from '../../core/time/period.ts'
import {
  append,
  settleItems,
  standingItems,
  type ChargedItem,
  type SettledItem,
} from './settle-items.ts'

const PERIOD = billingCalendar('Europe/Amsterdam', 1).periodStarting(dayFromIso('2026-10-01'))
const { startDay, endDay } = PERIOD

function item(changes: Partial<ChargedItem> = {}): ChargedItem {
  return {
    subscriptionId: 's',
    subject: 'plan',
    subjectId: 'p',
    periodStartDay: startDay,
    periodEndDay: endDay,
    fromDay: startDay,
    toDay: endDay,
    feeMicros: micros(31_000_000),
    sign: 1,
    ...changes,
  }
}
const credit = (changes: Partial<ChargedItem> = {}) => item({ sign: -1, ...changes })
const other = { feeMicros: micros(40_000_000) }

/** `sign fee days bill-to` */
function texts(items: readonly SettledItem[]): string[] {
  return items.map(({ sign, feeMicros, fromDay, toDay, billToId }) =>
    [sign, feeMicros / 1_000_000, `${fromDay - startDay}..${toDay - startDay}`, billToId ?? '']
      .join(' ')
      .trim(),
  )
}

test.each<[string, ChargedItem[], ChargedItem[], string[]]>([
  ['what is due and was not charged is charged', [item()], [], ['1 31 0..31']],
  ['what was charged once is not charged again', [item()], [item()], []],
  ['what was charged twice is taken back once', [item()], [item(), item()], ['-1 31 0..31']],
  ['what is not due is taken back', [], [item()], ['-1 31 0..31']],
  ['what was taken back of no charge is owed', [], [credit()], ['1 31 0..31']],
  ['a charge and its credit are nothing', [], [item(), credit()], []],
  ['what was given back whole is not taken back', [], [item({ isGivenBack: true })], []],
  ['what was given back whole is not charged again', [item()], [item({ isGivenBack: true })], []],
  [
    'a credit takes back the charge of its own fee',
    [],
    [item(), item(other), credit()],
    ['-1 40 0..31'],
  ],
  ['a credit of another fee takes back what stands', [], [item(), credit(other)], []],
  [
    'a credit takes back what its own bill-to was charged',
    [],
    [item({ billToId: 'x' }), item({ billToId: 'y' }), credit({ billToId: 'x' })],
    ['-1 31 0..31 y'],
  ],
  [
    'a credit of a bill-to that was charged nothing takes back the last of its fee',
    [],
    [item({ billToId: 'x' }), item({ ...other, billToId: 'z' }), credit({ billToId: 'z' })],
    ['-1 40 0..31 z'],
  ],
  [
    'days in a row with one fee are one item, whatever begins within them',
    [item()],
    [item({ fromDay: startDay + 10, toDay: startDay + 20 })],
    ['1 31 0..10', '1 31 20..31'],
  ],
  [
    'days in a row are joined over a bound at which nothing changes',
    [item()],
    [
      item({ fromDay: startDay + 10, toDay: startDay + 20 }),
      credit({ fromDay: startDay + 10, toDay: startDay + 20 }),
    ],
    ['1 31 0..31'],
  ],
  [
    'the days of two fees are two items',
    [item({ toDay: startDay + 10 }), item({ ...other, fromDay: startDay + 10 })],
    [],
    ['1 31 0..10', '1 40 10..31'],
  ],
])('%s', (_rule, due, charged, expected) => {
  expect(texts(settleItems(PERIOD, due, charged))).toEqual(expected)
})

test('fees of two months are two items, though their days follow each other', () => {
  const items: SettledItem[] = []
  append(items, item({ toDay: startDay + 10 }))
  append(items, item({ fromDay: startDay + 10, periodStartDay: startDay + 10 }))
  expect(items).toHaveLength(2)
})

test('the days of two bill-to’s are two items', () => {
  const items: SettledItem[] = []
  append(items, item({ toDay: startDay + 10, billToId: 'x' }))
  append(items, item({ fromDay: startDay + 10, billToId: 'y' }))
  append(items, item({ fromDay: startDay + 31, toDay: startDay + 40, billToId: 'y' }))
  expect(texts(items)).toEqual(['1 31 0..10 x', '1 31 10..40 y'])
})

test.each<[string, ChargedItem[], ChargedItem[], string[]]>([
  ['a charge of days that are due', [item()], [item()], ['1 31 0..31']],
  ['not of days that are not due', [item({ toDay: startDay + 10 })], [item()], ['1 31 0..10']],
  ['not what was given back', [item()], [item({ isGivenBack: true })], []],
  ['not what was taken back', [item()], [item(), credit()], []],
  [
    'of two the first',
    [item()],
    [item({ billToId: 'x' }), item({ billToId: 'y' })],
    ['1 31 0..31 x'],
  ],
])('what stands: %s', (_rule, due, charged, expected) => {
  expect(texts(standingItems(PERIOD, due, charged))).toEqual(expected)
})
