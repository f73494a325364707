/**
 * Whose a subscription is after an import. A document that names another account than it is of, and not
 * from when on, would move all that was used and billed without a trace: it is refused.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Directory, Subscription } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { holdersOf } from '../../core/accounts/held-subscriptions.ts'

const SHOWN_MAX = 20

/** With who had it before, where the import does not say. Throws `accounts_invalid` for an undated move. */
export function keepHolders(
  before: Directory,
  subscriptions: readonly Subscription[],
): Subscription[] {
  const known = new Map(before.subscriptions.map((one) => [one.subscriptionId, one]))
  const undated: string[] = []
  const kept = subscriptions.map((one): Subscription => {
    const earlier = known.get(one.subscriptionId)
    if (earlier === undefined || one.earlierAccounts !== undefined) return one
    if (earlier.accountId !== one.accountId) {
      undated.push(`${one.subscriptionId} is of ${earlier.accountId}, not of ${one.accountId}`)
    }
    const { earlierAccounts } = earlier
    return earlierAccounts === undefined ? one : { ...one, earlierAccounts }
  })
  if (undated.length === 0) return kept
  const more = undated.length > SHOWN_MAX ? ` and ${undated.length - SHOWN_MAX} more` : ''
  throw new TikError('accounts_invalid', `${undated.slice(0, SHOWN_MAX).join('; ')}${more}`, {
    hint:
      'a subscription moves to another account from a moment on: `tik accounts takeover`, or ' +
      'earlierAccounts: [{ id: …, to: 2026-10-15 }] in the document; nothing was imported',
  })
}

/** From when on what belongs to whom, of those that moved, and what a person has to do for the past. */
export function moveNotices(
  before: Directory,
  changed: readonly Subscription[],
): { readonly notices?: readonly string[] } {
  const known = new Map(before.subscriptions.map((one) => [one.subscriptionId, one]))
  const notices = changed.flatMap((one) => {
    const earlier = known.get(one.subscriptionId)
    if (earlier === undefined) return []
    const holders = holdersOf(one)
    if (isDeepStrictEqual(holders, holdersOf(earlier))) return []
    const isOther = [...new Set([...holders, ...holdersOf(earlier)].map((each) => each.accountId))]
    if (isOther.length < 2) return []
    const list = holders.map(({ accountId, fromMs }) => {
      return `${accountId} from ${new Date(fromMs).toISOString().slice(0, 16)}Z`
    })
    return `${one.subscriptionId}: ${list.join(', then ')}; usage of then that is rated already moves by \`tik rerate\``
  })
  return notices.length === 0 ? {} : { notices }
}
