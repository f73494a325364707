/**
 * From when on an account is billed by other terms (anchor day, time zone, partner): from the end of
 * the period that runs, so that what was rated in it, and the fees that were charged in advance, stay
 * in a period that is billed. Terms under which nothing was rated or billed yet are simply replaced.
 */
import { accountCalendar, termsAt } from '../../core/time/account-calendar.ts'
import type {
  Account,
  BillingTerms,
  Directory,
  EarlierTerms,
} from '../../core/accounts/accounts.ts'
import { dayToIso } from '../../core/time/period.ts'
import { replaceRows } from './directory-rows.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'

export interface TermsChange {
  readonly earlierTerms: readonly EarlierTerms[]
  /** What a person should know; undefined when the new terms hold as if they always had. */
  readonly notice: string | undefined
}

export interface UsedUntil {
  readonly nowMs: number
  /** Start day of the last period with usage in the ledger; undefined = there is none. */
  readonly lastUsedDay: number | undefined
}

/** Undefined when the terms are the same. */
export function changedTerms(
  before: Account,
  after: BillingTerms,
  { nowMs, lastUsedDay }: UsedUntil,
): TermsChange | undefined {
  if (isSame(before, after)) return undefined
  if (lastUsedDay === undefined && before.closedPeriods.length === 0) {
    return { earlierTerms: [], notice: undefined }
  }
  const toDay = boundaryDay(before, nowMs, lastUsedDay ?? -Infinity)
  const calendar = accountCalendar(before)
  const { partnerId, timeZone, anchorDay } = termsAt(before, calendar.dayStartMs(toDay) - 1)
  const upTo = { partnerId, timeZone, anchorDay, toDay }
  const kept = before.earlierTerms.filter((each) => each.toDay < toDay)
  if (isSame(upTo, after)) {
    return {
      earlierTerms: kept,
      notice: `${before.accountId}: a change that was to come is undone`,
    }
  }
  const earlierTerms = [...kept, upTo]
  return { earlierTerms, notice: noticeOf({ ...before, ...after, earlierTerms }, toDay) }
}

/** Of the accounts of an import those whose terms change, by id. */
export async function changesOfTerms(
  before: Directory,
  accounts: readonly Account[],
  by: {
    readonly atMs: number
    readonly lastUsedDay?: (accountId: string) => Promise<number | undefined>
  },
): Promise<ReadonlyMap<string, TermsChange>> {
  const changes = new Map<string, TermsChange>()
  for (const account of accounts) {
    const { accountId } = account
    const known = before.accounts.get(accountId)
    if (known === undefined || isSame(known, account)) continue
    const runningDay = accountCalendar(known).periodAt(by.atMs).startDay
    const lastUsedDay = by.lastUsedDay === undefined ? runningDay : await by.lastUsedDay(accountId)
    const change = changedTerms(known, account, { nowMs: by.atMs, lastUsedDay })
    if (change !== undefined) changes.set(accountId, change)
  }
  return changes
}

export async function writeEarlierTerms(
  sql: SqlRunner,
  changes: ReadonlyMap<string, TermsChange>,
): Promise<void> {
  const rows = [...changes].flatMap(([accountId, { earlierTerms }]) =>
    earlierTerms.map((each) => ({
      account_id: accountId,
      to_day: each.toDay,
      partner_id: each.partnerId,
      time_zone: each.timeZone,
      anchor_day: each.anchorDay,
    })),
  )
  await replaceRows(sql, 'account_earlier_terms', [...changes.keys()], rows)
}

export function noticesOf(changes: ReadonlyMap<string, TermsChange>): {
  readonly notices?: readonly string[]
} {
  const notices = [...changes.values()].flatMap(({ notice }) => notice ?? [])
  return notices.length === 0 ? {} : { notices }
}

/** No period that began is cut, none that was charged in advance, and none that has usage. */
function boundaryDay(account: Account, nowMs: number, lastUsedDay: number): number {
  const calendar = accountCalendar(account)
  const running = calendar.periodAt(nowMs)
  const following = calendar.periodAt(running.endMs)
  const closed = account.closedPeriods.map(({ periodStartDay }) => {
    const charged = calendar.periodAt(calendar.periodStarting(periodStartDay).endMs)
    return charged.endDay
  })
  // Usage of a wrong clock, far ahead, must not put the change off for years: `bill check` finds it.
  const used = lastUsedDay >= following.startDay ? following.endDay : running.endDay
  return Math.max(running.endDay, used, ...closed)
}

function noticeOf(account: Account, fromDay: number): string {
  const { startDay, endDay } = accountCalendar(account).periodStarting(fromDay)
  const from = `${account.accountId}: new terms of billing hold from ${dayToIso(fromDay)}`
  if (dayOfMonth(startDay) === account.anchorDay) return from
  return `${from}, after a bridging period until ${dayToIso(endDay - 1)}`
}

function dayOfMonth(day: number): number {
  return Number.parseInt(dayToIso(day).slice(8), 10)
}

function isSame(left: BillingTerms, right: BillingTerms): boolean {
  return (
    left.partnerId === right.partnerId &&
    left.timeZone === right.timeZone &&
    left.anchorDay === right.anchorDay
  )
}
