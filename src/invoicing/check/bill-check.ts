/**
 * `tik bill check`: can this month be billed? Each finding has a code, a severity and a command
 * that shows the rows. It changes nothing.
 */
import { beyondExact, ifExact } from '../../core/beyond-exact.ts'
import { TikError } from '../../core/errors.ts'
import { REJECT_REASONS } from '../../core/reasons.ts'
import {
  micros,
  microsToDecimal,
  roundToCents,
  shareInMicros,
  type Micros,
} from '../../core/money.ts'
import { holdsAt, validAt } from '../../core/validity.ts'
import { accountsToBill, firstOfEach } from '../run/accounts-to-bill.ts'
import type { BillingParts, Finding } from '../run/billing.ts'
import { billingScope, type AccountScope } from '../run/billing-scope.ts'
import type { InstantRange, SubscriptionActivity } from '../ledger/invoice-ledger.ts'
import { cutOffOf } from '../ledger/cut-off.ts'
import { agreementFindings } from './check-agreements.ts'
import { partyFindings } from './e-invoice-findings.ts'
import { missingParticulars } from './missing-particulars.ts'
import { outOfRange } from './out-of-range.ts'
import { settlementsUpTo } from '../settle/settle-periods.ts'
import { sumMicros } from '../build/vat.ts'

export interface CheckOptions {
  readonly period: string
  /** What the ledger lacks, a sentence each: nothing can be billed then. */
  readonly ledgerProblems?: readonly string[]
}

/** A source without usage for this long before the period's end deserves a look. */
const SILENT_MS_MIN = 2 * 86_400_000

/** Findings, what must be mended first. Throws `usage_error` when `period` is no month. */
export async function billCheck(parts: BillingParts, options: CheckOptions): Promise<Finding[]> {
  const problems = (options.ledgerProblems ?? []).map(incomplete)
  const findings = await monthFindings(parts, options).catch((error: unknown) => {
    const isKnown = error instanceof TikError && error.code === 'ledger_incomplete'
    if (problems.length > 0 && isKnown) return [] // What cannot be read says nothing of the month.
    throw error
  })
  return [...problems, ...findings].sort(
    (left, right) => RANKS[left.severity] - RANKS[right.severity],
  )
}

async function monthFindings(parts: BillingParts, options: CheckOptions): Promise<Finding[]> {
  const scopes = billingScope(parts, options.period, undefined)
  const range = rangeOf(scopes)
  const { findings: running } = await accountsToBill(parts, options)
  return [
    ...running,
    ...firstOfEach(scopes).flatMap((scope) => particulars(scope)),
    ...firstOfEach(scopes).flatMap((scope) => partyFindings(scope)),
    ...agreementFindings(firstOfEach(scopes), parts.catalogue),
    ...scopes.flatMap((scope) => withoutPlan(scope, parts)),
    ...(await usageFindings(parts, options.period, scopes)),
    ...(await adjustments(parts, scopes)),
    ...(await openRejects(parts, range)),
    ...(await sources(parts, range)),
  ]
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
  const stopped = before.filter(
    ({ subscriptionId }) => active.has(subscriptionId) && !usedNow.has(subscriptionId),
  )
  return [
    ...(now.length === 0
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
      const text = `${eurosOr(estimateMicros)} at the tier of the period's total; the run records it`
      const base = finding('adjustment_due', 'info', accountId, text)
      const show = `tik totals --account ${accountId} --by call-type`
      return { ...base, count: ofAccount.length, estimateMicros, show }
    },
  )
  return [...absurd, ...later]
}

/** What waits in suspense, with an estimate from what a usage costs on average in this period. */
async function openRejects(parts: BillingParts, range: InstantRange): Promise<Finding[]> {
  const rejects = await parts.ledger.rejects(range)
  if (rejects.length === 0) return []
  const average = await parts.ledger.averageCharge(range).catch(beyondExact)
  return rejects.map(({ reason, count }) => {
    const estimateMicros = estimate(average, count)
    const about = estimateMicros === undefined ? '' : `, about ${euros(estimateMicros)}`
    const text = `${count} waiting${about}: ${reasonText(reason)}`
    const base = finding('open_rejects', 'warning', reason, text)
    return { ...base, count, estimateMicros, show: 'tik rejects list' }
  })
}

function reasonText(reason: string): string {
  const known = Object.entries(REJECT_REASONS).find(([code]) => code === reason)
  return known?.[1] ?? reason
}

/** To the cent: an estimate claims no more. */
function euros(amount: Micros): string {
  return `${microsToDecimal(roundToCents(amount), 2)} euros`
}

function eurosOr(amount: Micros | undefined): string {
  return amount === undefined ? 'more than can be told exactly' : euros(amount)
}

function estimate(
  average: { readonly chargeMicros: Micros; readonly count: number } | TikError,
  count: number,
): Micros | undefined {
  if (average instanceof TikError || average.count === 0) return undefined
  const share = { numerator: count, denominator: average.count }
  return ifExact(() => shareInMicros(micros(average.chargeMicros), share))
}

/** When each source was last heard of: an incomplete month shows here. */
async function sources(parts: BillingParts, range: InstantRange): Promise<Finding[]> {
  const active = await parts.ledger.sources(range)
  return active.map(({ sourceId, lastStartedMs, count }) => {
    const isSilent = range.toMs - lastStartedMs > SILENT_MS_MIN
    const text = `last usage ${new Date(lastStartedMs).toISOString()}`
    const code = isSilent ? 'source_silent' : 'last_usage'
    return { ...finding(code, isSilent ? 'warning' : 'info', sourceId, text), count }
  })
}

function finding(
  code: Finding['code'],
  severity: Finding['severity'],
  subject: string,
  text: string,
): Finding {
  return { code, severity, subject, text, count: 1, estimateMicros: undefined, show: '' }
}
