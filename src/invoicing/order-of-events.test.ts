/**
 * Whatever happens in whatever order, with bill runs between: in the end the account owes the same, and exactly
 * what the ledger, its fees and its one-off charges come to. Over real stores.
 */
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openInventedBilling, type InventedBilling } from '../../test/doubles/invented-billing.ts'
import { z } from 'zod'
import { exactInteger, queryText } from '../ledger/engine/query-file.ts'
import { micros, type Micros } from '../core/money/money.ts'
import { sumMicros } from './build/vat.ts'
import { reissueInvoice } from './credit/reissue-invoice.ts'
import type { Invoice } from './invoice-model.ts'
import { owedMicros } from './owed-micros.ts'
import type { BillingParts } from './run/billing.ts'
import { runBilling } from './run/run-billing.ts'
import { findInvoiceId, listInvoices } from './store/list-invoices.ts'
import { storedInvoice } from './store/stored-invoice.ts'
import { verifyInvoices } from './verify/verify-invoices.ts'

const ACCOUNT = 'zandbank'
const MONTHS = ['2026-10', '2026-11', '2026-12', '2027-01', '2027-02'] as const
/** Shares of it by days are whole cents in months of 30 and of 31 days. */
const FEE = '27.90'

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
afterAll(() => billing[Symbol.asyncDispose]())

type Event =
  | { readonly do: 'use'; readonly date: string; readonly chargeMicros: number }
  | { readonly do: 'charge'; readonly date: string; readonly cents: number }
  | { readonly do: 'end'; readonly day: number }
  | { readonly do: 'reissue'; readonly which: number }

const date = fc
  .tuple(fc.constantFrom('2026-10', '2026-11', '2026-12'), fc.integer({ min: 1, max: 28 }))
  .map(([month, day]) => `${month}-${String(day).padStart(2, '0')}`)
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    do: fc.constant('use' as const),
    date,
    chargeMicros: fc.integer({ min: 1, max: 9_999_999 }),
  }),
  fc.record({
    do: fc.constant('charge' as const),
    date,
    cents: fc.integer({ min: -900, max: 900 }).filter((cents) => cents !== 0),
  }),
  fc.record({ do: fc.constant('reissue' as const), which: fc.nat(9) }),
)

/** The same events twice, each time in an order of its own, and after how many of them each month is billed. */
const twoOrders = fc
  .tuple(
    fc.array(anyEvent, { minLength: 3, maxLength: 8 }),
    fc.option(fc.integer({ min: 1, max: 60 })),
  )
  .chain(([events, endsAfter]) => {
    const all: Event[] = endsAfter === null ? events : [...events, { do: 'end', day: endsAfter }]
    const order = fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })
    const runs = fc
      .array(fc.nat(all.length), { minLength: MONTHS.length - 1, maxLength: MONTHS.length - 1 })
      .map((places) => places.toSorted((left, right) => left - right))
    return fc.tuple(fc.tuple(order, runs), fc.tuple(order, runs))
  })

test('any order of events and bill runs ends in the same sum, which is that of ledger, fees and charges', async () => {
  await fc.assert(
    fc.asyncProperty(twoOrders, async ([one, other]) => {
      const first = await live(...one)
      const second = await live(...other)
      expect(second).toEqual(first)
    }),
    { numRuns: 3 },
  )
}, 300_000)

/** Exact micros of what the account owes in the end, by what it is for. */
async function live(events: readonly Event[], runs: readonly number[]) {
  await billing.reset()
  await billing.parts.operations.execute('DELETE FROM one_off_charges')
  const state = { parts: partsWith(Infinity), usages: 0, billed: 0 }
  const billNext = async () => {
    const period = MONTHS[state.billed]
    if (period === undefined) throw new Error('there is no such month')
    state.billed += 1
    billing.setNow(`${MONTHS[state.billed] ?? '2027-03'}-02T08:00:00Z`)
    const { findings } = await runBilling(state.parts, { period, accounts: [ACCOUNT] })
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  }
  for (const [place, event] of events.entries()) {
    while ((runs[state.billed] ?? Infinity) <= place) await billNext()
    await happen(event, state)
  }
  while (state.billed < MONTHS.length) await billNext()
  expect((await verifyInvoices(state.parts)).findings).toEqual([])
  const sums = await sumsOf(state.parts)
  expect(sums['usage']).toBe(await ledgerMicros())
  expect(sums['one-off']).toBe(
    sumMicros(events.map((event) => micros(event.do === 'charge' ? event.cents * 10_000 : 0))),
  )
  return sums
}

