import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createAllowance, createRate } from '../../../test/rating/world.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { ADJUSTMENT_LOG, type LedgerRow } from '../../core/usage/ledger-row.ts'
import { micros } from '../../core/money/money.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { readShownBalances } from '../../ledger/read-shown-balances.ts'
import { recordCorrections } from '../../corrections/rerating/record-corrections.ts'
import { rerateAccount } from '../../corrections/rerating/rerate-account.ts'
import { billCheck } from '../check/bill-check.ts'
import type { BillingParts } from '../run/billing.ts'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { recordCalls, type Call } from '../../../test/doubles/rated-calls.ts'
import { findInvoiceId, listInvoices } from '../store/list-invoices.ts'
import { runBilling } from '../run/run-billing.ts'
import { storedInvoice } from '../store/stored-invoice.ts'
import { verifyAdjustments } from '../verify/verify-adjustments.ts'
import { verifyInvoices } from '../verify/verify-invoices.ts'

const OCTOBER = { period: '2026-10', accounts: ['duinzicht'] }
const NOVEMBER = { period: '2026-11', accounts: ['duinzicht'] }

let billing: InventedBilling
let parts: BillingParts
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(async () => {
  await billing.reset()
  parts = billing.withCatalogue('volume', withVolumeRate(billing.parts.catalogue))
})
afterAll(() => billing[Symbol.asyncDispose]())

/** Calls to fixed and mobile numbers at one rate: 0.10 a minute, all at `second` from 100 minutes on. */
function withVolumeRate(catalogue: Catalogue, second = '0.05'): Catalogue {
  const tiers = [
    { from: 0, price: '0.10', per: 60 },
    { from: 6000, price: second, per: 60 },
  ]
  const calls = createRate({ model: { type: 'volume', scope: 'subscription', tiers } })
  const priced = [{ rateId: 'calls', from: '', fromMs: -Infinity, toMs: Infinity }]
  return {
    ...catalogue,
    rates: new Map([['calls', { rateId: 'calls', unit: 'second', versions: [calls] }]]),
    plans: new Map(
      [...catalogue.plans].map(([planId, plan]) => {
        const rates = new Map(['national-fixed', 'national-mobile'].map((id) => [id, priced]))
        return [planId, { ...plan, rates }]
      }),
    ),
  }
}

const call = (...calls: readonly Call[]): Promise<void> => recordCalls(billing, parts, calls)

async function rows(): Promise<LedgerRow[]> {
  const ledger = createClickHouseLedger(billing.clickhouse)
  return (await Array.fromAsync(ledger.rows({ accountId: 'duinzicht' }))).flat()
}

async function adjustments() {
  const all = (await rows()).filter((row) => row.logSource === ADJUSTMENT_LOG)
  return all.map((row) => `${row.callType} ${row.chargeMicros}${row.late ? ' late' : ''}`)
}

async function usageLines(period: string) {
  const [summary] = await listInvoices(parts, { period })
  const invoiceId = await findInvoiceId(parts.operations, summary?.number ?? '')
  const { invoice } = await storedInvoice(parts.operations, invoiceId)
  return invoice.lines
    .filter(({ section }) => section === 'usage' || section === 'late')
    .map((line) => [line.section, line.subject, line.count, line.exactMicros])
}

async function differences() {
  const again = await verifyAdjustments(parts)
  const { findings } = await verifyInvoices(parts)
  return [...again.findings, ...findings].map(({ code, subject }) => `${code} ${subject}`)
}

const twoHundredMinutes: readonly Call[] = [
  { date: '2026-10-05', minutes: 90, callType: 'national-fixed' },
  { date: '2026-10-06', minutes: 110 },
]

test('the tier of the total is billed: the run settles before it takes its cut-off', async () => {
  await call(...twoHundredMinutes) // 90 at 0.10 and 110 at 0.05 when they came: 9.00 and 5.50.
  const report = await runBilling(parts, OCTOBER)
  expect(report.findings).toEqual([])
  expect(await adjustments()).toEqual(['national-fixed -4500000'])
  const row = (await rows()).find(({ logSource }) => logSource === ADJUSTMENT_LOG)
  expect(row).toMatchObject({
    entryKind: 'adjustment',
    outcome: 'rated',
    usageId: 'adjustment:duinzicht/2026-10-01/calls/duinzicht-0/national-fixed',
    detail:
      "5400 out of bundle at the tier of the period's total of calls: costs 4.500000 instead of 9.000000",
    startMs: Date.parse('2026-11-01T00:00:00+01:00') - 1,
    rateId: 'adjustment:calls',
    catalogueHash: 'volume',
  })
  expect(await usageLines('2026-10')).toEqual([
    ['usage', 'national-fixed', 1, 4_500_000],
    ['usage', 'national-mobile', 1, 5_500_000],
  ])
  const cdrs = readFileSync(report.invoices[0]?.files.find((file) => file.endsWith('.csv')) ?? '')
  expect(cdrs.toString()).toMatch(/,-4\.50,.*,adjustment,/)
  expect(await differences()).toEqual([])
})

