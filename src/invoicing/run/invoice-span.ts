/** Which rows of the ledger the invoice of an account bills in a run, known before it is built. */
import { z } from 'zod'
import type { BillingParts } from './billing.ts'
import { membersOf, type AccountScope } from './billing-scope.ts'
import type { BillingRun } from '../store/billing-runs.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import { ACCOUNTS_AHEAD_MAX, type Foresee } from '../ledger/read-ahead.ts'
import { usageBoundariesMs } from '../build/usage-boundaries.ts'

/** What was billed of the account before. */
export interface BilledBefore {
  readonly closedStartDays: readonly number[]
  readonly lastCutOffId: string
}

export function invoiceSpan(
  { account, period }: Pick<AccountScope, 'account' | 'period'>,
  run: Pick<BillingRun, 'cutOff'>,
  before: BilledBefore,
): InvoiceSpan {
  return {
    accountId: account.accountId,
    periodStartDay: period.startDay,
    cutOffId: run.cutOff.cutOffId,
    lateStartDays: before.closedStartDays,
    lateAfterCutOffId: before.lastCutOffId,
  }
}

/** The spans of the accounts of a run, in its order. Of an account with two periods the first that is left. */
export function foreseeSpans(
  parts: Pick<BillingParts, 'operations' | 'catalogue'>,
  scopes: readonly AccountScope[],
  run: BillingRun,
): Foresee {
  const accounts = membersOf(scopes)
  return async (from) => {
    const first = accounts.findIndex(
      ({ account, period }) =>
        account.accountId === from.accountId && period.startDay === from.periodStartDay,
    )
    if (first < 0) return []
    const some = accounts.slice(first, first + ACCOUNTS_AHEAD_MAX)
    const before = await billedBefore(
      parts,
      some.map(({ account }) => account.accountId),
    )
    return some.map((scope) => ({
      span: invoiceSpan(scope, run, before.get(scope.account.accountId) ?? NOTHING),
      boundariesMs: usageBoundariesMs(
        parts.catalogue,
        scope.account,
        scope.partner,
        scope.subscriptions,
      ),
    }))
  }
}

const NOTHING: BilledBefore = { closedStartDays: [], lastCutOffId: '' }

async function billedBefore(
  { operations }: Pick<BillingParts, 'operations'>,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, BilledBefore>> {
  const rows = await operations.query(
    `SELECT billed.account_id, array_agg(DISTINCT period_start_day ORDER BY period_start_day) AS days,
       (array_agg(cut_off_id ORDER BY invoice_id DESC) FILTER (WHERE revision = 0))[1] AS last_cut_off_id
     FROM billed_accounts AS billed JOIN invoices USING (invoice_id)
     WHERE billed.account_id = ANY($1) AND corrects_invoice_id IS NULL GROUP BY billed.account_id`,
    [accountIds],
    z.object({ account_id: z.string(), days: z.array(z.int()), last_cut_off_id: z.string() }),
  )
  return new Map(
    rows.map((row) => [
      row.account_id,
      { closedStartDays: row.days, lastCutOffId: row.last_cut_off_id },
    ]),
  )
}