async function happen(event: Event, state: { parts: BillingParts; usages: number }) {
  switch (event.do) {
    case 'use':
      return billing.record({
        accountId: ACCOUNT,
        subscriptionId: `${ACCOUNT}-0`,
        partition: 1,
        offset: state.usages++,
        date: event.date,
        charge: (event.chargeMicros / 1e6).toFixed(6),
      })
    case 'charge':
      return billing.parts.operations.execute(
        `INSERT INTO one_off_charges (charge_id, account_id, at_ms, description, amount_micros)
         SELECT 'charge-' || count(*), $1, $2, 'Werk', $3 FROM one_off_charges`,
        [ACCOUNT, Date.parse(`${event.date}T10:00:00Z`), event.cents * 10_000],
      )
    case 'end':
      state.parts = partsWith(Date.parse('2026-10-01T00:00+02:00') + event.day * 86_400_000)
      return undefined
    case 'reissue': {
      const standing = (await listInvoices(state.parts)).filter(
        ({ kind, status, number }) => kind === 'invoice' && status !== 'credited' && number !== '',
      )
      const { number } = standing[event.which % Math.max(1, standing.length)] ?? {}
      if (number !== undefined) await reissueInvoice(state.parts, { number, reason: 'Anew' })
      return undefined
    }
    default:
      throw new Error('no such event')
  }
}

function partsWith(terminatedMs: number): BillingParts {
  const { catalogue, directory } = billing.parts
  const plans = new Map(
    [...catalogue.plans].map(([id, plan]) => [
      id,
      { ...plan, monthlyFee: FEE, activationFee: '0' },
    ]),
  )
  const accounts = new Map(
    [...directory.accounts].map(([id, each]) => [id, { ...each, discounts: [] }]),
  )
  const subscriptions = directory.subscriptions.map((each) => ({ ...each, terminatedMs }))
  const parts = billing.withCatalogue('fee', { ...catalogue, plans })
  return { ...parts, directory: { ...directory, accounts, subscriptions } }
}

const SECTIONS: Readonly<Record<string, string>> = { late: 'usage', correction: 'usage' }

async function sumsOf({ operations, ...parts }: BillingParts): Promise<Record<string, Micros>> {
  const sums: Record<string, Micros> = {
    usage: micros(0),
    recurring: micros(0),
    'one-off': micros(0),
  }
  for (const { number } of await listInvoices({ operations, ...parts })) {
    if (number === '') continue
    const { invoice } = await storedInvoice(operations, await findInvoiceId(operations, number))
    expectWhole(invoice)
    for (const line of invoice.lines) {
      const section = SECTIONS[line.section] ?? line.section
      sums[section] = micros((sums[section] ?? 0) + owedMicros(invoice, line.exactMicros))
    }
  }
  return sums
}

function expectWhole({ lines, vat, totals }: Invoice): void {
  expect(totals.netMicros).toBe(sumMicros(lines.map((line) => line.amountMicros)))
  expect(totals.grossMicros).toBe(totals.netMicros + sumMicros(vat.map((row) => row.vatMicros)))
}

const chargesQuery = queryText()(
  'sum-of-charges',
  'SELECT toInt64(sum(charge) * 1000000) AS sum FROM usage_ledger',
  z.object({ sum: exactInteger }),
)

async function ledgerMicros(): Promise<number> {
  const [row] = await billing.clickhouse.query(chargesQuery, {})
  return row?.sum ?? 0
}