test('a second run, or one that died after settling, adds nothing', async () => {
  await call(...twoHundredMinutes)
  const dying: BillingParts['ledger'] = {
    ...parts.ledger,
    recordAdjustments: async (...given) => {
      await parts.ledger.recordAdjustments(...given)
      throw new Error('died')
    },
  }
  await expect(runBilling({ ...parts, ledger: dying }, OCTOBER)).rejects.toThrow('died')
  expect(await listInvoices(parts)).toEqual([])
  await runBilling(parts, OCTOBER)
  await runBilling(parts, OCTOBER)
  expect(await adjustments()).toEqual(['national-fixed -4500000'])
  expect(await usageLines('2026-10')).toHaveLength(2)
  expect(await differences()).toEqual([])
})

test('late usage settles its period again, on the next invoice', async () => {
  await call({ date: '2026-10-05', minutes: 90 })
  await runBilling(parts, OCTOBER)
  expect(await adjustments()).toEqual([])
  await call({ date: '2026-10-20', minutes: 30 }, { date: '2026-11-02', minutes: 10 })
  billing.setNow('2026-12-01T08:00:00Z')
  await runBilling(parts, NOVEMBER)
  expect(await adjustments()).toEqual(['national-mobile -4500000 late'])
  expect(await usageLines('2026-11')).toEqual([
    ['usage', 'national-mobile', 1, 1_000_000],
    ['late', 'national-mobile', 1, -3_000_000], // 30 minutes at 0.05, and 90 that were too dear.
  ])
  expect(await differences()).toEqual([])
})

test('a preview has the settled total, and the check says what is due; neither records it', async () => {
  await call(...twoHundredMinutes)
  const preview = await runBilling(parts, { ...OCTOBER, preview: true })
  const due = (await billCheck(parts, OCTOBER)).filter(({ code }) => code === 'adjustment_due')
  expect(due).toMatchObject([{ subject: 'duinzicht', estimateMicros: -4_500_000, count: 1 }])
  expect(await adjustments()).toEqual([])
  const report = await runBilling(parts, OCTOBER)
  expect(preview.totals).toEqual(report.totals)
  const later = await billCheck(parts, OCTOBER)
  expect(later.filter(({ code }) => code === 'adjustment_due')).toEqual([])
})

test('balances do not see an adjustment: usage after it is rated as without', async () => {
  await call(...twoHundredMinutes)
  const request = {
    accountId: 'duinzicht',
    fromPeriodStartDay: dayFromIso('2026-10-01'),
    toPeriodStartDay: dayFromIso('2026-10-01'),
  }
  const ledger = createClickHouseLedger(billing.clickhouse)
  const before = await ledger.balances([request])
  const shown = await readShownBalances(billing.clickhouse, [request])
  expect(shown).toMatchObject([{ usage: before[0]?.usage }])
  await runBilling(parts, OCTOBER)
  expect(await adjustments()).toHaveLength(1)
  expect(await ledger.balances([request])).toEqual(before)
  expect(await readShownBalances(billing.clickhouse, [request])).toEqual(shown)
})

test('an adjustment that was changed behind our back is named', async () => {
  await call(...twoHundredMinutes)
  await runBilling(parts, OCTOBER)
  await billing.clickhouse.command(
    `ALTER TABLE usage_ledger UPDATE charge = charge - 1 WHERE entry_kind = 'adjustment'
     SETTINGS mutations_sync = 1`,
  )
  expect(await differences()).toEqual([
    expect.stringMatching(/^adjustment_differs adjustment\/1\/0$/),
    expect.stringMatching(/^line_differs /),
  ])
})

test('after settling, the rows of a period cost what its total costs, in whatever order it came', async () => {
  const anyCall = fc.record({
    date: fc.constantFrom('2026-10-03', '2026-10-17', '2026-10-31'),
    minutes: fc.integer({ min: 1, max: 60 }),
    callType: fc.constantFrom('national-fixed' as const, 'national-mobile' as const),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 6 }), async (calls) => {
      await billing.reset()
      await call(...calls)
      await runBilling(parts, OCTOBER)
      const minutes = calls.reduce((sum, each) => sum + each.minutes, 0)
      const charged = (await rows()).reduce((sum, row) => sum + row.chargeMicros, 0)
      expect(charged).toBe(minutes * (minutes < 100 ? 100_000 : 50_000))
      expect(await differences()).toEqual([])
    }),
    { numRuns: 5 },
  )
}, 60_000)

