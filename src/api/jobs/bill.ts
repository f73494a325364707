/** The invoices of a month, or a preview of them, and the check alone. */
import { z } from 'zod'
import { billPeriod, checkPeriod, type BilledPeriod } from '../../app/billing/bill-period.ts'
import { jobKind } from '../../app/jobs/job-kind.ts'
import { addMicros, negateMicros } from '../../core/money/money.ts'
import { FINDING_CODES, type BilledInvoice } from '../../invoicing/run/billing.ts'
import { id, money, moneyOf, nameIn } from '../fields.ts'
import { finding, findingOf } from '../finding-form.ts'
import { shown } from './shown.ts'

export const month = z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/)
const whose = {
  period: month,
  accounts: z.array(id).min(1).max(10_000).optional(),
  partner: id.optional(),
}
const billed = z.object({
  account: z.string(),
  name: z.string(),
  kind: z.string(),
  number: z.string().nullable(),
  outcome: z.string(),
  net: money,
  vat: money,
  gross: money,
  before: money.nullable().meta({ description: 'of the period before, with VAT' }),
})

const changed = z.object({
  account: z.string(),
  name: z.string(),
  gross: money,
  before: money,
  difference: money,
  causes: z.array(z.object({ description: z.string(), amount: money })),
})

/** Of all accounts, those whose amount differs most from the period before. */
const CHANGES_TOLD_MAX = 20

export const billedPeriod = z
  .object({
    isPreview: z.boolean(),
    run: z.int().nullable(),
    invoices: z.array(billed),
    invoicesCount: z.int(),
    billedBeforeCount: z.int(),
    net: money,
    vat: money,
    gross: money,
    changes: z
      .array(changed)
      .default([])
      .meta({ description: 'of all invoices, the greatest differences with the period before' }),
    findings: z.array(finding),
    check: z.array(finding),
    accepted: z.array(z.string()),
    stoppedBy: z
      .array(z.string())
      .meta({ description: 'errors that nobody accepted: nothing was billed' }),
  })
  .meta({ id: 'BilledPeriod' })

export const checkedPeriod = z.object({ findings: z.array(finding) })

export const bill = jobKind({
  kind: 'bill',
  summary: 'Makes the invoices of a month, or with preview says what they would be',
  right: 'operate',
  isOfOperator: true,
  // Two runs at once would bill in turns and each tell half.
  lane: 'billing',
  use: 'bill',
  wish: z.strictObject({
    ...whose,
    preview: z.boolean().default(true),
    accept: z
      .array(nameIn(FINDING_CODES))
      .default([])
      .meta({ description: 'findings at which it does not stop' }),
  }),
  result: billedPeriod,
  async run({ desk, wish, signal }) {
    return toBilled(await billPeriod(desk, { ...wish, signal }))
  },
})

function toBilled(report: BilledPeriod) {
  return {
    isPreview: report.preview,
    run: report.runId === 0 ? null : report.runId,
    invoices: shown(report.invoices).map((each) => ({
      account: each.accountId,
      name: each.accountName,
      kind: each.kind,
      number: each.number === '' ? null : each.number,
      outcome: each.outcome,
      net: moneyOf(each.netMicros),
      vat: moneyOf(each.vatMicros),
      gross: moneyOf(each.grossMicros),
      before: each.previousGrossMicros === undefined ? null : moneyOf(each.previousGrossMicros),
    })),
    invoicesCount: report.invoices.length,
    billedBeforeCount: report.alreadyBilledCount,
    net: moneyOf(report.totals.netMicros),
    vat: moneyOf(report.totals.vatMicros),
    gross: moneyOf(report.totals.grossMicros),
    changes: greatestChanges(report.invoices),
    findings: shown(report.findings).map(findingOf),
    check: shown(report.check).map(findingOf),
    accepted: [...report.accepted],
    stoppedBy: [...report.stoppedBy],
  }
}

function greatestChanges(invoices: readonly BilledInvoice[]): z.input<typeof changed>[] {
  return invoices
    .flatMap((one) => {
      const { previousGrossMicros: before } = one
      if (before === undefined || before === one.grossMicros) return []
      return [
        { ...one, before, differenceMicros: addMicros(one.grossMicros, negateMicros(before)) },
      ]
    })
    .toSorted(
      (left, right) =>
        Math.abs(right.differenceMicros) - Math.abs(left.differenceMicros) ||
        (left.accountId < right.accountId ? -1 : 1),
    )
    .slice(0, CHANGES_TOLD_MAX)
    .map(({ accountId, accountName, grossMicros, before, differenceMicros, causes = [] }) => ({
      account: accountId,
      name: accountName,
      gross: moneyOf(grossMicros),
      before: moneyOf(before),
      difference: moneyOf(differenceMicros),
      causes: causes.map(({ description, amountMicros }) => ({
        description,
        amount: moneyOf(amountMicros),
      })),
    }))
}

export const checkBilling = jobKind({
  kind: 'check-billing',
  summary: 'What stands in the way of billing a month',
  right: 'operate',
  isOfOperator: true,
  lane: '',
  use: 'none',
  isReading: true,
  wish: z.strictObject(whose),
  result: checkedPeriod,
  async run({ desk, wish: { period, ...asked } }) {
    return { findings: shown(await checkPeriod(desk, period, asked)).map(findingOf) }
  },
})
