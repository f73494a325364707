import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { micros } from '../../core/money/money.ts'
import { dayFromIso } from '../../core/time/period.ts'
import { USAGE_KINDS } from '../../core/usage/usage.ts'
import type { UsageSum } from '../ledger/invoice-ledger.ts'
import { momentOfSum, unitOfKind, usageCharges, type UsageContext } from './usage-charges.ts'

const { catalogue: INVENTED, calendar, period, usage } = inventedRequest({ subscriptionsCount: 1 })
const [TEMPLATE] = usage
if (TEMPLATE === undefined) throw new Error('there is usage')
const GROUPS: Readonly<Record<string, string>> = {
  help: 'helpline',
  sex: 'premium',
  call: 'national',
}

const [callType] = INVENTED.callTypes
if (callType === undefined) throw new Error('there is a call type')
const callTypes = Object.entries(GROUPS).map(([id, invoiceGroup], index) => ({
  ...callType,
  id,
  index,
  invoiceGroup,
}))
const catalogue: Catalogue = {
  ...INVENTED,
  callTypes,
  callTypeIndexById: new Map(callTypes.map(({ id, index }) => [id, index])),
}
const CONTEXT: UsageContext = {
  catalogue,
  calendar,
  language: 'nl',
  taxAt: () => ({ taxCategory: 'standard', taxPercentHundredths: 2100 }),
}

function sum(changes: Partial<UsageSum>): UsageSum {
  return {
    ...(TEMPLATE ?? never()),
    callType: 'call',
    chargeMicros: micros(0),
    informationChargeMicros: micros(0),
    ...changes,
  }
}

/** `section charge` of each. */
function texts(of: Partial<UsageSum>, context: Partial<UsageContext> = {}): string[] {
  const charges = usageCharges([sum(of)], { ...CONTEXT, ...context })
  return charges.map(({ section, chargeMicros }) => `${section} ${chargeMicros}`)
}

const [FIVE, SIX] = [micros(5), micros(6)]
test.each<[string, Partial<UsageSum>, string[]]>([
  ['a free call to a help line is named nowhere', { callType: 'help' }, []],
  ['one that cost something is', { callType: 'help', chargeMicros: FIVE }, ['usage 5']],
  [
    'nor is one with information hidden',
    { callType: 'help', informationChargeMicros: SIX },
    ['usage 0', 'premium 6'],
  ],
  ['another free call is shown', {}, ['usage 0']],
  [
    'information is a charge of its own',
    { chargeMicros: FIVE, informationChargeMicros: SIX },
    ['usage 5', 'premium 6'],
  ],
  [
    'that of a premium number also where it is nothing',
    { callType: 'sex' },
    ['usage 0', 'premium 0'],
  ],
  [
    'late usage stands apart',
    { late: true, informationChargeMicros: SIX },
    ['late 0', 'late-premium 6'],
  ],
  [
    'what was corrected apart again',
    { late: true, corrected: true, informationChargeMicros: SIX },
    ['correction 0', 'correction-premium 6'],
  ],
  [
    'a call type that the catalogue has no longer is charged',
    { callType: 'old', chargeMicros: FIVE },
    ['usage 5'],
  ],
])('%s', (_rule, of, expected) => {
  expect(texts(of)).toEqual(expected)
})

test('verification asks for help lines too', () => {
  expect(texts({ callType: 'help' }, { withHelplines: true })).toEqual(['usage 0'])
})

test('each kind counts in its unit', () => {
  expect(USAGE_KINDS.map((kind) => `${kind} ${unitOfKind(kind)}`)).toEqual([
    'none event',
    'voice second',
    'sms message',
    'mms message',
    'data byte',
    'event event',
  ])
})

test.each([
  ['before its period', -Infinity, period.startMs],
  ['within it', dayFromIso('2026-10-10') * 86_400_000, dayFromIso('2026-10-10') * 86_400_000],
  ['at its end', period.endMs, period.endMs - 1],
  ['after it', Infinity, period.endMs - 1],
])('a sum from a moment %s is of a moment of its period', (_when, fromMs, expected) => {
  expect(momentOfSum({ periodStartDay: period.startDay, fromMs }, calendar)).toBe(expected)
})

function never(): never {
  throw new Error('there is usage')
}