/** From now on the second tier costs `second`, as after an edit of the catalogue folder. */
function changeSecondTier(second: string): void {
  parts = billing.withCatalogue(`second-${second}`, withVolumeRate(billing.parts.catalogue, second))
}

async function billNovember() {
  billing.setNow('2026-12-01T08:00:00Z')
  const [invoice] = (await runBilling(parts, NOVEMBER)).invoices
  return invoice?.netMicros
}

test('a tier price that changes after October was closed puts nothing on November', async () => {
  await call(...twoHundredMinutes)
  await runBilling(parts, OCTOBER)
  changeSecondTier('0.04')
  billing.setNow('2026-12-01T08:00:00Z')
  for (const month of [OCTOBER, NOVEMBER]) {
    const found = await billCheck(parts, month)
    expect(found.filter(({ code }) => code === 'adjustment_due')).toEqual([])
  }
  await billNovember()
  expect(await adjustments()).toEqual(['national-fixed -4500000'])
  expect(await usageLines('2026-11')).toEqual([])
  expect(await differences()).toEqual([])
})

test('late usage of a closed period is settled by the catalogue that the period closed with', async () => {
  await call({ date: '2026-10-05', minutes: 110 })
  await runBilling(parts, OCTOBER)
  changeSecondTier('0.04')
  await call({ date: '2026-10-20', minutes: 10 }, { date: '2026-11-02', minutes: 120 })
  await billNovember()
  // Late, 10 minutes were rated at 0.04; October costs 0.05. November's 120 minutes cost 0.04.
  expect(await adjustments()).toEqual(['national-mobile 100000 late'])
  expect(await usageLines('2026-11')).toEqual([
    ['usage', 'national-mobile', 1, 4_800_000],
    ['late', 'national-mobile', 1, 500_000],
  ])
  expect(await differences()).toEqual([])
})

async function costs(): Promise<number> {
  return (await rows()).reduce((sum, row) => sum + row.chargeMicros, 0)
}

/** With the catalogue of now. */
async function rerateOctober(): Promise<void> {
  const { corrections } = rerateAccount({
    rows: await rows(),
    catalogue: parts.catalogue,
    directory: parts.directory,
    fromMs: Date.parse('2026-10-01'),
    toMs: Date.parse('2026-11-01'),
    order: 'recorded',
  })
  const ledger = createClickHouseLedger(billing.clickhouse)
  const { catalogueKey } = parts
  const run = { recordedMs: Date.parse('2026-11-20'), catalogueHash: catalogueKey, batchRowsMax: 9 }
  await recordCorrections(ledger, corrections, run)
}

test('who wants the new price for a closed period rates it again: then the rerate settles it', async () => {
  await call(...twoHundredMinutes)
  await runBilling(parts, OCTOBER)
  changeSecondTier('0.04')
  await rerateOctober()
  await billNovember()
  expect(await costs()).toBe(200 * 40_000)
  expect(await differences()).toEqual([])
  billing.setNow('2027-01-01T08:00:00Z')
  await runBilling(parts, { ...NOVEMBER, period: '2026-12' })
  expect(await adjustments()).toHaveLength(2)
})

test('a period that was rated again before it was closed stays with what it was closed by', async () => {
  await call(...twoHundredMinutes)
  changeSecondTier('0.03')
  await rerateOctober()
  changeSecondTier('0.04')
  await runBilling(parts, OCTOBER)
  expect(await costs()).toBe(200 * 40_000)
  await call({ date: '2026-11-02', minutes: 1 })
  await billNovember()
  expect(await costs()).toBe(200 * 40_000 + 100_000)
})

test('periods that a build before closed stay with what was recorded last before their cut-off', async () => {
  await call(...twoHundredMinutes)
  await runBilling(parts, OCTOBER)
  await parts.operations.execute('UPDATE billing_runs SET catalogue_key = NULL')
  changeSecondTier('0.04')
  await call({ date: '2026-11-02', minutes: 1 })
  await billNovember()
  expect(await adjustments()).toEqual(['national-fixed -4500000'])
  const runs = await parts.operations.query(
    'SELECT catalogue_key FROM billing_runs ORDER BY run_id',
    [],
    z.object({ catalogue_key: z.string() }).transform((row) => row.catalogue_key),
  )
  expect(runs).toEqual(['volume', 'second-0.04'])
})

