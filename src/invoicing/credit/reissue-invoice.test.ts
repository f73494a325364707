/** `tik bill credit --reissue` over real stores: what is made anew, and what later months make of it. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import type { Account } from '../../core/accounts/accounts.ts'
import { micros } from '../../core/money/money.ts'
import type { BillingParts } from '../run/billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { invoiceCdrs } from '../store/invoice-cdrs.ts'
import { findInvoiceId, listInvoices } from '../store/list-invoices.ts'
import { storedInvoice } from '../store/stored-invoice.ts'
import { verifyInvoices } from '../verify/verify-invoices.ts'
import { creditInvoice } from './credit-invoice.ts'
import { reissueInvoice } from './reissue-invoice.ts'

const ACCOUNT = 'zandbank'
const REASON = 'Verkeerd adres'

vi.setConfig({ testTimeout: 120_000 }) // Some bill several months, each with its documents.

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

interface World {
  readonly account?: Partial<Account>
  /** Fee of every plan. */
  readonly fee?: string
  /** When all its subscriptions end. */
  readonly endedMs?: number
}

function partsOf({ account, fee, endedMs = Infinity }: World): BillingParts {
  const { catalogue } = billing.parts
  const plans = new Map(
    [...catalogue.plans].map(([id, plan]) => [
      id,
      { ...plan, monthlyFee: fee ?? plan.monthlyFee, activationFee: '0' },
    ]),
  )
  const parts = billing.withCatalogue(`fee-${fee ?? 'first'}`, { ...catalogue, plans })
  const { directory } = parts
  const accounts = new Map(
    [...directory.accounts].map(([id, each]) => [id, { ...each, discounts: [], ...account }]),
  )
  for (const [id, each] of accounts) accounts.set(id, { ...each, accountId: id })
  const subscriptions = directory.subscriptions.map((each) => ({ ...each, terminatedMs: endedMs }))
  return { ...parts, directory: { ...directory, accounts, subscriptions } }
}

async function bill(parts: BillingParts, period: string, now: string): Promise<string> {
  billing.setNow(now)
  const report = await runBilling(parts, { period, accounts: [ACCOUNT] })
  expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([])
  return report.invoices[0]?.number ?? ''
}

async function use(offset: number, date: string, charge: string): Promise<void> {
  const subscriptionId = `${ACCOUNT}-0`
  await billing.record({ accountId: ACCOUNT, subscriptionId, partition: 1, offset, date, charge })
}

async function stored(number: string) {
  const { operations } = billing.parts
  return (await storedInvoice(operations, await findInvoiceId(operations, number))).invoice
}

async function owedCents(): Promise<number> {
  const all = await listInvoices(billing.parts)
  return all.reduce((sum, { netMicros }) => sum + netMicros, 0) / 10_000
}

const findings = async () => (await verifyInvoices(billing.parts)).findings

test('an invoice is credited whole and made anew of the same rows, with the account as it is today', async () => {
  await use(0, '2026-10-03', '1.50')
  const number = await bill(partsOf({}), '2026-10', '2026-11-02T08:00Z')
  await use(1, '2026-10-04', '9.00') // Late: it is of the next invoice.
  billing.setNow('2026-11-20T08:00Z')
  const party = {
    ...([...billing.parts.directory.accounts.values()][0]?.party ?? never()),
    legalName: 'Zandbank Zorg',
  }
  const today = partsOf({ account: { party, purchaseOrder: 'PO-9' }, fee: '20.00' })
  const outcome = await reissueInvoice(today, { number, reason: REASON })
  expect(outcome.creditNote).toMatchObject({ number: '2026-00000002', corrects: [{ number }] })
  expect(outcome.reissued).toMatchObject({
    kind: 'invoice',
    number: '2026-00000003',
    purchaseOrder: 'PO-9',
    replaces: { number },
    period: { label: '2026-10' },
    totals: { netMicros: 41_500_000 }, // Two fees of 20.00, corrected, and the usage of before.
  })
  expect(outcome.reissued.customer.party.legalName).toBe('Zandbank Zorg')
  expect(outcome.files.map((path) => path.split('/').at(-1))).toEqual([
    '2026-00000002-zandbank.pdf',
    '2026-00000002-zandbank-ubl.xml',
    '2026-00000003-zandbank.pdf',
    '2026-00000003-zandbank-ubl.xml',
    '2026-00000003-zandbank-cdrs.csv',
  ])
  const rows = (await Array.fromAsync(invoiceCdrs(billing.parts, '2026-00000003'))).flat()
  expect(rows.map(({ chargeMicros }) => chargeMicros)).toEqual([1_500_000])
  const all = await listInvoices(billing.parts)
  expect(all.map((each) => [each.number, each.corrects, each.status])).toEqual([
    ['2026-00000003', number, 'finalised'],
    ['2026-00000002', number, 'finalised'],
    [number, '', 'credited'],
  ])
  expect(await findings()).toEqual([])

  await bill(today, '2026-11', '2026-12-02T08:00Z')
  const [november] = await listInvoices(billing.parts)
  // Fees of December and the late usage; what the invoice of before charged is neither taken back nor missed.
  expect(november?.netMicros).toBe(49_000_000)
  expect(await findings()).toEqual([])
})

