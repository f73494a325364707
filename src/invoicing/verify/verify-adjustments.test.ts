import { describe, expect, test } from 'vitest'
import { createRate } from '../../../test/rating/world.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { ADJUSTMENT_LOG, emptyRow, type LedgerRow } from '../../core/usage/ledger-row.ts'
import { micros, ZERO_MICROS } from '../../core/money/money.ts'
import type { BillingParts, Finding } from '../run/billing.ts'
import type { AccountUse, UsesQuestion } from '../settle/adjustment-ledger.ts'
import { verifyAdjustments } from './verify-adjustments.ts'

const tiers = [
  { from: 0, price: '0.10', per: 60 },
  { from: 6000, price: '0.05', per: 60 },
]
const volume = createRate({ model: { type: 'volume', scope: 'subscription', tiers } })
const catalogue = {
  rates: new Map([
    ['calls', { rateId: 'calls', unit: 'second', versions: [volume] }],
    ['data', { rateId: 'data', unit: 'byte', versions: [createRate({})] }],
  ]),
  allowances: new Map(),
} as unknown as Catalogue

/** Two hundred minutes that were charged at 0.10: ten euros too much. */
function use(parts: Partial<AccountUse> = {}): AccountUse {
  return {
    periodStartDay: 20_727,
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

function row(parts: Partial<LedgerRow> = {}): LedgerRow {
  return {
    ...emptyRow(),
    logSource: ADJUSTMENT_LOG,
    logPartition: 1,
    logOffset: 0,
    entryKind: 'adjustment',
    accountId: 'duinzicht',
    subscriptionId: 'duinzicht-0',
    callType: 'national-mobile',
    periodStartDay: 20_727,
    rateId: 'adjustment:calls',
    chargeMicros: micros(-10_000_000),
    catalogueHash: 'of-then',
    raw: 'cut-off',
    ...parts,
  }
}

const catalogueOf = (): Promise<Catalogue> => Promise.resolve(catalogue)

function asked(rows: readonly LedgerRow[], uses: readonly AccountUse[] = [use()]) {
  const questions: UsesQuestion[] = []
  const ledger = {
    async *adjustments() {
      yield [...rows]
    },
    volumePeriods: () =>
      Promise.resolve(rows.map(({ accountId, periodStartDay }) => ({ accountId, periodStartDay }))),
    volumeUses: (question: UsesQuestion) => {
      questions.push(question)
      return Promise.resolve([...uses])
    },
  } as unknown as BillingParts['ledger']
  return { questions, verdict: verifyAdjustments({ ledger, catalogueOf }) }
}

async function textsOf(rows: readonly LedgerRow[], uses?: readonly AccountUse[]) {
  const { findings } = await asked(rows, uses).verdict
  return findings.map(({ subject, text }) => `${subject}: ${text}`)
}

test('what its rows say again is right; it is asked of up to its own cut-off, each period once', async () => {
  const { questions, verdict } = asked(
    [row(), row({ logOffset: 1, callType: 'national-fixed' })],
    [use(), use({ callType: 'national-fixed' })],
  )
  expect(await verdict).toEqual({ count: 2, findings: [] })
  expect(questions).toEqual([
    {
      accountId: 'duinzicht',
      periodStartDays: [20_727],
      cutOffId: 'cut-off',
      versionRateIds: ['calls'],
      versionFromMs: [0],
      moneyAllowanceIds: [],
      unitAllowanceIds: [],
    },
  ])
})

test('a finding names the row, what it holds and what it should hold', async () => {
  const { findings } = await asked([row({ chargeMicros: micros(-9_000_000) })]).verdict
  expect(findings).toEqual<Finding[]>([
    {
      code: 'adjustment_differs',
      severity: 'error',
      subject: 'adjustment/1/0',
      text: 'charge is -9.000000, computed again -10.000000',
      count: 1,
      estimateMicros: undefined,
      show: 'tik explain adjustment/1/0',
    },
  ])
})

describe('what is said of a settlement', () => {
  test.each<{
    readonly name: string
    readonly rows: readonly LedgerRow[]
    readonly uses?: readonly AccountUse[]
    readonly texts: readonly string[]
  }>([
    {
      name: 'a row that is gone before the others',
      rows: [row({ logOffset: 1 })],
      texts: ['adjustment/1/1: a row before it in settlement 1 is gone'],
    },
    {
      name: 'a row for which nothing is due',
      rows: [row()],
      uses: [],
      texts: ['adjustment/1/0: charge is -10.000000, computed again nothing is due'],
    },
    {
      name: 'what is due and has no row',
      rows: [row()],
      uses: [use(), use({ subscriptionId: 'duinzicht-1' })],
      texts: ['duinzicht duinzicht-1 national-mobile: -10.000000 is due and was not recorded'],
    },
    {
      name: 'the same row twice',
      rows: [row(), row({ logOffset: 1 })],
      texts: ['adjustment/1/1: charge is -10.000000, computed again nothing is due'],
    },
    {
      name: 'a quantity',
      rows: [row({ quantity: 1 })],
      texts: ['adjustment/1/0: it has a quantity'],
    },
    {
      name: 'a charge for information',
      rows: [row({ informationChargeMicros: micros(1) })],
      texts: ['adjustment/1/0: it has a quantity'],
    },
    {
      name: 'what it takes from an allowance',
      rows: [row({ takeKeys: ['key'] })],
      texts: ['adjustment/1/0: it has a quantity'],
    },
    {
      name: 'two settlements, each numbered from 0',
      rows: [row(), row({ logPartition: 2, raw: 'later' })],
      texts: [],
    },
  ])('$name', async ({ rows, uses, texts }) => {
    expect(await textsOf(rows, uses)).toEqual(texts)
  })
})
