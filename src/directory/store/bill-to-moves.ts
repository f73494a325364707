/**
 * On whose invoice a subscription is after an import. What is billed stays where it was billed: a move lies after
 * the last period that was closed, so that the rows of an invoice are those of its bill-to for ever.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Directory, Subscription } from '../../core/accounts/accounts.ts'
import type { BillToAssignment } from '../../core/accounts/bill-to.ts'
import { holdersOf } from '../../core/accounts/held-subscriptions.ts'
import { TikError } from '../../core/failures/errors.ts'
import { accountCalendar } from '../../core/time/account-calendar.ts'
import { dayToIso } from '../../core/time/period.ts'
import { endedAt } from '../../core/time/validity.ts'

const SHOWN_MAX = 20

/** With the bill-to's that are known, where the import does not say. */
export function keepBillTos(
  before: Directory,
  subscriptions: readonly Subscription[],
): Subscription[] {
  const known = new Map(before.subscriptions.map((one) => [one.subscriptionId, one.billTos]))
  return subscriptions.map((one) => {
    const billTos = one.billTos ?? known.get(one.subscriptionId)
    return billTos === undefined ? one : { ...one, billTos }
  })
}

/** Throws `accounts_invalid` where a subscription that is billed would have been another bill-to's then. */
export function refuseBilledMoves(before: Directory, changed: readonly Subscription[]): void {
  const known = new Map(before.subscriptions.map((one) => [one.subscriptionId, one]))
  const moved = changed.flatMap((one) => {
    const earlier = known.get(one.subscriptionId)
    if (earlier === undefined) return []
    const billed = billedUntil(earlier, before)
    if (billed === undefined) return []
    const isSame = isDeepStrictEqual(heldUntil(one, billed.endMs), heldUntil(earlier, billed.endMs))
    return isSame ? [] : [`${one.subscriptionId} is billed until ${billed.lastDay}`]
  })
  if (moved.length === 0) return
  const more = moved.length > SHOWN_MAX ? ` and ${moved.length - SHOWN_MAX} more` : ''
  throw new TikError('accounts_invalid', `${moved.slice(0, SHOWN_MAX).join('; ')}${more}`, {
    hint:
      'it goes to another bill-to from the first day that is not billed on; what was billed is put right ' +
      'by `tik bill credit` and one-off charges; nothing was imported',
  })
}

function heldUntil({ billTos = [] }: Subscription, endMs: number): BillToAssignment[] {
  return endedAt(billTos, endMs).sort((left, right) => left.fromMs - right.fromMs)
}

/** By the accounts that had it, each for its time. */
function billedUntil(
  subscription: Subscription,
  { accounts }: Directory,
): { readonly endMs: number; readonly lastDay: string } | undefined {
  const ends = holdersOf(subscription).flatMap(({ accountId, toMs }) => {
    const account = accounts.get(accountId)
    if (account === undefined || account.closedPeriods.length === 0) return []
    const calendar = accountCalendar(account)
    const lastDay = Math.max(...account.closedPeriods.map(({ periodStartDay }) => periodStartDay))
    const endMs = Math.min(toMs, calendar.periodStarting(lastDay).endMs)
    return [{ endMs, lastDay: dayToIso(calendar.dayAt(endMs - 1).day) }]
  })
  return ends.sort((left, right) => left.endMs - right.endMs).at(-1)
}
