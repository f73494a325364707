/** Which accounts a run has still to bill, and which cannot be billed yet. */
import { z } from 'zod'
import { dayToIso, monthAfter } from '../../core/time/period.ts'
import type { BillingOptions, BillingParts, Finding } from './billing.ts'
import { billingScope, type AccountScope } from './billing-scope.ts'
import { onParents, withFamily } from './sub-accounts.ts'
import { unbilledPeriods } from '../check/unbilled-periods.ts'

export interface AccountsToBill {
  readonly open: readonly AccountScope[]
  /** Periods that have not ended: a preview shows them, a run leaves them for later. And bridging ones, and what no invoice bills. */
  readonly findings: readonly Finding[]
  readonly alreadyBilledCount: number
}

export async function accountsToBill(
  parts: BillingParts,
  options: Pick<BillingOptions, 'period' | 'accounts' | 'preview'>,
): Promise<AccountsToBill> {
  const { accounts } = options
  const asked = accounts === undefined ? undefined : withFamily(parts.directory, accounts)
  const all = billingScope(parts, options.period, asked)
  const closed = await closedPeriods(parts)
  const notBilled = all.filter(
    ({ account, period }) => !closed.has(`${account.accountId}|${period.startDay}`),
  )
  const nowMs = parts.clock.nowMs()
  const running = notBilled.filter(({ period }) => period.endMs > nowMs)
  const isPreview = options.preview === true
  const open = isPreview ? firstOfEach(notBilled) : notBilled.filter((at) => !running.includes(at))
  return {
    open: onParents(open),
    findings: [
      ...running.map(({ account, period }) =>
        finding(
          { code: 'period_open', severity: 'info' },
          account.accountId,
          `its period runs until ${dayToIso(period.endDay - 1)}`,
          options.period,
        ),
      ),
      ...bridging(all).map(({ account, period }) =>
        finding(
          { code: 'bridging_period', severity: 'info' },
          account.accountId,
          `its terms of billing changed: from ${dayToIso(period.startDay)} to ` +
            `${dayToIso(period.endDay - 1)}, then its new periods begin`,
          options.period,
        ),
      ),
      ...(await unbilledPeriods(parts, firstOfEach(all))),
    ],
    alreadyBilledCount: all.length - notBilled.length,
  }
}

/** The first period of each account; what a later one costs depends on the invoice of that. */
export function firstOfEach(scopes: readonly AccountScope[]): AccountScope[] {
  const seen = new Set<string>()
  return scopes.filter(({ account: { accountId } }) => !seen.has(accountId) && seen.add(accountId))
}

function bridging(scopes: readonly AccountScope[]): AccountScope[] {
  return scopes.filter(({ period }) => period.endDay !== monthAfter(period.startDay))
}

function finding(
  kind: Pick<Finding, 'code' | 'severity'>,
  subject: string,
  text: string,
  period: string,
): Finding {
  const show = `tik bill run --period ${period} --preview`
  return { ...kind, subject, text, count: 1, estimateMicros: undefined, show }
}

async function closedPeriods({ operations }: BillingParts): Promise<Set<string>> {
  const rows = await operations.query(
    'SELECT account_id, period_start_day FROM account_closed_periods',
    [],
    z.object({ account_id: z.string(), period_start_day: z.int() }),
  )
  return new Set(rows.map((row) => `${row.account_id}|${row.period_start_day}`))
}