test('what a build before settled again by a newer price is given back', async () => {
  await call(...twoHundredMinutes)
  await runBilling(parts, OCTOBER)
  await parts.operations.execute('UPDATE billing_runs SET catalogue_key = NULL')
  const wrong = (await rows()).find((row) => row.logSource === ADJUSTMENT_LOG)
  expect(wrong).toBeDefined()
  if (wrong === undefined) return
  // As that build recorded it with the run of November: 200 minutes at 0.0515 instead of 0.05.
  const late = { ...wrong, chargeMicros: micros(300_000), late: true }
  const adjusted = new Map([['second-0.0515', [late]]])
  const place = { source: ADJUSTMENT_LOG, partition: 2, lastOffset: 0 }
  expect(await parts.ledger.recordAdjustments(adjusted, wrong.recordedMs)).toEqual(place)
  changeSecondTier('0.0515')
  const [due] = (await billCheck(parts, NOVEMBER)).filter(({ code }) => code === 'adjustment_due')
  expect(due?.estimateMicros).toBe(-300_000)
})

test('a run that was stopped goes on with the catalogue that it began with', async () => {
  await call(...twoHundredMinutes)
  const stop = new AbortController()
  const all = { period: '2026-10' }
  const { signal } = stop
  const first = await runBilling(parts, { ...all, signal, onProgress: () => stop.abort() })
  const plans = new Map(
    [...parts.catalogue.plans].map(([id, plan]) => [id, { ...plan, monthlyFee: '99.00' }]),
  )
  const dearer = billing.withCatalogue('dearer', { ...parts.catalogue, plans })
  const rest = await runBilling(dearer, all)
  expect(rest.runId).toBe(first.runId)
  const net = rest.invoices.map(({ accountId, netMicros }) => [accountId, netMicros])
  const same = first.invoices[0]?.netMicros ?? 0
  expect(net).toEqual([
    ['zandbank', same - 10_000_000],
    ['zeegras', same - 10_000_000],
  ])
})

test('what credit paid stays paid after the credit has left the catalogue', async () => {
  const { catalogue } = parts
  const allowances = [
    createAllowance({ allowanceId: 'credit', unit: 'money', amount: 9_000_000 }),
    createAllowance({ allowanceId: 'free', amount: 600 }),
  ].map((each) => ({ ...each, callTypes: ['national-mobile'] }))
  const allowanceIds = allowances.map(({ allowanceId }) => allowanceId)
  const plans = [...catalogue.plans].map(([id, plan]) => [id, { ...plan, allowanceIds }] as const)
  parts = billing.withCatalogue('with-credit', {
    ...catalogue,
    plans: new Map(plans),
    allowances: new Map(allowances.map((each) => [each.allowanceId, each])),
  })
  // Ten minutes are free, and then eighty at 0.10: credit pays all of them.
  await call({ date: '2026-10-05', minutes: 5 }, { date: '2026-10-06', minutes: 85 })
  const paid = (await rows()).map((row) => [row.chargeMicros, row.takeQuantities])
  expect(paid).toEqual([
    [0, [300]],
    [0, [300, 8_000_000]],
  ])
  parts = billing.withCatalogue('without', catalogue)
  // Forty more take all to 0.05: 120 minutes cost 6.00, of which credit paid 8.00.
  await call({ date: '2026-10-20', minutes: 40 })
  expect((await rows()).map((row) => row.chargeMicros)).toEqual([0, 0, 2_000_000])
  await runBilling(parts, OCTOBER)
  expect(await adjustments()).toEqual(['national-mobile -2000000'])
  expect(await differences()).toEqual([])
})

/** Rows as builds before recorded them, which looked at no sum: at the rate of the calls, out of bundle. */
async function recordAbsurd(accountId: string, quantities: readonly string[]): Promise<void> {
  await billing.clickhouse.command(
    `INSERT INTO usage_ledger (log_source, log_partition, log_offset, recorded_at, entry_kind,
       entries, outcome, usage_id, account_id, subscription_id, partner_id, product, kind, call_type,
       started_at, period_start, quantity, out_of_bundle_quantity, charge, rate_id, catalogue_hash)
     SELECT 'files', 9999, number, now64(3), 'usage', 1, 'rated', concat('absurd-', toString(number)),
       {accountId:String}, concat({accountId:String}, '-0'), 'noorderlicht', 'mobile', 'voice',
       'national-mobile', toDateTime64('2026-10-05 12:00:00', 3, 'UTC'), toDate('2026-10-01'),
       quantity, quantity, toDecimal64('1', 6), 'calls', 'volume'
     FROM (SELECT number, toInt64({quantities:Array(String)}[number + 1]) AS quantity
       FROM numbers(length({quantities:Array(String)})))`,
    { accountId, quantities },
  )
}

