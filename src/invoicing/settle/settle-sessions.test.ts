/** Calls in parts whose rate turns to or from one that is settled: the whole has the rate of its beginning. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { recordCalls, type Call } from '../../../test/doubles/rated-calls.ts'
import { createRate, step } from '../../../test/rating/world.ts'
import type { Catalogue, Rate } from '../../catalogue/catalogue.ts'
import { ADJUSTMENT_LOG, type LedgerRow } from '../../core/usage/ledger-row.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import type { BillingParts } from '../run/billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { verifyAdjustments } from '../verify/verify-adjustments.ts'
import { verifyInvoices } from '../verify/verify-invoices.ts'

const OCTOBER = { period: '2026-10', accounts: ['duinzicht'] }
const NOVEMBER = { period: '2026-11', accounts: ['duinzicht'] }

let billing: InventedBilling
let parts: BillingParts
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

const TURN_MS = Date.parse('2026-10-10T00:00:00+02:00')
const volume = createRate({
  model: {
    type: 'volume',
    scope: 'subscription',
    tiers: [
      { from: 0, price: '0.10', per: 60 },
      { from: 6000, price: '0.05', per: 60 },
    ],
  },
})
const steps = createRate({ steps: [step('0.20', 60, 60)] })

/** One rate until the 10th and another from it: versions of one, or two of a plan. */
function turning(first: Rate, then: Rate, way: 'versions' | 'rates'): Catalogue {
  const { catalogue } = billing.parts
  const rates =
    way === 'rates'
      ? [rateOf('first', first), rateOf('second', then)]
      : [rateOf('first', { ...first, toMs: TURN_MS }, { ...then, fromMs: TURN_MS })]
  const priced = [
    { rateId: 'first', from: '', fromMs: -Infinity, toMs: TURN_MS },
    { rateId: way === 'rates' ? 'second' : 'first', from: '', fromMs: TURN_MS, toMs: Infinity },
  ]
  const plans = [...catalogue.plans].map(([planId, plan]) => {
    return [planId, { ...plan, rates: new Map([['national-mobile', priced]]) }] as const
  })
  return { ...catalogue, rates: new Map(rates), plans: new Map(plans) }
}

function rateOf(rateId: string, ...versions: Rate[]) {
  return [rateId, { rateId, unit: 'second', versions }] as const
}

async function rows(): Promise<LedgerRow[]> {
  const ledger = createClickHouseLedger(billing.clickhouse)
  return (await Array.fromAsync(ledger.rows({ accountId: 'duinzicht' }))).flat()
}

async function chargedInAll(): Promise<number> {
  return (await rows()).reduce((sum, row) => sum + row.chargeMicros, 0)
}

async function adjustments(): Promise<number[]> {
  const all = (await rows()).filter((row) => row.logSource === ADJUSTMENT_LOG)
  return all.map((row) => row.chargeMicros)
}

async function differences() {
  const again = await verifyAdjustments(parts)
  const { findings } = await verifyInvoices(parts)
  return [...again.findings, ...findings].map(({ code, subject }) => `${code} ${subject}`)
}

const whole: readonly Call[] = [
  { date: '2026-10-09', minutes: 60, sessionKey: 's' },
  { date: '2026-10-11', minutes: 60, sessionKey: 's' },
  { date: '2026-10-12', minutes: 20, sessionKey: 's' },
]
const orders = [whole, whole.toReversed(), [...whole.slice(1), ...whole.slice(0, 1)]]

describe.each(['versions', 'rates'] as const)('%s that turn within a call in parts', (way) => {
  test.each(orders.map((order) => ({ order })))('steps first: nothing is settled', async (of) => {
    parts = billing.withCatalogue(`steps-${way}`, turning(steps, volume, way))
    await recordCalls(billing, parts, of.order)
    expect(await chargedInAll()).toBe(28_000_000) // 140 minutes at 0.20.
    await runBilling(parts, OCTOBER)
    expect(await adjustments()).toEqual([])
    expect(await differences()).toEqual([])
  })

  test.each(orders.map((order) => ({ order })))(
    'volume first: all of it is settled',
    async (of) => {
      parts = billing.withCatalogue(`volume-${way}`, turning(volume, steps, way))
      await recordCalls(billing, parts, of.order)
      await runBilling(parts, OCTOBER)
      expect(await chargedInAll()).toBe(7_000_000) // 140 minutes at 0.05.
      expect(await differences()).toEqual([])
    },
  )

  test('an earlier part that comes after its month was billed takes the whole out of the total', async () => {
    parts = billing.withCatalogue(`late-${way}`, turning(steps, volume, way))
    await recordCalls(billing, parts, [
      { date: '2026-10-12', minutes: 60, sessionKey: 's' },
      { date: '2026-10-13', minutes: 60 },
    ])
    await runBilling(parts, OCTOBER)
    expect(await adjustments()).toEqual([-3_000_000]) // 6.00 and 3.00, at 0.05 in all.
    await recordCalls(billing, parts, [{ date: '2026-10-09', minutes: 30, sessionKey: 's' }])
    billing.setNow('2026-12-01T08:00:00Z')
    await runBilling(parts, NOVEMBER)
    // 90 minutes at 0.20 are 18.00. They count for the total of their rate, also at its steps: then the
    // other 60 stay at the second tier, 3.00, and otherwise they are below it, 6.00.
    const due = way === 'versions' ? 3_000_000 : 6_000_000
    expect(await adjustments()).toEqual([-3_000_000, due])
    expect(await chargedInAll()).toBe(18_000_000 + due)
    expect(await differences()).toEqual([])
  })
})
