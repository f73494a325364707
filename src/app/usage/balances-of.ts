/** Bundles, group bundles, cost and limits of accounts, as they stand at a moment of a period. */
import { accountBalances, balancesRequest } from '../../balances/account-balances.ts'
import type { AccountBalances } from '../../balances/account-balances.ts'
import { accountCalendar, periodsBeginningIn } from '../../core/time/account-calendar.ts'
import type { Account } from '../../core/accounts/accounts.ts'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { readShownBalances } from '../../ledger/read-shown-balances.ts'
import { accountsWithin, accountWithin, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { openReference } from '../rating-parts.ts'

export interface BalancesQuestion {
  /** Of all that the caller reaches by default. */
  readonly account?: string | undefined
  /** `current`, or a month: the account's period that begins in it. */
  readonly period: string
  readonly accountsMax?: number | undefined
}

/** Throws `usage_error` for a period that is none, `not_found` for an account or period that is not there. */
export async function balancesOf(
  desk: Desk,
  { account, period, accountsMax = Infinity }: BalancesQuestion,
): Promise<AccountBalances[]> {
  requireRight(desk.caller, 'see-usage')
  const reference = await openReference(desk)
  const { directory } = reference
  const accounts =
    account === undefined
      ? accountsWithin(desk.caller, directory)
      : [accountWithin(desk.caller, directory, account)]
  const asked = accounts.slice(0, accountsMax).map((one) => ({
    ...reference,
    accountId: one.accountId,
    atMs: momentIn(period, one),
  }))
  const totals = await readShownBalances(desk.clickhouse, asked.map(balancesRequest))
  return asked.map((one, index) => {
    const total = totals[index]
    if (total === undefined) throw new Error('the ledger answers every request for balances')
    return accountBalances({ ...one, totals: total })
  })
}

/** Now, or the last moment of the account's (last) period that begins in the month. */
function momentIn(period: string, account: Account): number {
  if (period === 'current') return systemClock.nowMs()
  if (!/^\d{4}-\d{2}$/.test(period)) {
    throw new TikError('usage_error', `"${period}" is not a period`, {
      hint: 'write current or a month such as 2026-10',
    })
  }
  const last = periodsBeginningIn(accountCalendar(account), period).at(-1)
  if (last === undefined) {
    throw new TikError('not_found', `no period of ${account.accountId} begins then`)
  }
  return last.endMs - 1
}
