/** Activation fees through bill runs: moved, billed in an odd order, and as a build before left them. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Plan } from '../catalogue/catalogue.ts'
import { addMicros, micros, microsToDecimal, type Micros } from '../core/money/money.ts'
import { openInventedBilling, type InventedBilling } from '../../test/doubles/invented-billing.ts'
import { invoiceTotals, vatSubtotals, taxOfLine } from './build/vat.ts'
import { cutOffPublisher } from './ledger/cut-off-publisher.ts'
import type { Invoice } from './invoice-model.ts'
import type { BillingParts } from './run/billing.ts'
import { billingScope } from './run/billing-scope.ts'
import { prepareInvoices } from './run/prepare-invoice.ts'
import { runBilling } from './run/run-billing.ts'
import { openRun } from './store/billing-runs.ts'
import { finaliseInvoices } from './store/invoice-store.ts'
import { findInvoiceId, listInvoices } from './store/list-invoices.ts'
import { storedInvoice } from './store/stored-invoice.ts'
import { verifyInvoices } from './verify/verify-invoices.ts'

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

const ACCOUNTS = ['zeegras']

/** One SIM, activated then, of a plan with this activation fee. */
function oneSim(activated: string, activationFee: string): BillingParts {
  const { catalogue } = billing.parts
  const withFee = (plan: Plan): Plan => ({ ...plan, monthlyFee: '40.00', activationFee })
  const plans = new Map([...catalogue.plans].map(([id, plan]) => [id, withFee(plan)]))
  const parts = billing.withCatalogue(`fee-${activationFee}`, { ...catalogue, plans })
  const activatedMs = Date.parse(`${activated}T08:00:00Z`)
  const subscriptions = parts.directory.subscriptions
    .filter(({ subscriptionId }) => subscriptionId === 'zeegras-0')
    .map((each) => ({
      ...each,
      activatedMs,
      plans: each.plans.map((plan) => ({ ...plan, fromMs: activatedMs })),
    }))
  return { ...parts, directory: { ...parts.directory, subscriptions } }
}

async function bill(parts: BillingParts, period: string) {
  const report = await runBilling(parts, { period, accounts: ACCOUNTS })
  return report.findings.map(({ code }) => code)
}

/** `period: amounts of one-off lines`, in the order of the invoices. */
async function oneOffs(): Promise<string[]> {
  const { operations } = billing.parts
  const all = (await listInvoices(billing.parts)).toSorted((left, right) =>
    left.number < right.number ? -1 : 1,
  )
  return Promise.all(
    all.map(async ({ number }) => {
      const { invoice } = await storedInvoice(operations, await findInvoiceId(operations, number))
      const lines = invoice.lines.filter(({ section }) => section === 'one-off')
      const texts = lines.map(
        (line) => `${line.quantity} = ${microsToDecimal(line.amountMicros, 2)}`,
      )
      return `${invoice.period.label}: ${texts.join(', ')}`
    }),
  )
}

async function verified() {
  const { findings } = await verifyInvoices(billing.parts)
  return findings.map(({ code, text, estimateMicros }) => [code, text, estimateMicros])
}

test('an activation that was corrected after it was billed costs one fee, not three', async () => {
  await bill(oneSim('2026-09-05', '15.00'), '2026-09')
  expect(await bill(oneSim('2026-09-08', '15.00'), '2026-10')).toEqual([])
  expect(await oneOffs()).toEqual(['2026-09: 1 = 15.00', '2026-10: -1 = -15.00, 1 = 15.00'])
  expect(await verified()).toEqual([])
})

test('an older month after a newer one charges the activation once', async () => {
  const parts = oneSim('2026-09-05', '85.00')
  expect(await bill(parts, '2026-10')).toEqual(['period_not_billed'])
  expect(await bill(parts, '2026-09')).toEqual([])
  billing.setNow('2026-12-01T08:00:00Z')
  expect(await bill(parts, '2026-11')).toEqual([])
  expect(await oneOffs()).toEqual(['2026-10: ', '2026-09: 1 = 85.00', '2026-11: '])
})

test('a month before the first subscription is not billed; its first own one has all of it', async () => {
  const parts = oneSim('2026-10-05', '85.00')
  expect(await bill(parts, '2026-08')).toEqual(['before_first_subscription'])
  expect(await bill(parts, '2026-09')).toEqual(['before_first_subscription'])
  expect(await bill(parts, '2026-10')).toEqual([])
  expect(await oneOffs()).toEqual(['2026-10: 1 = 85.00'])
})

test('what a build before added is named with its amount, and the next invoice gives it back', async () => {
  await bill(oneSim('2026-09-05', '15.00'), '2026-09')
  await finaliseAsBefore(oneSim('2026-09-08', '15.00'), '2026-10')
  expect(await oneOffs()).toEqual(['2026-09: 1 = 15.00', '2026-10: -1 = 15.00, 1 = 15.00'])
  const text =
    'invoiced 30.000000, its charges are 0.000000: an activation that was taken back was charged ' +
    'again, 30.00 too much; the next invoice gives it back'
  const ofDocuments = ['document_missing', 'document_missing']
  expect((await verified()).filter(([code]) => !ofDocuments.includes(String(code)))).toEqual([
    ['charge_differs', text, 30_000_000],
  ])
  billing.setNow('2026-12-01T08:00:00Z')
  expect(await bill(oneSim('2026-09-08', '15.00'), '2026-11')).toEqual([])
  expect((await oneOffs()).at(-1)).toBe('2026-11: -2 = -30.00')
  const left = (await verified()).map(([code]) => code)
  expect(left.filter((code) => code === 'charge_differs')).toEqual([])
})

/** The build before let a credit of an activation be its fee, not less it. */
async function finaliseAsBefore(parts: BillingParts, period: string): Promise<void> {
  const open = billingScope(parts, period, ACCOUNTS)
  const run = await openRun(parts, { period, accounts: ACCOUNTS, open })
  const [scope] = open
  if (scope === undefined) throw new Error('the account is there')
  const publish = cutOffPublisher(parts, [run.cutOff.cutOffId])
  const prepared = await prepareInvoices({ ...parts, publish }, scope, run)
  if (prepared.status !== 'ready') throw new Error(prepared.status)
  const drafts = prepared.drafts.map((each) => ({ ...each, draft: withFeesAdded(each.draft) }))
  const { history } = prepared
  await parts.operations.transaction((sql) =>
    finaliseInvoices(sql, {
      ...prepared,
      drafts,
      runId: run.runId,
      basedOnInvoiceId: history.lastInvoiceId,
      nowMs: parts.clock.nowMs(),
    }),
  )
}

function withFeesAdded(invoice: Invoice): Invoice {
  let addedMicros = micros(0)
  const lines = invoice.lines.map((line) => {
    if (line.section !== 'one-off' || line.quantity >= 0) return line
    const twice = micros(-2 * line.exactMicros)
    addedMicros = addMicros(addedMicros, twice)
    const plus = (amount: Micros): Micros => addMicros(amount, twice)
    return {
      ...line,
      unitPriceMicros: line.exactMicros,
      exactMicros: plus(line.exactMicros),
      amountMicros: plus(line.amountMicros),
    }
  })
  const vat = vatSubtotals(lines.map((line) => ({ ...line, ...taxOfLine(line, []) })))
  const accountWideMicros = addMicros(invoice.accountWideMicros, addedMicros)
  return { ...invoice, lines, vat, totals: invoiceTotals(vat), accountWideMicros }
}
