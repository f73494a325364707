/**
 * Figures at the end of a day: three months of two accounts, with numbers that can be added up by hand, and random
 * months in which opening and movement must be closing, and all of it what the ledger and the invoices say.
 */
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { closeFinance, financeAt, financeMovement } from '../src/app/finance/finance-at.ts'
import { journalOf } from '../src/app/finance/journal-of.ts'
import type { InvoiceSummary } from '../src/invoicing/run/billing.ts'
import { invoicesOf } from '../src/app/billing/invoice-archive.ts'
import { openFinanceParts } from '../src/app/finance/finance-parts.ts'
import { describeFigures, describeMovement } from '../src/cli/finance/finance-at-commands.ts'
import { dayFromIso, dayToIso } from '../src/core/time/period.ts'
import { sumMicros } from '../src/invoicing/build/vat.ts'
import { figuresAt } from '../src/finance/at/figures-at.ts'
import { readSnapshot } from '../src/finance/at/finance-snapshots.ts'
import { totalOf } from '../src/finance/at/sum-figures.ts'
import {
  CALL_MICROS,
  clockAt,
  openFinanceWorld,
  type FinanceWorld,
  type WorldCall,
} from './finance-world.ts'

const GUIDE_YAML =
  /## finance\.yaml[^]*?```yaml\n([^]*?)```/.exec(readFileSync('docs/finance.md', 'utf8'))?.[1] ??
  ''
const FINANCE_YAML = `
revenue:
  - { kind: recurring, account: "8000" }
  - { kind: [usage, premium], product: voip, subject: national-mobile, account: "8110" }
  - { account: "8999" }
`

async function closed(world: FinanceWorld, date: string, at: string): Promise<string> {
  const figures = await closeFinance(world.desk, dayFromIso(date), clockAt(at))
  expect(figures.untied).toEqual([])
  return describeFigures(figures, 'account')
}

async function moved(world: FinanceWorld, from: string, to: string, at: string): Promise<string> {
  const question = { fromDay: dayFromIso(from), toDay: dayFromIso(to), by: 'account' } as const
  const report = await financeMovement(world.desk, question, clockAt(at))
  expect(report.untied).toEqual([])
  return describeMovement(report)
}

function call(accountId: string, day: string): WorldCall {
  return { accountId, start: `${day} 10:00:00` }
}

test('three months by hand: what was rated, billed late and billed ahead, and how each month came from the one before', async () => {
  await using world = await openFinanceWorld({
    accounts: [
      { id: 'first', anchorDay: 1, plan: 'voip-basic' },
      { id: 'mid', anchorDay: 15, plan: 'voip-basic' },
    ],
    financeYaml: FINANCE_YAML,
  })
  await world.bill('2026-09', '2026-10-02T08:00Z')
  await world.ingest('2026-10-06T08:00Z', [
    ...['2026-10-05', '2026-10-05', '2026-10-05'].map((day) => call('first', day)),
    call('mid', '2026-10-05'),
  ])
  await world.bill('2026-09', '2026-10-16T08:00Z')
  await world.ingest('2026-10-21T08:00Z', [call('mid', '2026-10-20')])
  const said = [await closed(world, '2026-10-31', '2026-11-01T08:00Z')]
  const october = await financeAt(world.desk, dayFromIso('2026-10-31'))

  await world.bill('2026-10', '2026-11-02T08:00Z')
  await world.ingest('2026-11-10T08:00Z', [
    call('first', '2026-10-10'),
    call('first', '2026-11-09'),
    call('mid', '2026-11-09'),
  ])
  await world.bill('2026-10', '2026-11-16T08:00Z')
  said.push(await closed(world, '2026-11-30', '2026-12-01T08:00Z'))
  said.push(await moved(world, '2026-10-31', '2026-11-30', '2026-12-01T08:00Z'))

  await world.bill('2026-11', '2026-12-02T08:00Z')
  await world.bill('2026-11', '2026-12-16T08:00Z')
  said.push(await closed(world, '2026-12-31', '2027-01-01T08:00Z'))
  said.push(await moved(world, '2026-11-30', '2026-12-31', '2027-01-01T08:00Z'))
  await expect(`${said.join('\n\n').replaceAll(/closed \S+/g, 'closed')}\n`).toMatchFileSnapshot(
    '../fixtures/finance/three-months.txt',
  )

  // October stays as it was closed, though a call of it came since.
  expect(await financeAt(world.desk, dayFromIso('2026-10-31'))).toEqual(october)
  const again = await closeFinance(
    world.desk,
    dayFromIso('2026-10-31'),
    clockAt('2027-01-01T08:00Z'),
  )
  expect(again).toEqual({ ...october, isNew: false })
  expect(october.figures.map(({ ledgerAccount }) => ledgerAccount)).toEqual([
    '8000',
    '8110',
    '8000',
    '8110',
  ])
}, 180_000)

