/** The monthly cycle: is a period ready, and its invoices. */
import type { Clock } from '../../core/clock.ts'
import { billCheck } from '../../invoicing/check/bill-check.ts'
import type { BillingOptions, BillingReport, Finding } from '../../invoicing/run/billing.ts'
import { runBilling } from '../../invoicing/run/run-billing.ts'
import { limitMailsWaiting } from '../alerts/limit-mails-waiting.ts'
import { openBillingParts } from '../billing-parts.ts'
import { actorOf, requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { requireReadable, wholeLedgerProblems } from '../whole-ledger.ts'
import { askedAccounts, type AskedAccounts } from './asked-accounts.ts'
import { limitMailFindings } from './limit-mail-findings.ts'

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
  // What cannot be read says nothing of mails.
  const waiting = ledgerProblems.length > 0 ? [] : await limitMailsWaiting(desk)
  return billCheck(parts, {
    period,
    ...(accounts === undefined ? {} : { accounts }),
    ledgerProblems,
    jumpPercent: desk.config.billJumpPercent,
    further: limitMailFindings(waiting, accounts),
  })
}

/**
 * Makes the invoices of a period, or a preview of them. Can be stopped at any moment; run again it goes
 * on and does nothing twice. Throws `ledger_incomplete` when the ledger cannot be read as a whole.
 */
export async function billPeriod(
  desk: Desk,
  options: BillingOptions,
  clock?: Clock,
): Promise<BillingReport> {
  requireOperator(desk.caller)
  await requireReadable(desk)
  const parts = await openBillingParts(desk, clock)
  const progress = desk.talk.startProgress('invoices', parts.directory.accounts.size)
  try {
    return await runBilling(parts, {
      ...options,
      actor: actorOf(desk.caller),
      onProgress: ({ count, total }) => progress.update(count, `${count} of ${total} accounts`),
    })
  } finally {
    progress.stop()
  }
}
