/** One account's invoice, from the stores to a draft that is ready to be finalised. */
import { beyondExact } from '../../core/beyond-exact.ts'
import { TikError } from '../../core/errors.ts'
import { dayToIso, type BillingPeriod } from '../../core/period.ts'
import { dueSums, type AdjustmentDue } from '../settle/adjustments-due.ts'
import { buildInvoice } from '../build/build-invoice.ts'
import type { BillingParts, Finding } from './billing.ts'
import type { BillingRun } from '../store/billing-runs.ts'
import { whileThere, type AccountScope } from './billing-scope.ts'
import { bundleOverview, earliestStartDay } from '../build/bundle-overview.ts'
import type { PublishCutOffs } from '../ledger/cut-off-publisher.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import type { Invoice, InvoiceLine } from '../invoice-model.ts'
import { creditNoteOfPeriod } from '../credit/credit-note-of-period.ts'
import { takenBackFrom } from '../credit/taken-back-from.ts'
import { readHistory, readOpenOneOffCharges, type BillingHistory } from '../store/invoice-store.ts'
import { invoiceSpan } from './invoice-span.ts'
import { missingParticulars } from '../check/missing-particulars.ts'
import { outOfRange } from '../check/out-of-range.ts'
import { usageBoundariesMs } from '../build/usage-boundaries.ts'
import type { AsClosed } from '../build/recurring-items.ts'

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
    return blocked('newer_run_exists', accountId, `run ${history.lastRunId} billed it since`)
  }
  const missing = missingParticulars(partner, account)
  if (missing.length > 0) return blocked('party_incomplete', accountId, missing.join(', '))
  const unsettled = run.unsettled.get(accountId)
  if (unsettled !== undefined) {
    const finding = outOfRange(accountId, `volume rates cannot be settled: ${unsettled}`)
    return { status: 'blocked', finding }
  }

  const span = invoiceSpan(scope, run, history)
  await parts.publish(span)
  const issueDay = calendar.dayAt(run.startedMs).day
  const draft = await draftOf(parts, scope, { span, history, due, issueDay }).catch(unbillable)
  if (draft instanceof TikError) {
    if (draft.code === 'invoice_invalid') {
      return blocked('vat_rate_missing', accountId, draft.message)
    }
    return { status: 'blocked', finding: outOfRange(accountId, draft.message) }
  }
  if (isReversed(draft) && account.party.vatId.trim() === '') {
    const text = `VAT id of account ${accountId}: VAT is reversed`
    return blocked('party_incomplete', accountId, text)
  }
  if (isBeforeFirst(scope, history) && draft.lines.every(isAgreedAhead)) {
    return { status: 'not-begun', finding: notBegun(accountId, period) }
  }
  const suppressZero = draft.totals.grossMicros === 0 && !account.sendZeroInvoices
  return { status: 'ready', draft, span, history, suppressZero }
}

/** Reads what is billed and makes the invoice of it, or a credit note where it is below nothing. Throws what `unbillable` knows. */
async function draftOf(
  parts: BillingParts,
  scope: AccountScope,
  of: {
    readonly span: InvoiceSpan
    readonly history: BillingHistory
    readonly due: readonly AdjustmentDue[]
    readonly issueDay: number
  },
): Promise<Invoice> {
  const { ledger, operations, catalogue } = parts
  const { account, partner, period } = scope
  const { span, history, issueDay } = of
  const takes = await ledger.allowanceTakes(span, earliestStartDay(catalogue, period))
  const boundariesMs = usageBoundariesMs(catalogue, account, partner)
  const recorded = await ledger.usageSums(span, boundariesMs)
  const usage = [...recorded, ...dueSums(of.due, period.startDay)]
  const draft = buildInvoice({
    ...scope,
    catalogue,
    issueDay,
    usage,
    bundles: bundleOverview({ ...scope, catalogue, language: account.language, takes, usage }),
    oneOffCharges: await readOpenOneOffCharges(operations, account.accountId, period.endMs),
    closed: await closedPeriods(parts, scope, history),
    chargedItems: history.chargedItems,
    firstBilledDay: history.firstBilledDay,
  })
  if (draft.totals.grossMicros >= 0) return draft
  return creditNoteOfPeriod(draft, await takenBackFrom(operations, draft))
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

/** What cannot be invoiced is for a person, and no reason to stop the run. */
function unbillable(error: unknown): TikError {
  if (error instanceof TikError && error.code === 'invoice_invalid') return error
  return beyondExact(error)
}

function isReversed({ vat }: Invoice): boolean {
  return vat.some(({ taxCategory }) => taxCategory === 'reverse-charge')
}

/** Every period that was closed, by the catalogue that it was closed with: today's where that is not known. */
async function closedPeriods(
  parts: BillingParts,
  { agreed }: AccountScope,
  { catalogueKeys, closedStartDays }: BillingHistory,
): Promise<ReadonlyMap<number, AsClosed>> {
  const byCatalogue = new Map<string, AsClosed>()
  const closed = new Map<number, AsClosed>()
  for (const startDay of closedStartDays) {
    const key = catalogueKeys.get(startDay) ?? parts.catalogueKey
    let asClosed = byCatalogue.get(key)
    if (asClosed === undefined) {
      const catalogue = key === parts.catalogueKey ? parts.catalogue : await parts.catalogueOf(key)
      asClosed = { catalogue, subscriptions: whileThere(agreed, catalogue) }
      byCatalogue.set(key, asClosed)
    }
    closed.set(startDay, asClosed)
  }
  return closed
}

function blocked(code: Finding['code'], subject: string, text: string): PreparedInvoice {
  return {
    status: 'blocked',
    finding: {
      code,
      severity: 'error',
      subject,
      text,
      count: 1,
      estimateMicros: undefined,
      show: `tik totals --account ${subject}`,
    },
  }
}
