/**
 * `tik bill check`: can this month be billed? Each finding has a code, a severity and a command
 * that shows the rows. It changes nothing.
 */
import { ifExact } from '../../core/money/beyond-exact.ts'
import { TikError } from '../../core/failures/errors.ts'
import { holdsAt, validAt } from '../../core/time/validity.ts'
import { accountsToBill, firstOfEach } from '../run/accounts-to-bill.ts'
import type { BillingParts, BillingProgress, Finding } from '../run/billing.ts'
import { billingScope, membersOf, type AccountScope } from '../run/billing-scope.ts'
import type { InstantRange } from '../ledger/check-ledger.ts'
import type { SubscriptionActivity } from '../ledger/invoice-ledger.ts'
import { cutOffOf } from '../ledger/cut-off.ts'
import { agreementFindings } from './check-agreements.ts'
import { consumerFindings } from './check-consumers.ts'
import { numberFindings } from './check-numbers.ts'
import { draftFindings, JUMP_PERCENT_DEFAULT } from './check-drafts.ts'
import { costFindings } from './check-costs.ts'
import { priceFindings } from './check-prices.ts'
import { rejectFindings } from './check-rejects.ts'
import { sequenceFindings, sourceFindings } from './check-sources.ts'
import { partyFindings } from './e-invoice-findings.ts'
import { euros } from './finding-of.ts'
import { missingParticulars } from './missing-particulars.ts'
import { outOfRange } from './out-of-range.ts'
import { settlementsUpTo } from '../settle/settle-periods.ts'
import { sumMicros } from '../build/vat.ts'

export interface CheckOptions {
  readonly period: string
  /** Only these accounts; all when absent. What is of no account is looked at in any case. */
  readonly accounts?: readonly string[]
  /** What the ledger lacks, a sentence each: nothing can be billed then. */
  readonly ledgerProblems?: readonly string[]
  /** More percent than this up or down from the month before is a jump. */
  readonly jumpPercent?: number
  /** Only accounts that a run would bill now: what is billed, or runs on, stops nobody. */
  readonly onlyToBill?: true
  readonly onProgress?: (progress: BillingProgress) => void
  /** What others know of accounts: mails that wait. */
  readonly further?: readonly Finding[]
}

/** Findings, what must be mended first. Throws `usage_error` when `period` is no month. */
export async function billCheck(parts: BillingParts, options: CheckOptions): Promise<Finding[]> {
  const problems = (options.ledgerProblems ?? []).map(incomplete)
  const findings = await monthFindings(parts, options).catch((error: unknown) => {
    const isKnown = error instanceof TikError && error.code === 'ledger_incomplete'
    if (problems.length > 0 && isKnown) return [] // What cannot be read says nothing of the month.
    throw error
  })
  return [...problems, ...findings, ...(options.further ?? [])].sort(
    (left, right) => RANKS[left.severity] - RANKS[right.severity],
  )
}

async function monthFindings(parts: BillingParts, options: CheckOptions): Promise<Finding[]> {
  const { period, accounts } = options
  const preview = options.onlyToBill !== true
  const { findings: running, open } = await accountsToBill(parts, { ...options, preview })
  const toBill = new Set(membersOf(open).map(({ account }) => account.accountId))
  const scopes = billingScope(parts, period, accounts).filter(
    ({ account }) => preview || toBill.has(account.accountId),
  )
  const range = rangeOf(scopes)
  const found = [
    ...running,
    ...firstOfEach(scopes).flatMap((scope) => particulars(scope)),
    ...firstOfEach(scopes).flatMap((scope) => partyFindings(scope)),
    ...numberFindings(firstOfEach(scopes)),
    ...consumerFindings(firstOfEach(scopes)),
    ...agreementFindings(firstOfEach(scopes), parts.catalogue),
    ...scopes.flatMap((scope) => withoutPlan(scope, parts)),
    ...(await usageFindings(parts, period, scopes)),
    ...(await adjustments(parts, scopes)),
    ...(await rejectFindings(parts, range, accounts)),
    ...(await sequenceFindings(parts, range)),
    ...(await sourceFindings(parts, range)),
    ...(await priceFindings(parts, period, { scopes, range })),
    ...(await costFindings(parts, period, scopes)),
  ]
  if ((options.ledgerProblems ?? []).length > 0) return found
  const { jumpPercent = JUMP_PERCENT_DEFAULT } = options
  const { onProgress } = options
  const drafted = await draftFindings(parts, firstOfEach(open), { period, jumpPercent, onProgress })
  const known = new Set(found.map(({ code, subject }) => `${code}|${subject}`))
  return [...found, ...drafted.filter(({ code, subject }) => !known.has(`${code}|${subject}`))]
}