test('a day that has not ended cannot be closed, and a movement begins with a day that was', async () => {
  await using world = await openFinanceWorld({
    accounts: [{ id: 'first', anchorDay: 1, plan: 'voip-basic' }],
  })
  const [day, next] = [dayFromIso('2026-10-31'), dayFromIso('2026-11-30')]
  const evening = clockAt('2026-10-31T22:59Z')
  await expect(closeFinance(world.desk, day, evening)).rejects.toMatchObject({
    code: 'usage_error',
  })
  await expect(financeAt(world.desk, day, {}, evening)).rejects.toMatchObject({
    code: 'usage_error',
  })
  const question = { fromDay: day, toDay: next, by: 'account' } as const
  await expect(financeMovement(world.desk, question)).rejects.toMatchObject({ code: 'not_found' })
}, 60_000)

const DAY_MS = 86_400_000
const FIRST_DAY = dayFromIso('2026-10-01')
const LAST_DAY = dayFromIso('2026-12-31')

const anyAccount = fc.record({
  anchorDay: fc.integer({ min: 1, max: 28 }),
  plan: fc.constantFrom('voip-basic', 'voip-flat'),
  activatedDay: fc.integer({ min: FIRST_DAY - 40, max: FIRST_DAY + 40 }),
})
type Step =
  | { readonly do: 'call'; readonly account: number; readonly daysAgo: number }
  | { readonly do: 'bill' | 'close' }
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      account: fc.nat(2),
      daysAgo: fc.nat(45),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('bill' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('close' as const) }) },
)
const anyScript = fc.array(fc.record({ days: fc.integer({ min: 1, max: 12 }), step: anyStep }), {
  minLength: 8,
  maxLength: 16,
})

test('random months: each day that is closed ties to ledger and invoices, stays, and follows from the one before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyAccount, { minLength: 3, maxLength: 3 }),
      anyScript,
      async (accounts, script) => {
        await using world = await openFinanceWorld({
          financeYaml: GUIDE_YAML,
          accounts: accounts.map(({ anchorDay, plan, activatedDay }, index) => ({
            id: `A${index}`,
            anchorDay,
            plan,
            activated: dayToIso(activatedDay),
          })),
        })
        const activated = accounts.map(({ activatedDay }) => activatedDay)
        const days = await play(world, script, activated)
        await holdTogether(world, days)
      },
    ),
    { numRuns: 2, endOnFailure: true }, // A run takes seconds: a seed is enough to see it again.
  )
}, 300_000)

/** Days that were closed, ascending, each with the calls that were known then. */
async function play(
  world: FinanceWorld,
  script: readonly { readonly days: number; readonly step: Step }[],
  activated: readonly number[],
): Promise<{ day: number; callsCount: number }[]> {
  const closedDays: { day: number; callsCount: number }[] = []
  const calls: number[] = []
  let today = FIRST_DAY + 10
  for (const { days, step } of script) {
    today = Math.min(today + days, LAST_DAY + 60)
    const at = new Date(today * DAY_MS + 8 * 3_600_000).toISOString()
    if (step.do === 'call') {
      const day = Math.max(today - 1 - step.daysAgo, activated[step.account] ?? 0)
      if (day >= today) continue // Nobody uses a line that has not begun.
      await world.ingest(at, [
        { accountId: `A${step.account}`, start: `${dayToIso(day)} 10:00:00` },
      ])
      calls.push(day)
    } else if (step.do === 'bill') {
      for (const period of ['2026-09', '2026-10', '2026-11', '2026-12']) {
        await world.bill(period, at)
      }
    } else {
      const day = today - 1
      await closeFinance(world.desk, day, clockAt(at))
      closedDays.push({ day, callsCount: calls.filter((start) => start <= day).length })
    }
  }
  return closedDays
}

