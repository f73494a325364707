import { expect, test } from 'vitest'
import { createAllowance, createRate } from '../../../test/rating/world.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { TikError } from '../../core/failures/errors.ts'
import { micros, ZERO_MICROS } from '../../core/money/money.ts'
import type { AccountUse, AdjustmentLedger, UsesQuestion } from './adjustment-ledger.ts'
import { adjustmentsDue, dueSums } from './adjustments-due.ts'

const OCTOBER = 20_727
const NOVEMBER = 20_758
const NEW_PRICE_MS = 1_791_072_000_000

const tiers = [
  { from: 0, price: '0.10', per: 60 },
  { from: 6000, price: '0.05', per: 60 },
]
const model = { type: 'volume', scope: 'subscription', tiers } as const
const rates: Catalogue['rates'] = new Map([
  [
    'calls',
    {
      rateId: 'calls',
      unit: 'second',
      versions: [
        createRate({ model, fromMs: -Infinity }),
        createRate({ model, fromMs: NEW_PRICE_MS }),
      ],
    },
  ],
  ['plain', { rateId: 'plain', unit: 'second', versions: [createRate({})] }],
])
const allowances: Catalogue['allowances'] = new Map(
  [
    createAllowance({ allowanceId: 'credit', unit: 'money' }),
    createAllowance({ allowanceId: 'minutes' }),
  ].map((each) => [each.allowanceId, each]),
)
const catalogue = { rates, allowances } as Catalogue

/** Two hundred minutes that were charged at 0.10: ten euros too much. */
function use(parts: Partial<AccountUse> = {}): AccountUse {
  return {
    periodStartDay: OCTOBER,
    rateId: 'calls',
    subscriptionId: 'duinzicht-0',
    callType: 'national-mobile',
    version: 0,
    outOfBundleQuantity: 12_000,
    chargedMicros: micros(20_000_000),
    moneyTakenMicros: 0,
    adjustedMicros: ZERO_MICROS,
    partnerId: 'noorderlicht',
    product: 'mobile',
    kind: 'voice',
    ...parts,
  }
}

type Answer = readonly AccountUse[] | Error

function askedOf(answers: Readonly<Record<string, Answer>>, of: Catalogue = catalogue) {
  const asked: string[] = []
  const questions: UsesQuestion[] = []
  const ledger = {
    volumePeriods: (rateIds: readonly string[]) => {
      asked.push(rateIds.join(','))
      return Promise.resolve(
        Object.keys(answers).map((accountId) => ({ accountId, periodStartDay: OCTOBER })),
      )
    },
    volumeUses: (question: UsesQuestion) => {
      questions.push(question)
      const answer = answers[question.accountId] ?? []
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve([...answer])
    },
  } as unknown as AdjustmentLedger
  const parts = { ledger, catalogue: of, catalogueKey: 'key' }
  return { asked, questions, parts }
}

const periods = (...accountIds: readonly string[]) =>
  accountIds.map((accountId) => ({ accountId, periodStartDays: [OCTOBER, NOVEMBER] }))

test('only rates with a volume version are asked for, all versions of them, and only periods with usage', async () => {
  const { asked, questions, parts } = askedOf({ duinzicht: [use()] })
  const { due, unsettled } = await adjustmentsDue(parts, periods('duinzicht', 'zeegras'), 'cut-off')
  expect(asked).toEqual(['calls'])
  expect(questions).toEqual([
    {
      accountId: 'duinzicht',
      periodStartDays: [OCTOBER],
      cutOffId: 'cut-off',
      versionRateIds: ['calls', 'calls'],
      versionFromMs: [Number.MIN_SAFE_INTEGER, NEW_PRICE_MS],
      moneyAllowanceIds: ['credit'],
      unitAllowanceIds: ['minutes'],
    },
  ])
  expect(unsettled).toEqual(new Map())
  expect(due).toMatchObject([
    {
      accountId: 'duinzicht',
      catalogueKey: 'key',
      adjustmentMicros: -10_000_000,
      chargedMicros: 20_000_000,
      settledMicros: 10_000_000,
      quantity: 12_000,
    },
  ])
})

test('without volume rates, or without accounts, the ledger is asked nothing', async () => {
  const without = askedOf({ duinzicht: [use()] }, { ...catalogue, rates: new Map() })
  expect((await adjustmentsDue(without.parts, periods('duinzicht'), 'c')).due).toEqual([])
  expect(without.asked).toEqual([])
  const nobody = askedOf({ duinzicht: [use()] })
  expect((await adjustmentsDue(nobody.parts, [], 'c')).due).toEqual([])
  expect(nobody.asked).toEqual([])
})

test('each subscription and call type is settled by itself, with the quantity of all its versions', async () => {
  const { parts } = askedOf({
    duinzicht: [
      use({ outOfBundleQuantity: 3000, chargedMicros: micros(5_000_000) }),
      use({ outOfBundleQuantity: 9000, version: 1, chargedMicros: micros(15_000_000) }),
      use({ callType: 'national-fixed' }),
      use({ subscriptionId: 'duinzicht-1' }),
    ],
  })
  const { due } = await adjustmentsDue(parts, periods('duinzicht'), 'c')
  const facts = due.map(({ use: of, quantity, adjustmentMicros }) => [
    `${of.subscriptionId} ${of.callType}`,
    quantity,
    adjustmentMicros,
  ])
  expect(facts).toEqual([
    ['duinzicht-0 national-fixed', 12_000, -10_000_000],
    ['duinzicht-0 national-mobile', 12_000, -10_000_000],
    ['duinzicht-1 national-mobile', 12_000, -10_000_000],
  ])
})

test('an account beyond exact numbers is named with the reason, and the others are settled', async () => {
  const beyond = new TikError('money_overflow', 'more than is exact')
  const { parts } = askedOf({ duinzicht: beyond, zeegras: [use()] })
  const { due, unsettled } = await adjustmentsDue(parts, periods('duinzicht', 'zeegras'), 'c')
  expect([...unsettled]).toEqual([['duinzicht', 'more than is exact']])
  expect(due.map(({ accountId }) => accountId)).toEqual(['zeegras'])
})

test('a store that is away settles nothing', async () => {
  const { parts } = askedOf({ duinzicht: new TikError('ledger_unavailable', 'away') })
  await expect(adjustmentsDue(parts, periods('duinzicht'), 'c')).rejects.toThrow('away')
})

test('usage by a rate that the catalogue has no more is left as it was charged', async () => {
  const { parts } = askedOf({ duinzicht: [use({ rateId: 'gone' }), use()] })
  const { due } = await adjustmentsDue(parts, periods('duinzicht'), 'c')
  expect(due.map(({ use: of }) => of.rateId)).toEqual(['calls'])
})

test('what is due of an earlier period is late on the invoice', async () => {
  const { parts } = askedOf({ duinzicht: [use()] })
  const { due } = await adjustmentsDue(parts, periods('duinzicht'), 'c')
  const lateOf = (startDay: number) => dueSums(due, startDay).map(({ late }) => late)
  expect([lateOf(OCTOBER), lateOf(NOVEMBER)]).toEqual([[false], [true]])
  expect(dueSums(due, OCTOBER)).toMatchObject([
    { chargeMicros: -10_000_000, count: 0, quantity: 0, outOfBundleQuantity: 0 },
  ])
})
