/** Limits as a caller sees and changes them. What a change makes crossed is told at once. */
import type { Directory, LimitSetting } from '../../core/accounts/accounts.ts'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
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
import { note } from '../note-act.ts'
import { openReference } from '../rating-parts.ts'
import { crossAtOnce } from './cross-at-once.ts'

/** The value that holds of each limit, and where it comes from. Throws `not_found`. */
export async function limitsOf(desk: Desk, accountId: string): Promise<ListedLimit[]> {
  const reference = await openReference(desk)
  accountWithin(desk.caller, reference.directory, accountId)
  return listLimits(reference, accountId, systemClock.nowMs())
}

/** A value that was set for exactly this, if there is one. Throws `not_found`. */
export async function ownLimitOf(
  desk: Desk,
  key: LimitKey,
): Promise<(LimitSetting & { unit: LimitUnit }) | undefined> {
  const { directory, catalogue } = await openReference(desk)
  requireReachable(desk.caller, directory, key)
  const { code, subject, scopeKind, scopeId } = key
  const found = directory.limits.findLast(
    (one) =>
      one.code === code &&
      one.subject === subject &&
      one.scopeKind === scopeKind &&
      one.scopeId === scopeId &&
      one.toMs === Infinity,
  )
  return found === undefined ? undefined : { ...found, unit: limitUnitOf(code, subject, catalogue) }
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
  await noteChange(desk, reference.directory, wish.key, 'limit.set', wish)
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
  if (isRemoved) await noteChange(desk, reference.directory, key, 'limit.default')
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

/** From which value to which says the history of limits, and the audit log with who it was. */
async function noteChange(
  desk: Desk,
  directory: Directory,
  { code, subject, scopeKind, scopeId }: LimitKey,
  act: string,
  wish?: Pick<LimitWish, 'amount' | 'action' | 'levels'>,
): Promise<void> {
  const own = (limit: { code: string; subject: string; scopeId: string; toMs: number }) =>
    limit.code === code && limit.subject === subject && limit.scopeId === scopeId
  const before = directory.limits.find(
    (one) => one.scopeKind === scopeKind && own(one) && one.toMs === Infinity,
  )
  const accountId =
    scopeKind === 'account'
      ? scopeId
      : (directory.subscriptions.find((one) => one.subscriptionId === scopeId)?.accountId ?? '')
  await note(desk, {
    act,
    subject: `${code}${subject === '' ? '' : ` ${subject}`} of ${scopeKind} ${scopeId}`,
    accountId: scopeKind === 'partner' ? '' : accountId,
    partnerId: scopeKind === 'partner' ? scopeId : '',
    before: before === undefined ? undefined : { amount: before.amount, action: before.action },
    after: wish === undefined ? undefined : { amount: wish.amount, action: wish.action },
  })
}

/** A partner's default is its own; a customer sets limits of its account and subscriptions. */
function requireOwner(
  caller: Caller,
  directory: Directory,
  { scopeKind, scopeId }: LimitKey,
): void {
  requireRight(caller, 'change-limits')
  requireReachable(caller, directory, { scopeKind, scopeId })
}

function requireReachable(
  caller: Caller,
  directory: Directory,
  { scopeKind, scopeId }: Pick<LimitKey, 'scopeKind' | 'scopeId'>,
): void {
  if (scopeKind === 'account') return void accountWithin(caller, directory, scopeId)
  if (scopeKind === 'subscription') {
    const owner = directory.subscriptions.findLast((one) => one.subscriptionId === scopeId)
    if (owner === undefined) throw new TikError('not_found', `there is no subscription ${scopeId}`)
    return void accountWithin(caller, directory, owner.accountId)
  }
  const { reach } = caller
  if (reach.kind === 'partner' && reach.partnerId === scopeId) return
  if (reach.kind === 'operator') {
    if (directory.partners.has(scopeId)) return
    throw new TikError('not_found', `there is no partner ${scopeId}`)
  }
  throw new TikError('not_allowed', `${caller.name} has no right to change this default`)
}