async function holdTogether(
  world: FinanceWorld,
  days: readonly { day: number; callsCount: number }[],
): Promise<void> {
  const later = clockAt('2027-06-01T08:00Z')
  const parts = await openFinanceParts(world.desk, later)
  const invoices = await invoicesOf(world.desk, {})
  if (invoices.length > 0) await journalTies(world, invoices)
  for (const [index, { day, callsCount }] of days.entries()) {
    const shown = await financeAt(world.desk, day)
    expect(shown.untied).toEqual([])
    // Of the ledger: every call that was known costs the same, on both plans.
    expect(totalOf(shown.figures, 'usedMicros') % CALL_MICROS).toBe(0)
    expect(totalOf(shown.figures, 'usedMicros')).toBeLessThanOrEqual(callsCount * CALL_MICROS)
    // Of the invoices: to the cent what was issued.
    const issued = invoices.filter(({ issueDay }) => issueDay <= day)
    expect(totalOf(shown.figures, 'invoicedMicros')).toBe(
      sumMicros(issued.map(({ netMicros }) => netMicros)),
    )
    // Once more at the same position, though more rows and invoices came: the same to the micro.
    const snapshot = await readSnapshot(parts.operations, day)
    if (snapshot === undefined) throw new Error('it was closed')
    const again = await figuresAt(parts, snapshot)
    expect(again.figures).toEqual(snapshot.figures)
    const before = days[index - 1]
    if (before === undefined || before.day === day) continue
    for (const by of ['account', 'kind'] as const) {
      const question = { fromDay: before.day, toDay: day, by }
      const report = await financeMovement(world.desk, question, later)
      expect(report.untied).toEqual([])
      const earned = sumMicros(report.rows.map((row) => row.earnedMicros))
      const grown = (
        name: 'invoicedMicros' | 'unbilledMicros' | 'lateMicros' | 'dueMicros' | 'deferredMicros',
        of: typeof shown,
      ) => totalOf(of.figures, name)
      const opening = await financeAt(world.desk, before.day)
      const recognised = (of: typeof shown) =>
        grown('invoicedMicros', of) +
        grown('unbilledMicros', of) +
        grown('lateMicros', of) +
        grown('dueMicros', of) -
        grown('deferredMicros', of)
      expect(earned).toBe(recognised(shown) - recognised(opening))
    }
  }
}

/** Debit is credit in each entry, each part of revenue is of one month, and Σ is that of the documents. */
async function journalTies(
  world: FinanceWorld,
  documents: readonly InvoiceSummary[],
): Promise<void> {
  const all = { fromDay: FIRST_DAY - 100, untilDay: LAST_DAY + 100 }
  const { entries } = await journalOf(world.desk, all)
  const lines = entries.flatMap((entry) => entry.lines)
  for (const entry of entries) {
    expect(sumMicros(entry.lines.map(({ amountMicros }) => amountMicros))).toBe(0)
  }
  const revenue = lines.filter(({ what }) => what === 'revenue')
  for (const { serviceFromDay, serviceToDay } of revenue) {
    expect(dayToIso(serviceFromDay).slice(0, 7)).toBe(dayToIso(serviceToDay).slice(0, 7))
  }
  expect(0 - sumMicros(revenue.map(({ amountMicros }) => amountMicros))).toBe(
    sumMicros(documents.map(({ netMicros }) => netMicros)),
  )
  const receivables = lines.filter(({ what }) => what === 'receivable')
  expect(sumMicros(receivables.map(({ amountMicros }) => amountMicros))).toBe(
    sumMicros(documents.map(({ grossMicros }) => grossMicros)),
  )
}