test.each([
  { quantities: ['8000000000000000'], why: 'is not an exact count of micros' },
  { quantities: ['8000000000000000', '8000000000000000'], why: 'than can be counted exactly' },
])(
  'an old total of $quantities that cannot be settled holds up its own account only: $why',
  async ({ quantities, why }) => {
    const month = { period: '2026-10' }
    await call(...twoHundredMinutes)
    await recordAbsurd('zandbank', quantities)
    const check = await billCheck(parts, month)
    const text = expect.stringMatching(
      new RegExp(`volume rates cannot be settled: .*${why}`),
    ) as string
    const absurd = { code: 'amount_out_of_range', severity: 'error', subject: 'zandbank', text }
    expect(check.filter(({ code }) => code === 'amount_out_of_range')).toMatchObject([absurd])
    expect(check.map(({ code }) => code)).toContain('adjustment_due')

    const preview = await runBilling(parts, { ...month, preview: true })
    expect(preview.findings).toMatchObject([absurd])
    const stop = new AbortController()
    const stopped = { ...month, signal: stop.signal, onProgress: () => stop.abort() }
    const first = await runBilling(parts, stopped)
    expect(first.invoices.map(({ accountId }) => accountId)).toEqual(['duinzicht'])
    const rest = await runBilling(parts, month)
    expect(rest.findings).toMatchObject([absurd])
    expect(rest.invoices.map(({ accountId }) => accountId)).toEqual(['zeegras'])
    expect(await adjustments()).toEqual(['national-fixed -4500000'])
    expect(await differences()).toEqual([])

    billing.setNow('2026-12-01T08:00:00Z')
    const next = { period: '2026-11' }
    const unbilled = (await billCheck(parts, next)).filter(
      ({ code }) => code === 'period_not_billed',
    )
    expect(unbilled.map(({ subject }) => subject)).toEqual(['zandbank'])
  },
)

test('old sums that no invoice can hold hold up their own account only', async () => {
  await recordAbsurd('zandbank', ['8000000000000000', '8000000000000000'])
  await billing.clickhouse.command(
    `ALTER TABLE usage_ledger UPDATE rate_id = 'gone', charge = toDecimal64('9000000000', 6)
     WHERE account_id = 'zandbank' SETTINGS mutations_sync = 1`,
  )
  const report = await runBilling(parts, { period: '2026-10' })
  expect(report.findings).toMatchObject([
    { code: 'amount_out_of_range', severity: 'error', subject: 'zandbank' },
  ])
  expect(report.invoices.map(({ accountId }) => accountId)).toEqual(['duinzicht', 'zeegras'])
  billing.setNow('2026-12-01T08:00:00Z')
  const next = await billCheck(parts, { period: '2026-11' })
  const [unbilled] = next.filter(({ code }) => code === 'period_not_billed')
  expect(unbilled).toMatchObject({ subject: 'zandbank', estimateMicros: undefined })
  expect(unbilled?.text).toContain('usage of more euros than can be told exactly')
})

test('a plan that leaves the catalogue takes nothing back of months that were closed with it', async () => {
  await runBilling(parts, { ...OCTOBER, period: '2026-09' }) // Charges October ahead.
  await runBilling(parts, OCTOBER)
  await call({ date: '2026-11-02', minutes: 1200 })
  const plans = [...parts.catalogue.plans].map(([id, plan]) => {
    return [id, { ...plan, toMs: Date.parse('2026-10-10T00:00:00+02:00') }] as const
  })
  parts = billing.withCatalogue('later', { ...parts.catalogue, plans: new Map(plans) })
  await billNovember()
  const [summary] = await listInvoices(parts, { period: '2026-11' })
  const invoiceId = await findInvoiceId(parts.operations, summary?.number ?? '')
  const { invoice } = await storedInvoice(parts.operations, invoiceId)
  const days = invoice.recurringItems.map(({ fromDay, toDay, sign }) => {
    return `${sign} ${dayToIso(fromDay)}..${dayToIso(toDay)}`
  })
  // November was charged ahead and is not closed; October, which is, stays as it was billed.
  expect(new Set(days)).toEqual(new Set(['-1 2026-11-01..2026-12-01']))
})
