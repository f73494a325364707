/** Limits as a caller sees and changes them. What a change makes crossed is told at once. */
import type { Directory } from '../../core/accounts.ts'
import { systemClock } from '../../core/clock.ts'
import { TikError } from '../../core/errors.ts'
import { importLimitsCsv } from '../../directory/limits/import-limits-csv.ts'
import { limitUnitOf } from '../../directory/limits/limit-rules.ts'
import {
  limitChanges,
  listLimits,
  setLimit,
  unsetLimit,
  type LimitChangeRow,
  type LimitKey,
  type ListedLimit,
} from '../../directory/limits/limits.ts'
import type { LimitUnit } from '../../limits/limit-kinds.ts'
import { accountWithin, requireOperator, requireRight, type Caller } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { openReference } from '../rating-parts.ts'
import { crossAtOnce } from './cross-at-once.ts'

/** The value that holds of each limit, and where it comes from. Throws `not_found`. */
export async function limitsOf(desk: Desk, accountId: string): Promise<ListedLimit[]> {
  const reference = await openReference(desk)
  accountWithin(desk.caller, reference.directory, accountId)
  return listLimits(reference, accountId, systemClock.nowMs())
}

export interface LimitWish {
  readonly key: LimitKey
  /** As a person writes it; 0 switches the limit off. */
  readonly amount: string
  readonly action?: 'notify' | 'block'
  readonly levels?: string
  /** In whose name, where that is not the caller's. */
  readonly by?: string
}

/** Returns the amount that holds now and how many levels are reached already. */
export async function changeLimit(
  desk: Desk,
  { by, ...wish }: LimitWish,
): Promise<{ amount: number; crossedCount: number }> {
  const reference = await openReference(desk)
  requireOwner(desk.caller, reference.directory, wish.key)
  const editor = { changedBy: by ?? desk.caller.name, atMs: systemClock.nowMs() }
  const { amount } = await setLimit(desk.operations, reference, wish, editor)
  const change = { atMs: editor.atMs, changed: [wish.key] }
  return { amount, crossedCount: await crossAtOnce(desk, reference, change) }
}

/** Back to the default. `isRemoved` is false where there was no own value. */
export async function dropLimit(
  desk: Desk,
  { key, by = desk.caller.name }: Pick<LimitWish, 'key' | 'by'>,
): Promise<{ isRemoved: boolean; crossedCount: number }> {
  const reference = await openReference(desk)
  requireOwner(desk.caller, reference.directory, key)
  const atMs = systemClock.nowMs()
  const isRemoved = await unsetLimit(desk.operations, key, { changedBy: by, atMs })
  return {
    isRemoved,
    crossedCount: await crossAtOnce(desk, reference, { atMs, changed: [key] }),
  }
}

/** Many at once from a CSV file, as if each was set by hand. */
export async function importLimits(
  desk: Desk,
  file: string,
  { dryRun }: { dryRun: boolean },
): Promise<{ added: number; changed: number; unchanged: number; crossedCount: number }> {
  requireOperator(desk.caller)
  const reference = await openReference(desk)
  const by = { dryRun, atMs: systemClock.nowMs(), changedBy: 'tik limits import' }
  const counts = await importLimitsCsv(desk.operations, reference, file, by)
  return {
    added: counts.added.length,
    changed: counts.changed.length,
    unchanged: counts.unchanged,
    crossedCount: dryRun ? 0 : await crossAtOnce(desk, reference, by),
  }
}

/** Who changed which limit of an account, newest first, with the unit of its amounts. */
export async function limitHistory(
  desk: Desk,
  accountId: string,
): Promise<(LimitChangeRow & { unit: LimitUnit })[]> {
  const { directory, catalogue } = await openReference(desk)
  const { partnerId } = accountWithin(desk.caller, directory, accountId)
  const own = directory.subscriptions.filter((one) => one.accountId === accountId)
  const scopes: Pick<LimitKey, 'scopeKind' | 'scopeId'>[] = [
    { scopeKind: 'account', scopeId: accountId },
    { scopeKind: 'partner', scopeId: partnerId },
    ...own.map((one) => ({ scopeKind: 'subscription' as const, scopeId: one.subscriptionId })),
  ]
  const changes = await limitChanges(desk.operations, scopes)
  return changes.map((one) => ({ ...one, unit: limitUnitOf(one.code, one.subject, catalogue) }))
}

/** A partner's default is its own; a customer sets limits of its account and subscriptions. */
function requireOwner(
  caller: Caller,
  directory: Directory,
  { scopeKind, scopeId }: LimitKey,
): void {
  requireRight(caller, 'change-limits')
  if (caller.reach.kind === 'operator') return // Whose it is, and that it exists, says the rule.
  if (scopeKind === 'account') return void accountWithin(caller, directory, scopeId)
  if (scopeKind === 'subscription') {
    const owner = directory.subscriptions.findLast((one) => one.subscriptionId === scopeId)
    if (owner === undefined) throw new TikError('not_found', `there is no subscription ${scopeId}`)
    return void accountWithin(caller, directory, owner.accountId)
  }
  if (caller.reach.kind === 'partner' && caller.reach.partnerId === scopeId) return
  throw new TikError('not_allowed', `${caller.name} has no right to change this default`)
}