function incomplete(text: string): Finding {
  return { ...finding('ledger_incomplete', 'error', 'ledger', text), show: 'tik rebuild --dry-run' }
}

const RANKS: Readonly<Record<Finding['severity'], number>> = { error: 0, warning: 1, info: 2 }

function rangeOf(scopes: readonly AccountScope[]): InstantRange {
  if (scopes.length === 0) return { fromMs: 0, toMs: 0 }
  return {
    fromMs: Math.min(...scopes.map(({ period }) => period.startMs)),
    toMs: Math.max(...scopes.map(({ period }) => period.endMs)),
  }
}

function particulars({ account, partner }: AccountScope): Finding[] {
  const missing = missingParticulars(partner, account)
  if (missing.length === 0) return []
  const text = `not in the accounts document: ${missing.join(', ')}`
  return [finding('party_incomplete', 'error', account.accountId, text)]
}

/** Active in the period, and no plan of the catalogue at some moment of it. */
function withoutPlan({ subscriptions, period }: AccountScope, parts: BillingParts): Finding[] {
  return subscriptions
    .filter((subscription) => {
      const fromMs = Math.max(subscription.activatedMs, period.startMs)
      const toMs = Math.min(subscription.terminatedMs, period.endMs)
      if (fromMs >= toMs) return false
      const ends = subscription.plans.map((each) => each.toMs)
      return [fromMs, ...ends.filter((atMs) => holdsAt({ fromMs, toMs }, atMs))].some((atMs) => {
        const plan = validAt(subscription.plans, atMs)
        return plan === undefined || !parts.catalogue.plans.has(plan.planId)
      })
    })
    .map(({ subscriptionId, accountId }) => ({
      ...finding(
        'plan_missing',
        'error',
        subscriptionId,
        'active without a plan that the catalogue has then',
      ),
      show: `tik totals --account ${accountId} --by number`,
    }))
}

/** Subscriptions that fell silent, and a month without any usage at all. */
async function usageFindings(
  parts: BillingParts,
  period: string,
  scopes: readonly AccountScope[],
): Promise<Finding[]> {
  const now = await parts.ledger.activity([...new Set(scopes.map((each) => each.period.startDay))])
  const before = await parts.ledger.activity([...new Set(scopes.map(dayBefore))])
  const usedNow = new Set(now.map((each) => each.subscriptionId))
  const active = new Set(
    scopes.flatMap((scope) =>
      scope.subscriptions
        .filter((each) => each.terminatedMs >= scope.period.endMs)
        .map((each) => each.subscriptionId),
    ),
  )
  const asked = new Set(scopes.map(({ account }) => account.accountId))
  const used = now.filter(({ accountId }) => asked.has(accountId))
  const stopped = before.filter(
    ({ subscriptionId }) => active.has(subscriptionId) && !usedNow.has(subscriptionId),
  )
  return [
    ...(used.length === 0
      ? [finding('no_usage', 'warning', period, 'no usage in the ledger for this period')]
      : []),
    ...stopped.map((each) => stoppedFinding(each, period)),
  ]
}

function dayBefore({ calendar, period }: AccountScope): number {
  return calendar.periodAt(period.startMs - 1).startDay
}

function stoppedFinding(activity: SubscriptionActivity, period: string): Finding {
  const { accountId, subscriptionId, count } = activity
  const text = `no usage, ${count} in the period before`
  return {
    ...finding('usage_stopped', 'info', `${accountId} ${subscriptionId}`, text),
    show: `tik totals --account ${accountId} --by number --period ${period}`,
  }
}

/** What settling volume rates will add or give back; a preview has it in its totals. */
async function adjustments(
  parts: BillingParts,
  scopes: readonly AccountScope[],
): Promise<Finding[]> {
  const cutOff = cutOffOf(await parts.ledger.positions())
  const { due, unsettled } = await settlementsUpTo(cutOff, parts, parts.operations, scopes)
  const absurd = [...unsettled].map(([accountId, why]) => {
    return outOfRange(accountId, `volume rates cannot be settled: ${why}`)
  })
  const later = [...Map.groupBy(due, ({ accountId }) => accountId)].map(
    ([accountId, ofAccount]) => {
      const estimateMicros = ifExact(() =>
        sumMicros(ofAccount.map((each) => each.adjustmentMicros)),
      )
      const text = `${euros(estimateMicros)} at the tier of the period's total; the run records it`
      const base = finding('adjustment_due', 'info', accountId, text)
      const show = `tik totals --account ${accountId} --by call-type`
      return { ...base, count: ofAccount.length, estimateMicros, show }
    },
  )
  return [...absurd, ...later]
}

function finding(
  code: Finding['code'],
  severity: Finding['severity'],
  subject: string,
  text: string,
): Finding {
  return { code, severity, subject, text, count: 1, estimateMicros: undefined, show: '' }
}
