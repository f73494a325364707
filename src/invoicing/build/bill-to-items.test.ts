import { expect, test } from 'vitest'
import { micros } from '../../core/money/money.ts'
import { billingCalendar, dayFromIso } from '../../core/time/period.ts'
import { billToDays, movedItems, onBillTos, type BillToDays } from './bill-to-items.ts'
import type { SettledItem } from './settle-items.ts'

const CALENDAR = billingCalendar('Europe/Amsterdam', 1)
const PERIOD = CALENDAR.periodStarting(dayFromIso('2026-10-01'))
const { startDay, endDay } = PERIOD

function item(changes: Partial<SettledItem> = {}): SettledItem {
  return {
    subscriptionId: 's',
    subject: 'plan',
    subjectId: 'p',
    periodStartDay: startDay,
    periodEndDay: endDay,
    fromDay: startDay,
    toDay: endDay,
    feeMicros: micros(10_000_000),
    sign: 1,
    ...changes,
  }
}

/** Day of the month from which on, and bill-to; '' before the first. */
function moves(...from: (readonly [day: number, billToId: string])[]): BillToDays {
  return {
    onDay: (_id, day) => from.findLast(([first]) => startDay + first - 1 <= day)?.[1] ?? '',
    changeDays: () => from.map(([first]) => startDay + first - 1),
  }
}

/** `sign days bill-to sum`: the sum where it is not the share of the days. */
function texts(items: readonly SettledItem[]): string[] {
  return items.map(({ sign, fromDay, toDay, billToId = 'none', chargeMicros }) =>
    [sign, `${fromDay - startDay + 1}..${toDay - startDay}`, billToId, chargeMicros ?? '']
      .join(' ')
      .trim(),
  )
}

test('days of another bill-to are those at whose end it has the subscription, ascending', () => {
  const at = (day: number, hour = 0) => CALENDAR.dayStartMs(startDay + day - 1) + hour * 3_600_000
  const days = billToDays(
    [
      {
        subscriptionId: 's',
        billTos: [
          { billToId: 'y', fromMs: at(20), toMs: Infinity },
          { billToId: 'x', fromMs: at(10, 15), toMs: at(20) },
        ],
      },
    ],
    CALENDAR,
  )
  expect(days.changeDays('s').map((day) => day - startDay + 1)).toEqual([10, 20])
  expect([9, 10, 19, 20].map((day) => days.onDay('s', startDay + day - 1))).toEqual([
    '',
    'x',
    'x',
    'y',
  ])
  expect(days.changeDays('other')).toEqual([])
})

test.each<[string, SettledItem, BillToDays | undefined, string[]]>([
  ['without bill-to’s as it is', item(), undefined, ['1 1..31 none']],
  [
    'a credit stays where it was charged',
    item({ sign: -1, billToId: 'x' }),
    moves([11, 'y']),
    ['-1 1..31 x'],
  ],
  ['where nobody moves it is of the one', item(), moves(), ['1 1..31']],
  [
    'two bill-to’s share it to the micro',
    item(),
    moves([11, 'x'], [21, 'y']),
    ['1 1..10', '1 11..20 x 3225807', '1 21..31 y'],
  ],
  [
    'days in a row of one bill-to are one',
    item(),
    moves([11, 'x'], [21, 'x']),
    ['1 1..10', '1 11..31 x'],
  ],
])('an item: %s', (_rule, of, days, expected) => {
  expect(texts(onBillTos(of, days))).toEqual(expected)
})

test.each<[string, SettledItem[], BillToDays | undefined, string[]]>([
  ['without bill-to’s nothing', [item({ billToId: '' })], undefined, []],
  ['what stays, stays', [item({ billToId: '' })], moves(), []],
  ['what was charged before there were any, stays', [item()], moves([11, 'x']), []],
  [
    'what moves is taken back there and charged here',
    [item({ billToId: '' })],
    moves([11, 'x']),
    ['-1 11..31', '1 11..31 x'],
  ],
  [
    'what moves with the first day moves whole',
    [item({ billToId: '' })],
    moves([1, 'x']),
    ['-1 1..31', '1 1..31 x'],
  ],
  [
    'days in a row to one bill-to are one',
    [item({ billToId: '' })],
    moves([11, 'x'], [21, 'x']),
    ['-1 11..31', '1 11..31 x'],
  ],
  [
    'days to two are two',
    [item({ billToId: '' })],
    moves([11, 'x'], [21, 'y']),
    ['-1 11..20', '-1 21..31', '1 11..20 x', '1 21..31 y'],
  ],
  [
    'days that come back between are two',
    [item({ billToId: '' })],
    moves([11, 'x'], [16, ''], [21, 'x']),
    ['-1 11..15', '-1 21..31', '1 11..15 x', '1 21..31 x'],
  ],
])('what moves: %s', (_rule, charged, days, expected) => {
  expect(texts(movedItems(PERIOD, { due: [item()], charged }, days))).toEqual(expected)
})
