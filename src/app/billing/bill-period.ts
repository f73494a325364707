/** The monthly cycle: is a period ready, and its invoices. */
import type { Clock } from '../../core/time/clock.ts'
import { ZERO_MICROS } from '../../core/money/money.ts'
import { billCheck } from '../../invoicing/check/bill-check.ts'
import { accountsToBill } from '../../invoicing/run/accounts-to-bill.ts'
import type {
  BillingOptions,
  BillingParts,
  BillingReport,
  Finding,
  FindingCode,
} from '../../invoicing/run/billing.ts'
import { runBilling } from '../../invoicing/run/run-billing.ts'
import { acceptedByOpenRun } from '../../invoicing/store/billing-runs.ts'
import { limitMailsWaiting } from '../alerts/limit-mails-waiting.ts'
import { openBillingParts } from '../billing-parts.ts'
import { actorOf, requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { requireReadable, wholeLedgerProblems } from '../whole-ledger.ts'
import { askedAccounts, type AskedAccounts } from './asked-accounts.ts'
import { billingProgress } from './billing-progress.ts'
import { limitMailFindings } from './limit-mail-findings.ts'
import { undeliveredEInvoices, undeliveredFindings } from './undelivered-findings.ts'

/** What is missing, what waits, what looks odd. The period is a month: of each account the one that begins then. */
export async function checkPeriod(
  desk: Desk,
  period: string,
  asked: AskedAccounts = {},
  clock?: Clock,
): Promise<Finding[]> {
  requireOperator(desk.caller)
  const ledgerProblems = await wholeLedgerProblems(desk)
  const parts = await openBillingParts(desk, clock)
  const accounts = askedAccounts(parts, period, asked)
  return findingsOf(desk, parts, { period, accounts, ledgerProblems })
}

export interface BillPeriodOptions extends Omit<BillingOptions, 'accounts'>, AskedAccounts {
  /** Findings of the check at which the run does not stop; they are kept with it. */
  readonly accept?: readonly FindingCode[]
  /** Told before the first account is billed. */
  readonly onCheck?: (findings: readonly Finding[]) => void
}

export interface BilledPeriod extends BillingReport {
  /** Of the accounts that were to be billed; empty of a preview, and where all were billed before. */
  readonly check: readonly Finding[]
  /** Codes that a person accepted, now or when the run began. */
  readonly accepted: readonly FindingCode[]
  /** Errors that nobody accepted: nothing was billed. */
  readonly stoppedBy: readonly FindingCode[]
}

/**
 * Makes the invoices of a period, or a preview of them. Can be stopped at any moment; run again it goes
 * on and does nothing twice. Throws `ledger_incomplete` when the ledger cannot be read as a whole.
 */
export async function billPeriod(
  desk: Desk,
  { accept = [], onCheck, accounts: named, partner, ...options }: BillPeriodOptions,
  clock?: Clock,
): Promise<BilledPeriod> {
  requireOperator(desk.caller)
  await requireReadable(desk)
  const parts = await openBillingParts(desk, clock)
  const { period, preview = false } = options
  const accounts = askedAccounts(parts, period, { accounts: named, partner })
  const run = { ...options, ...(accounts === undefined ? {} : { accounts }) }
  const accepted = preview ? [] : await allAccepted(parts, { period, accounts, accept })
  const check = preview ? [] : await checkOpen(desk, parts, { period, accounts })
  onCheck?.(check)
  const stoppedBy = errorsOf(check).filter((code) => !accepted.includes(code))
  if (stoppedBy.length > 0) return { ...nothingBilled(options), check, accepted, stoppedBy }
  using progress = billingProgress(desk.talk, preview ? 'preview' : 'invoices')
  const report = await runBilling(parts, {
    ...run,
    accepted,
    actor: actorOf(desk.caller),
    onProgress: (done) => progress.update(done),
  })
  return { ...report, check, accepted, stoppedBy }
}

async function allAccepted(
  parts: BillingParts,
  asked: {
    readonly period: string
    readonly accounts: readonly string[] | undefined
    readonly accept: readonly FindingCode[]
  },
): Promise<FindingCode[]> {
  const { open } = await accountsToBill(parts, withAccounts(asked))
  const before = await acceptedByOpenRun(parts, { ...asked, open })
  return [...new Set([...before, ...asked.accept])].sort()
}

/** Only of what the run would bill: what an earlier one billed stops nobody. */
async function checkOpen(
  desk: Desk,
  parts: BillingParts,
  asked: { readonly period: string; readonly accounts: readonly string[] | undefined },
): Promise<Finding[]> {
  const { open } = await accountsToBill(parts, withAccounts(asked))
  if (open.length === 0) return []
  return findingsOf(desk, parts, { ...asked, ledgerProblems: [], onlyToBill: true })
}

function withAccounts(asked: {
  readonly period: string
  readonly accounts: readonly string[] | undefined
}): Pick<BillingOptions, 'period' | 'accounts'> {
  const { period, accounts } = asked
  return accounts === undefined ? { period } : { period, accounts }
}

async function findingsOf(
  desk: Desk,
  parts: BillingParts,
  of: {
    readonly period: string
    readonly accounts: readonly string[] | undefined
    readonly ledgerProblems: readonly string[]
    readonly onlyToBill?: true
  },
): Promise<Finding[]> {
  // What cannot be read says nothing of mails.
  const waiting = of.ledgerProblems.length > 0 ? [] : await limitMailsWaiting(desk)
  const undelivered = await undeliveredEInvoices(desk, parts.clock.nowMs())
  using progress = billingProgress(desk.talk, 'check')
  return billCheck(parts, {
    ...withAccounts(of),
    ...(of.onlyToBill ? { onlyToBill: true } : {}),
    ledgerProblems: of.ledgerProblems,
    jumpPercent: desk.config.billJumpPercent,
    further: [
      ...limitMailFindings(waiting, of.accounts),
      ...undeliveredFindings(undelivered, desk.config.eInvoiceDays, of.accounts),
    ],
    onProgress: (done) => progress.update(done),
  })
}

function errorsOf(check: readonly Finding[]): FindingCode[] {
  const codes = check.filter(({ severity }) => severity === 'error').map(({ code }) => code)
  return [...new Set(codes)]
}

function nothingBilled({ period }: Pick<BillingOptions, 'period'>): BillingReport {
  const totals = { netMicros: ZERO_MICROS, vatMicros: ZERO_MICROS, grossMicros: ZERO_MICROS }
  return {
    period,
    preview: false,
    runId: 0,
    invoices: [],
    alreadyBilledCount: 0,
    findings: [],
    totals,
    usage: [],
    interrupted: false,
  }
}
