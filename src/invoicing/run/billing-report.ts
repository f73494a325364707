/** What a run or a preview tells at its end. */
import { addMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import type {
  BilledInvoice,
  BilledUsage,
  BillingOptions,
  BillingReport,
  Finding,
} from './billing.ts'
import { USAGE_SECTIONS, type Invoice } from '../invoice-model.ts'
import { owedMicros, owedTotals } from '../owed-micros.ts'
import type { DifferenceCause } from '../difference/invoice-difference.ts'
import { sumMicros } from '../build/vat.ts'

/** Grows while a run goes on: only sums are kept, never the invoices themselves. */
export interface ReportDraft {
  readonly options: BillingOptions
  runId: number
  interrupted: boolean
  alreadyBilledCount: number
  readonly invoices: (BilledInvoice & { readonly files: string[] })[]
  readonly findings: Finding[]
  readonly usage: Map<string, BilledUsage>
}

export function startReport(
  options: BillingOptions,
  start: { findings: readonly Finding[]; alreadyBilledCount: number },
): ReportDraft {
  return {
    options,
    runId: 0,
    interrupted: false,
    alreadyBilledCount: start.alreadyBilledCount,
    invoices: [],
    findings: [...start.findings],
    usage: new Map(),
  }
}

/** Adds an invoice; the entry's files can be filled in later. */
export function addToReport(
  report: ReportDraft,
  invoice: Invoice,
  outcome: BilledInvoice['outcome'],
  previousGrossMicros: Micros | undefined,
  causes: readonly DifferenceCause[] = [],
): BilledInvoice & { readonly files: string[] } {
  const sign = invoice.kind === 'credit-note' ? -1 : 1
  for (const line of invoice.lines) {
    if (!USAGE_SECTIONS.has(line.section)) continue
    const key = `${line.product}|${line.subject}`
    const before = report.usage.get(key)
    const isTraffic = !line.section.endsWith('premium')
    report.usage.set(key, {
      product: line.product,
      callType: line.subject,
      count: (before?.count ?? 0) + (isTraffic ? line.count * sign : 0),
      amountMicros: addMicros(
        before?.amountMicros ?? ZERO_MICROS,
        owedMicros(invoice, line.amountMicros),
      ),
    })
  }
  const entry = {
    accountId: invoice.customer.accountId,
    ...(invoice.customer.billToId === undefined ? {} : { billToId: invoice.customer.billToId }),
    accountName: invoice.customer.party.legalName,
    kind: invoice.kind,
    number: invoice.number,
    outcome,
    ...owedTotals(invoice),
    previousGrossMicros,
    ...(causes.length === 0 ? {} : { causes }),
    files: [],
  }
  report.invoices.push(entry)
  return entry
}

export function finishReport(report: ReportDraft): BillingReport {
  const { options, invoices, usage, ...rest } = report
  return {
    ...rest,
    period: options.period,
    preview: options.preview === true,
    invoices,
    totals: {
      netMicros: sumMicros(invoices.map((each) => each.netMicros)),
      vatMicros: sumMicros(invoices.map((each) => each.vatMicros)),
      grossMicros: sumMicros(invoices.map((each) => each.grossMicros)),
    },
    usage: [...usage]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, billedUsage]) => billedUsage),
  }
}