test('one that is reissued is not reissued again, but its successor is', async () => {
  const number = await bill(partsOf({}), '2026-10', '2026-11-02T08:00Z')
  const { reissued } = await reissueInvoice(partsOf({}), { number, reason: REASON })
  await expect(reissueInvoice(partsOf({}), { number, reason: REASON })).rejects.toMatchObject({
    code: 'credit_refused',
    message: `invoice ${number} is reissued already, as ${reissued.number}`,
  })
  const again = await reissueInvoice(partsOf({}), { number: reissued.number, reason: REASON })
  expect(again.reissued).toMatchObject({
    number: '2026-00000005',
    replaces: { number: reissued.number },
  })
  expect(await owedCents()).toBe(3_500)
  expect(await findings()).toEqual([])
})

test('an invoice that was credited whole before is only made anew', async () => {
  const number = await bill(partsOf({}), '2026-10', '2026-11-02T08:00Z')
  await creditInvoice(partsOf({}), { number, wish: { what: 'whole' }, reason: REASON })
  const dry = await reissueInvoice(partsOf({}), { number, reason: REASON, dryRun: true })
  const done = await reissueInvoice(partsOf({}), { number, reason: REASON })
  const { original, creditNote, reissued } = done
  expect(creditNote).toBeUndefined()
  expect(original).toEqual({ number, status: 'credited' })
  expect(dry.creditNote).toBeUndefined()
  expect(reissued.number).toBe('2026-00000003')
  expect(await owedCents()).toBe(3_500)
})

test('the documents of one that was stopped are written by the next call, though that is refused', async () => {
  await use(0, '2026-10-03', '1.50')
  const number = await bill(partsOf({}), '2026-10', '2026-11-02T08:00Z')
  const { operations } = billing.parts
  let hasStored = false
  const dying: BillingParts = {
    ...partsOf({}),
    operations: {
      ...operations,
      transaction: async (work) => {
        const result = await operations.transaction(work)
        hasStored = true
        return result
      },
      query: (sql, values, row) => {
        if (hasStored && sql.includes('FROM invoice_documents')) throw new Error('killed')
        return operations.query(sql, values, row)
      },
    },
  }
  await expect(reissueInvoice(dying, { number, reason: REASON })).rejects.toThrow('killed')
  await billing.clickhouse.command('TRUNCATE TABLE billing_cut_offs') // As a ledger that was made anew.
  await expect(reissueInvoice(partsOf({}), { number, reason: REASON })).rejects.toMatchObject({
    code: 'credit_refused',
  })
  const all = await listInvoices(billing.parts)
  expect(all.map(({ documents }) => documents.length)).toEqual([3, 2, 3])
  const cdrs = all[0]?.documents.find(({ kind }) => kind === 'cdrs')?.path ?? ''
  expect(readFileSync(cdrs, 'utf8').trimEnd().split('\r\n')).toHaveLength(2)
})

