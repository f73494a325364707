/** One account's invoice, from the stores to a draft that is ready to be finalised. */
import { dayToIso, type BillingPeriod } from '../../core/time/period.ts'
import type { AdjustmentDue } from '../settle/adjustments-due.ts'
import type { BillingParts, Finding } from './billing.ts'
import type { BillingRun } from '../store/billing-runs.ts'
import type { AccountScope } from './billing-scope.ts'
import type { PublishCutOffs } from '../ledger/cut-off-publisher.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import type { Invoice, InvoiceLine } from '../invoice-model.ts'
import { readHistory, readOpenOneOffCharges, type BillingHistory } from '../store/invoice-store.ts'
import { blocked } from './blocked.ts'
import { draftInvoice } from './draft-invoice.ts'
import { invoiceSpan } from './invoice-span.ts'
import { missingParticulars } from '../check/missing-particulars.ts'
import { outOfRange } from '../check/out-of-range.ts'

export type PreparedInvoice =
  | {
      readonly status: 'ready'
      readonly draft: Invoice
      readonly span: InvoiceSpan
      readonly history: BillingHistory
      /** Nothing to pay, and the account does not want to hear of it. */
      readonly suppressZero: boolean
    }
  | { readonly status: 'blocked'; readonly finding: Finding }
  /** Nothing is known of the account then: the period stays open, what comes in advance is on its first invoice. */
  | { readonly status: 'not-begun'; readonly finding: Finding }
  | { readonly status: 'already-billed' }

export async function prepareInvoice(
  parts: BillingParts & { readonly publish: PublishCutOffs },
  scope: AccountScope,
  run: BillingRun,
  /** Of a preview: adjustments that a run would have recorded before. */
  due: readonly AdjustmentDue[] = [],
): Promise<PreparedInvoice> {
  const { account, partner, period, calendar } = scope
  const { accountId } = account
  const history = await readHistory(parts.operations, accountId, period.startDay)
  if (history.closedStartDays.includes(period.startDay)) return { status: 'already-billed' }
  if (run.runId !== 0 && run.runId < history.lastRunId) {
    const text = `run ${history.lastRunId} billed it since`
    return { status: 'blocked', finding: blocked('newer_run_exists', accountId, text) }
  }
  const missing = missingParticulars(partner, account)
  if (missing.length > 0) {
    const finding = blocked('party_incomplete', accountId, missing.join(', '))
    return { status: 'blocked', finding }
  }
  const unsettled = run.unsettled.get(accountId)
  if (unsettled !== undefined) {
    const finding = outOfRange(accountId, `volume rates cannot be settled: ${unsettled}`)
    return { status: 'blocked', finding }
  }

  const span = invoiceSpan(scope, run, history)
  await parts.publish(span)
  const issueDay = calendar.dayAt(run.startedMs).day
  const drafted = await draftInvoice(parts, scope, {
    span,
    history,
    due,
    oneOffCharges: await readOpenOneOffCharges(parts.operations, accountId, period.endMs),
    issueDay,
  })
  if (drafted.draft === undefined) return { status: 'blocked', finding: drafted.finding }
  const { draft } = drafted
  if (isBeforeFirst(scope, history) && draft.lines.every(isAgreedAhead)) {
    return { status: 'not-begun', finding: notBegun(accountId, period) }
  }
  const suppressZero = draft.totals.grossMicros === 0 && !account.sendZeroInvoices
  return { status: 'ready', draft, span, history, suppressZero }
}

function isBeforeFirst(
  { subscriptions, period }: AccountScope,
  { closedStartDays }: BillingHistory,
): boolean {
  const hasBegun = subscriptions.some(({ activatedMs }) => activatedMs < period.endMs)
  return (
    subscriptions.length > 0 &&
    !hasBegun &&
    closedStartDays.every((startDay) => startDay > period.startDay)
  )
}

/** A fee of the coming period, or its discount. */
function isAgreedAhead({ section }: InvoiceLine): boolean {
  return section === 'recurring' || section === 'discount'
}

function notBegun(accountId: string, period: BillingPeriod): Finding {
  return {
    code: 'before_first_subscription',
    severity: 'info',
    subject: accountId,
    text: `no subscription before ${dayToIso(period.endDay)}: the period from ${dayToIso(period.startDay)} is not billed`,
    count: 1,
    estimateMicros: undefined,
    show: '',
  }
}
