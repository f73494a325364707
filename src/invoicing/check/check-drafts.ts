/**
 * What the invoices would be, looked at before they are: amounts that jump, totals below zero, late usage
 * and corrections, and accounts of which nobody would get the invoice. Every account is computed as a
 * preview does, one at a time.
 */
import { microsToDecimal, micros, negateMicros, type Micros } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import { cutOffPublisher } from '../ledger/cut-off-publisher.ts'
import { subjectOf, type Invoice } from '../invoice-model.ts'
import { owedMicros, owedTotals } from '../owed-micros.ts'
import { invoiceReaders } from '../documents/invoice-readers.ts'
import type { BillingParts, BillingProgress, Finding } from '../run/billing.ts'
import type { AccountScope } from '../run/billing-scope.ts'
import { prepareInvoices, type PreparedInvoices } from '../run/prepare-invoice.ts'
import { previewRun } from '../store/billing-runs.ts'
import { euros, findingOf, sumIfExact } from './finding-of.ts'

/** A change of less than this against the month before is no jump, whatever it is in percent. */
export const JUMP_MICROS_MIN = micros(25_000_000)
/** More than this percent up or down is one, where nothing else is configured. */
export const JUMP_PERCENT_DEFAULT = 50

export interface DraftCheck {
  readonly period: string
  /** More percent up or down than this is a jump. */
  readonly jumpPercent: number
  readonly onProgress?: ((progress: BillingProgress) => void) | undefined
}

export async function draftFindings(
  parts: BillingParts,
  scopes: readonly AccountScope[],
  check: DraftCheck,
): Promise<Finding[]> {
  const run = await previewRun(parts, scopes)
  const publish = cutOffPublisher(parts, [run.cutOff.cutOffId])
  const findings: Finding[] = []
  for (const [index, scope] of scopes.entries()) {
    const prepared = await prepareInvoices({ ...parts, publish }, scope, run, run.due)
    findings.push(...findingsOf(prepared, scope, { ...parts, ...check }))
    check.onProgress?.({ count: index + 1, total: scopes.length })
  }
  return findings
}

function findingsOf(
  prepared: PreparedInvoices,
  scope: AccountScope,
  context: DraftCheck & BillingParts,
): Finding[] {
  if (prepared.status === 'blocked' || prepared.status === 'not-begun') return [prepared.finding]
  if (prepared.status === 'already-billed') return []
  const isOver = scope.period.endMs <= context.clock.nowMs()
  return prepared.drafts.flatMap(({ draft, suppressZero, previousGrossMicros }) => [
    ...negativeTotal(draft, context.period),
    ...(isOver ? jump(draft, previousGrossMicros, context) : []),
    ...lateCorrections(draft, context.period),
    ...(suppressZero ? [] : withoutReader(draft, context)),
  ])
}

function negativeTotal(draft: Invoice, period: string): Finding[] {
  const { grossMicros } = owedTotals(draft)
  if (grossMicros >= 0) return []
  const { accountId } = draft.customer
  return [
    findingOf({
      code: 'negative_total',
      severity: 'warning',
      subject: subjectOf(draft.customer),
      text: `it comes to ${microsToDecimal(grossMicros, 2)} euros: a credit note`,
      estimateMicros: grossMicros,
      show: preview(period, accountId),
    }),
  ]
}

/** Against the invoice of the period before: with VAT, as the customer reads it. */
function jump(
  draft: Invoice,
  before: Micros | undefined,
  { period, jumpPercent }: DraftCheck,
): Finding[] {
  if (before === undefined) return []
  const { grossMicros } = owedTotals(draft)
  if (grossMicros < 0) return [] // Told by itself.
  const differenceMicros = micros(grossMicros - before)
  const size = Math.abs(differenceMicros)
  if (
    size < JUMP_MICROS_MIN ||
    BigInt(size) * 100n <= BigInt(Math.abs(before)) * BigInt(jumpPercent)
  )
    return []
  const direction = differenceMicros > 0 ? 'more' : 'less'
  const by = differenceMicros > 0 ? differenceMicros : negateMicros(differenceMicros)
  const { accountId } = draft.customer
  return [
    findingOf({
      code: 'amount_jump',
      severity: 'warning',
      subject: subjectOf(draft.customer),
      text: `${microsToDecimal(grossMicros, 2)} euros, ${microsToDecimal(by, 2)} ${direction} than the ${microsToDecimal(before, 2)} of the period before (over ${jumpPercent} %)`,
      estimateMicros: differenceMicros,
      show: preview(period, accountId),
    }),
  ]
}

const LATE_SECTIONS: ReadonlySet<string> = new Set([
  'late',
  'late-premium',
  'correction',
  'correction-premium',
])

/** Usage of closed periods that came since, and what was corrected of them. */
function lateCorrections(draft: Invoice, period: string): Finding[] {
  const late = draft.lines.filter(({ section }) => LATE_SECTIONS.has(section))
  if (late.length === 0) return []
  const { accountId } = draft.customer
  const amountMicros = sumIfExact(late.map((line) => owedMicros(draft, line.exactMicros)))
  const from = dayToIso(Math.min(...late.map(({ fromDay }) => fromDay)))
  return [
    findingOf({
      code: 'late_corrections',
      severity: 'info',
      subject: subjectOf(draft.customer),
      text: `usage and corrections of closed periods from ${from} on: ${euros(amountMicros)} on this invoice`,
      count: late.length,
      estimateMicros: amountMicros,
      show: preview(period, accountId),
    }),
  ]
}

function withoutReader(draft: Invoice, { directory }: Pick<BillingParts, 'directory'>): Finding[] {
  const { accountId } = draft.customer
  if (invoiceReaders(directory, draft.customer).length > 0) return []
  const { grossMicros } = draft.totals
  return [
    findingOf({
      code: 'no_invoice_reader',
      severity: 'warning',
      subject: subjectOf(draft.customer),
      text: `nobody is registered for invoices: that of ${microsToDecimal(grossMicros, 2)} euros is mailed to no one`,
      estimateMicros: grossMicros,
      show: `tik users list --account ${accountId}`,
    }),
  ]
}

function preview(period: string, accountId: string): string {
  return `tik bill run --period ${period} --account ${accountId} --preview`
}