test('an account that is billed elsewhere again and again is given up after three tries', async () => {
  const number = await bill(partsOf({}), '2026-10', '2026-11-02T08:00Z')
  const parts = partsOf({})
  let tries = 0
  let catalogues = 0
  const busy: BillingParts = {
    ...parts,
    keepCatalogue: () => {
      catalogues += 1
      return Promise.resolve()
    },
    operations: {
      ...parts.operations,
      transaction: async (work) => {
        tries += 1
        // What another command billed meanwhile, and what that made of the history.
        await bill(partsOf({}), MONTHS[tries] ?? '', `${MONTHS[tries + 1] ?? ''}-02T08:00Z`)
        return parts.operations.transaction(work)
      },
    },
  }
  await expect(reissueInvoice(busy, { number, reason: REASON })).rejects.toMatchObject({
    code: 'operations_conflict',
    hint: 'run it again when the other command is done',
  })
  expect([tries, catalogues]).toEqual([3, 1])
  expect(await listInvoices(billing.parts)).toHaveLength(4)
})

test('a one-off charge is on what is made anew, and that of another account is not', async () => {
  const { operations } = billing.parts
  for (const accountId of [ACCOUNT, 'zeegras']) {
    await operations.execute(
      `INSERT INTO one_off_charges (charge_id, account_id, at_ms, description, amount_micros)
       VALUES ($1, $1, $2, 'Simwissel', 5000000)`,
      [accountId, Date.parse('2026-10-14T09:00Z')],
    )
  }
  const number = await bill(partsOf({}), '2026-10', '2026-11-02T08:00Z')
  const { reissued } = await reissueInvoice(partsOf({}), { number, reason: REASON })
  expect(reissued.oneOffChargeIds).toEqual([ACCOUNT])
  await billing.reset()
  await operations.execute('TRUNCATE one_off_charges CASCADE')
})

test('what is made anew is read up to the cut-off of before, also where the ledger has lost that', async () => {
  await use(0, '2026-10-03', '1.50')
  const number = await bill(partsOf({}), '2026-10', '2026-11-02T08:00Z')
  await billing.clickhouse.command('TRUNCATE TABLE billing_cut_offs')
  const { reissued } = await reissueInvoice(partsOf({}), { number, reason: REASON })
  expect(reissued.totals.netMicros).toBe(36_500_000)
})

test('that no e-invoice can be made of it is said', async () => {
  const number = await bill(partsOf({}), '2026-10', '2026-11-02T08:00Z')
  const { party } = [...billing.parts.directory.accounts.values()][0] ?? never()
  const unknown = partsOf({
    account: { party: { ...party, registrationNumber: '', vatId: 'NL12' } },
  })
  const { findings: found } = await reissueInvoice(unknown, { number, reason: REASON })
  expect(found.map(({ code }) => code)).toEqual(['e_invoice_incomplete'])
})

test('a dry run says both documents and stores none', async () => {
  const number = await bill(partsOf({}), '2026-10', '2026-11-02T08:00Z')
  const dry = await reissueInvoice(partsOf({ fee: '20.00' }), {
    number,
    reason: REASON,
    dryRun: true,
  })
  expect([dry.creditNote?.totals.netMicros, dry.reissued.totals.netMicros]).toEqual([
    35_000_000, 40_000_000,
  ])
  expect(dry.original).toEqual({ number, status: 'credited' })
  expect(await listInvoices(billing.parts)).toHaveLength(1)
})

test('what a later invoice took back stays taken back: an end that was entered between', async () => {
  const end = { endedMs: Date.parse('2026-11-16T00:00+01:00') }
  const october = await bill(partsOf({}), '2026-10', '2026-11-02T08:00Z') // November in advance: 35.00.
  await bill(partsOf(end), '2026-11', '2026-12-02T08:00Z') // Half of it back.
  expect(await owedCents()).toBe(1_750)
  await reissueInvoice(partsOf(end), { number: october, reason: REASON })
  expect(await owedCents()).toBe(1_750)
  await bill(partsOf(end), '2026-12', '2027-01-02T08:00Z')
  expect(await owedCents()).toBe(1_750)
  expect(await findings()).toEqual([])
})

test('two at once make it anew once, and one that meets a bill run is built again', async () => {
  const number = await bill(partsOf({}), '2026-10', '2026-11-02T08:00Z')
  billing.setNow('2026-12-02T08:00Z')
  const order = { number, reason: REASON }
  const results = await Promise.allSettled([
    reissueInvoice(partsOf({}), order),
    reissueInvoice(partsOf({}), order),
    runBilling(partsOf({}), { period: '2026-11', accounts: [ACCOUNT] }),
  ])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(await owedCents()).toBe(7_000)
  expect(await findings()).toEqual([])
})

