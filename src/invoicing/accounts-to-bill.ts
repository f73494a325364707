/** Which accounts a run has still to bill, and which cannot be billed yet. */
import { z } from 'zod'
import { dayToIso } from '../core/period.ts'
import type { BillingOptions, BillingParts, Finding } from './billing.ts'
import { billingScope, type AccountScope } from './billing-scope.ts'

export interface AccountsToBill {
  readonly open: readonly AccountScope[]
  /** Periods that have not ended: a preview shows them, a run leaves them. */
  readonly findings: readonly Finding[]
  readonly alreadyBilledCount: number
}

export async function accountsToBill(
  parts: BillingParts,
  options: Pick<BillingOptions, 'period' | 'accounts' | 'preview'>,
): Promise<AccountsToBill> {
  const all = billingScope(parts, options.period, options.accounts)
  const closed = await closedPeriods(parts)
  const notBilled = all.filter(
    ({ account, period }) => !closed.has(`${account.accountId}|${period.startDay}`),
  )
  const nowMs = parts.clock.nowMs()
  const running = notBilled.filter(({ period }) => period.endMs > nowMs)
  const open =
    options.preview === true ? notBilled : notBilled.filter((at) => !running.includes(at))
  return {
    open,
    findings: running.map(({ account, period }) => ({
      code: 'period_open',
      severity: options.preview === true ? 'info' : 'error',
      subject: account.accountId,
      text: `its period runs until ${dayToIso(period.endDay - 1)}`,
      count: 1,
      estimateMicros: undefined,
      show: `tik bill run --period ${options.period} --preview`,
    })),
    alreadyBilledCount: all.length - notBilled.length,
  }
}

async function closedPeriods({ operations }: BillingParts): Promise<Set<string>> {
  const rows = await operations.query(
    'SELECT account_id, period_start_day FROM account_closed_periods',
    [],
    z.object({ account_id: z.string(), period_start_day: z.int() }),
  )
  return new Set(rows.map((row) => `${row.account_id}|${row.period_start_day}`))
}
