/** What the next invoice of one account would say now: a preview of the first period that no invoice closed. */
import { accountCalendar } from '../../core/time/account-calendar.ts'
import { TikError } from '../../core/failures/errors.ts'
import { dayToIso, type BillingPeriod } from '../../core/time/period.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import type { Invoice } from '../invoice-model.ts'
import { cutOffPublisher } from '../ledger/cut-off-publisher.ts'
import { previewRun } from '../store/billing-runs.ts'
import type { BillingParts, Finding } from './billing.ts'
import { billingScope } from './billing-scope.ts'
import { onParents, withFamily } from './sub-accounts.ts'
import { prepareInvoices } from './prepare-invoice.ts'

export interface NextInvoice {
  readonly accountId: string
  readonly period: BillingPeriod
  /** Empty where there is none to make: `finding` says why. */
  readonly drafts: readonly Invoice[]
  readonly finding: Finding | undefined
}

/** Keeps nothing in the operations store. Throws `not_found` for an unknown account. */
export async function nextInvoice(parts: BillingParts, changedId: string): Promise<NextInvoice> {
  const accountId = payerOf(parts.directory, changedId)
  const period = nextPeriod(parts.directory, accountId, parts.clock.nowMs())
  const month = dayToIso(period.startDay).slice(0, 7)
  const family = withFamily(parts.directory, [accountId])
  const closed = closedPlaces(parts.directory, family)
  const open = billingScope(parts, month, family).filter(
    ({ account, period: { startDay } }) => !closed.has(`${account.accountId}|${startDay}`),
  )
  const scope = onParents(open).find(
    (each) => each.account.accountId === accountId && each.period.startDay === period.startDay,
  )
  if (scope === undefined) return { accountId, period, drafts: [], finding: undefined }
  const run = await previewRun(parts, [scope])
  const publish = cutOffPublisher(parts, [run.cutOff.cutOffId])
  const prepared = await prepareInvoices({ ...parts, publish }, scope, run, run.due)
  const drafts = prepared.status === 'ready' ? prepared.drafts.map(({ draft }) => draft) : []
  const finding = 'finding' in prepared ? prepared.finding : undefined
  return { accountId, period, drafts, finding }
}

/** On whose invoice it is. */
function payerOf({ accounts }: Directory, accountId: string): string {
  const account = accounts.get(accountId)
  return account?.invoicedOn === undefined ? accountId : account.parentAccountId
}

function closedPlaces({ accounts }: Directory, accountIds: readonly string[]): Set<string> {
  return new Set(
    accountIds.flatMap((accountId) => {
      const { closedPeriods = [] } = accounts.get(accountId) ?? {}
      return closedPeriods.map(({ periodStartDay }) => `${accountId}|${periodStartDay}`)
    }),
  )
}

/** After the last that was closed; else the one that ended last, if anything was active then, or the one that runs. */
function nextPeriod(directory: Directory, accountId: string, nowMs: number): BillingPeriod {
  const account = directory.accounts.get(accountId)
  if (account === undefined) throw new TikError('not_found', `there is no account ${accountId}`)
  const calendar = accountCalendar(account)
  const closed = account.closedPeriods.map(({ periodStartDay }) => periodStartDay)
  if (closed.length > 0) {
    return calendar.periodAt(calendar.periodStarting(Math.max(...closed)).endMs)
  }
  const running = calendar.periodAt(nowMs)
  const ended = calendar.periodAt(running.startMs - 1)
  const wasActive = directory.subscriptions.some((each) => {
    return each.accountId === accountId && each.activatedMs < ended.endMs
  })
  return wasActive ? ended : running
}