test('one that cannot be billed today is left as it is', async () => {
  const number = await bill(partsOf({}), '2026-10', '2026-11-02T08:00Z')
  const { party } = [...billing.parts.directory.accounts.values()][0] ?? never()
  const nameless = partsOf({ account: { party: { ...party, legalName: '' } } })
  await expect(reissueInvoice(nameless, { number, reason: REASON })).rejects.toMatchObject({
    code: 'invoice_invalid',
    hint: 'mend the accounts document; nothing was credited',
  })
  expect(await listInvoices(billing.parts)).toMatchObject([{ number, status: 'finalised' }])
})

type Step =
  | { readonly do: 'reissue' | 'credit'; readonly which: number }
  | { readonly do: 'bill' | 'end' | 'use' }

/** Whole months and whole cents, so that nothing depends on how a sum is cut in lines. */
test('in whatever order months are billed, reissued and ended, what is owed is the same', async () => {
  const step = fc.oneof(
    fc.constantFrom<Step>({ do: 'bill' }, { do: 'bill' }, { do: 'end' }, { do: 'use' }),
    fc.record({ do: fc.constantFrom('reissue' as const, 'credit' as const), which: fc.nat(9) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), async (steps) => {
      await billing.reset()
      const state = await follow(steps)
      expect(await findings()).toEqual([])
      expect(await owedCents()).toBe(state.expectedCents)
    }),
    { numRuns: 6 },
  )
}, 300_000)

const MONTHS = ['2026-10', '2026-11', '2026-12', '2027-01', '2027-02'] as const
const FEES_CENTS = 3_500

/** Every month that was begun is billed at the end, and one more that settles. */
async function follow(steps: readonly Step[]): Promise<{ expectedCents: number }> {
  let billed = 0
  let usedCents = 0
  let usages = 0
  let endsAfter = Infinity // Months with fees, October the first, when an end was entered.
  let parts = partsOf({})
  const billNext = async (): Promise<void> => {
    const period = MONTHS[billed]
    if (period === undefined) return
    billed += 1
    const after = MONTHS[billed] ?? '2027-03'
    await bill(parts, period, `${after}-02T08:00Z`)
  }
  for (const each of [...steps.slice(0, 9), { do: 'bill' } as const]) {
    if (each.do === 'bill') await billNext()
    if (each.do === 'use') {
      await use(usages++, '2026-10-05', '1.25')
      usedCents += 125
    }
    if (each.do === 'end' && endsAfter === Infinity && billed > 0) {
      endsAfter = Math.max(0, billed - 1) // From the first day of the month that was billed last on.
      const from = MONTHS[billed - 1] ?? ''
      parts = partsOf({ endedMs: Date.parse(`${from}-01T00:00+01:00`) })
    }
    if (each.do === 'reissue') await reissueSome(parts, each.which)
    if (each.do === 'credit') await creditAndReissue(parts, each.which)
  }
  while (billed < MONTHS.length) await billNext()
  // The first invoice has the fees of November in advance; those of October are who billed before's.
  const feeMonths = Math.max(0, Math.min(MONTHS.length + 1, endsAfter) - 1)
  return { expectedCents: feeMonths * FEES_CENTS + usedCents }
}

async function standing(): Promise<string[]> {
  const all = await listInvoices(billing.parts)
  return all
    .filter(
      ({ kind, status, number }) => kind === 'invoice' && status !== 'credited' && number !== '',
    )
    .map(({ number }) => number)
}

async function reissueSome(parts: BillingParts, which: number): Promise<void> {
  const numbers = await standing()
  const number = numbers[which % Math.max(1, numbers.length)]
  if (number !== undefined) await reissueInvoice(parts, { number, reason: REASON })
}

/** A part, then the rest and anew: the part is of the invoice that is no more. */
async function creditAndReissue(parts: BillingParts, which: number): Promise<void> {
  const numbers = await standing()
  const number = numbers[which % Math.max(1, numbers.length)]
  if (number === undefined) return
  const invoice = await stored(number)
  const line = invoice.lines.find(({ amountMicros }) => amountMicros > 10_000)
  if (line !== undefined) {
    const wish = { what: 'amount', netMicros: micros(10_000), lineNumber: line.lineNumber } as const
    await creditInvoice(parts, { number, wish, reason: REASON })
  }
  await reissueInvoice(parts, { number, reason: REASON })
}

function never(): never {
  throw new Error('there is an account')
}
