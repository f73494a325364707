/** One account's invoices, from the stores to drafts that are ready to be finalised. */
import assert from 'node:assert/strict'
import type { Account } from '../../core/accounts/accounts.ts'
import type { Micros } from '../../core/money/money.ts'
import { dayToIso, type BillingPeriod } from '../../core/time/period.ts'
import type { AdjustmentDue } from '../settle/adjustments-due.ts'
import type { BillingParts, Finding } from './billing.ts'
import type { BillingRun } from '../store/billing-runs.ts'
import type { AccountScope } from './billing-scope.ts'
import type { PublishCutOffs } from '../ledger/cut-off-publisher.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import { billToOf, type Invoice, type InvoiceLine } from '../invoice-model.ts'
import {
  readHistory,
  readOpenOneOffCharges,
  type BilledSubAccount,
  type BillingHistory,
} from '../store/invoice-store.ts'
import { blocked } from './blocked.ts'
import { draftInvoices, type AccountSources } from './draft-invoice.ts'
import { invoiceSpan } from './invoice-span.ts'
import { missingParticulars } from '../check/missing-particulars.ts'
import { outOfRange } from '../check/out-of-range.ts'

export interface PreparedDraft {
  readonly draft: Invoice
  /** Nothing to pay, and the account does not want to hear of it. */
  readonly suppressZero: boolean
  /** Gross of the same bill-to in the period before. */
  readonly previousGrossMicros: Micros | undefined
}

export type PreparedInvoices =
  | {
      readonly status: 'ready'
      /** One, or the account's own and one for each bill-to. */
      readonly drafts: readonly PreparedDraft[]
      readonly span: InvoiceSpan
      readonly history: BillingHistory
      /** Those that are on the account's own invoice. */
      readonly subAccounts: readonly BilledSubAccount[]
    }
  | { readonly status: 'blocked'; readonly finding: Finding }
  /** Nothing is known of the account then: the period stays open, what comes in advance is on its first invoice. */
  | { readonly status: 'not-begun'; readonly finding: Finding }
  | { readonly status: 'already-billed' }

export async function prepareInvoices(
  parts: BillingParts & { readonly publish: PublishCutOffs },
  scope: AccountScope,
  run: BillingRun,
  /** Of a preview: adjustments that a run would have recorded before, by account. */
  due: DueByAccount = new Map(),
): Promise<PreparedInvoices> {
  const { account, partner, period, calendar, billTos } = scope
  const { accountId } = account
  const history = await readHistory(parts.operations, accountId, period.startDay)
  if (history.closedStartDays.includes(period.startDay)) return { status: 'already-billed' }
  const missing = missingParticulars(partner, account, billTos)
  if (missing.length > 0) {
    const finding = blocked('party_incomplete', accountId, missing.join(', '))
    return { status: 'blocked', finding }
  }
  const members = [{ scope, history }, ...(await openSubAccounts(parts, scope))]
  const finding = hindrance(members, run, accountId)
  if (finding !== undefined) return { status: 'blocked', finding }

  const [own, ...subs] = await sourcesOf(parts, members, run, due)
  assert(own !== undefined)
  const issueDay = calendar.dayAt(run.startedMs).day
  const drafted = await draftInvoices(parts, scope, { ...own, subAccounts: subs, issueDay })
  if (drafted.drafts === undefined) return { status: 'blocked', finding: drafted.finding }
  const { drafts } = drafted
  const isAhead = drafts.every(({ lines }) => lines.every(isAgreedAhead))
  if (isBeforeFirst(scope, history) && isAhead) {
    return { status: 'not-begun', finding: notBegun(accountId, period) }
  }
  const subAccounts = subs.map((sub): BilledSubAccount => {
    return { span: sub.span, basedOnInvoiceId: sub.history.lastInvoiceId }
  })
  const { span } = own
  return { status: 'ready', drafts: prepared(drafts, scope, history), span, history, subAccounts }
}

export type DueByAccount = ReadonlyMap<string, readonly AdjustmentDue[]>

interface Member {
  readonly scope: AccountScope
  readonly history: BillingHistory
}

/** But those that were billed by themselves meanwhile. */
async function openSubAccounts(
  { operations }: BillingParts,
  { subAccounts = [], period }: AccountScope,
): Promise<Member[]> {
  const found: Member[] = []
  for (const scope of subAccounts) {
    const history = await readHistory(operations, scope.account.accountId, period.startDay)
    if (!history.closedStartDays.includes(period.startDay)) found.push({ scope, history })
  }
  return found
}

function hindrance(
  members: readonly Member[],
  run: BillingRun,
  accountId: string,
): Finding | undefined {
  for (const { scope, history } of members) {
    const memberId = scope.account.accountId
    const whose = memberId === accountId ? '' : `${memberId}: `
    if (run.runId !== 0 && run.runId < history.lastRunId) {
      const text = `${whose}run ${history.lastRunId} billed it since`
      return blocked('newer_run_exists', accountId, text)
    }
    const unsettled = run.unsettled.get(memberId)
    if (unsettled !== undefined) {
      return outOfRange(accountId, `${whose}volume rates cannot be settled: ${unsettled}`)
    }
  }
  return undefined
}

async function sourcesOf(
  parts: BillingParts & { readonly publish: PublishCutOffs },
  members: readonly Member[],
  run: BillingRun,
  due: DueByAccount,
) {
  const found: (AccountSources & Member)[] = []
  for (const { scope, history } of members) {
    const { accountId } = scope.account
    const span = invoiceSpan(scope, run, history)
    await parts.publish(span)
    found.push({
      scope,
      history,
      span,
      due: due.get(accountId) ?? [],
      oneOffCharges: await readOpenOneOffCharges(parts.operations, accountId, scope.period.endMs),
    })
  }
  return found
}

function prepared(
  drafts: readonly Invoice[],
  { account }: AccountScope,
  { previousGrossMicros }: BillingHistory,
): PreparedDraft[] {
  return drafts.map((draft) => ({
    draft,
    suppressZero: isSuppressed(draft, account, drafts.length > 1),
    previousGrossMicros: previousGrossMicros.get(billToOf(draft)),
  }))
}

/** Nothing to pay: by the wish of the account; without any line only where another invoice tells of the period. */
export function isSuppressed(
  { totals, lines }: Invoice,
  { sendZeroInvoices }: Account,
  hasOthers: boolean,
): boolean {
  return totals.grossMicros === 0 && (!sendZeroInvoices || (hasOthers && lines.length === 0))
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
