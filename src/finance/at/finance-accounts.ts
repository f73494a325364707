/** The accounts of which finance tells, each with the end of the day by its own calendar. */
import { accountCalendar } from '../../core/time/account-calendar.ts'
import { billingCalendar, type BillingCalendar } from '../../core/time/period.ts'
import type { FinanceParts } from '../finance-parts.ts'
import type { BilledAlike, UsedSpan } from './finance-ledger.ts'

/** Accounts in one question to the ledger. */
const ACCOUNTS_PER_QUERY_MAX = 1_000

/** All of the directory, and whoever used something and is no longer in it. */
export async function financeAccounts({ directory, ledger }: FinanceParts): Promise<string[]> {
  const used = (await ledger.usedPeriods()).map(({ accountId }) => accountId)
  return [...new Set([...directory.accounts.keys(), ...used])].sort()
}

/** Of one that is not in the directory any more: as accounts are by default. */
export function calendarOf(
  { directory }: Pick<FinanceParts, 'directory'>,
  accountId: string,
): BillingCalendar {
  const account = directory.accounts.get(accountId)
  return account === undefined ? billingCalendar('Europe/Amsterdam', 1) : accountCalendar(account)
}

/** The first instant after the day. */
export function endOfDayMs(
  parts: Pick<FinanceParts, 'directory'>,
  accountId: string,
  day: number,
): number {
  return calendarOf(parts, accountId).dayStartMs(day + 1)
}

/** Accounts whose day ends at one instant, as many as one question takes. */
export function usedSpans(
  parts: Pick<FinanceParts, 'directory'>,
  accountIds: readonly string[],
  { day, cutOffId }: { readonly day: number; readonly cutOffId: string },
): UsedSpan[] {
  const byEnd = Map.groupBy(accountIds, (accountId) => endOfDayMs(parts, accountId, day))
  return [...byEnd].flatMap(([beforeMs, ids]) =>
    inPieces(ids).map((some) => ({ accountIds: some, beforeMs, cutOffId })),
  )
}

/** The same apart by what billed them. */
export function billedSpans(
  spans: readonly UsedSpan[],
  billed: ReadonlyMap<string, BilledAlike>,
): (UsedSpan & BilledAlike)[] {
  return spans.flatMap((span) => {
    const alike = Map.groupBy(span.accountIds, (accountId) =>
      JSON.stringify(billed.get(accountId) ?? NOTHING_BILLED),
    )
    return [...alike.values()].map((accountIds) => ({
      ...span,
      accountIds,
      ...(billed.get(accountIds[0] ?? '') ?? NOTHING_BILLED),
    }))
  })
}

const NOTHING_BILLED: BilledAlike = { closedStartDays: [], billedCutOffId: '' }

function inPieces(ids: readonly string[]): string[][] {
  const pieces: string[][] = []
  for (let first = 0; first < ids.length; first += ACCOUNTS_PER_QUERY_MAX) {
    pieces.push(ids.slice(first, first + ACCOUNTS_PER_QUERY_MAX))
  }
  return pieces
}
