/**
 * The kind of scope where an old row left it open (src/core/usage/old-keys.ts): the subscription of the row,
 * or a group of the same name that it belongs to.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory, Subscription } from '../../core/accounts/accounts.ts'
import { splitKey, type ScopeKind } from '../../core/usage/ids.ts'
import { SELF } from '../../core/usage/old-keys.ts'

export interface ScopeSources {
  readonly catalogue: Pick<Catalogue, 'allowances'>
  /** Subscriptions that are in the group at any time. */
  membersOf(groupId: string): readonly Subscription[]
}

/** Of everybody's groups. */
export function scopeSources(context: {
  readonly catalogue: Pick<Catalogue, 'allowances'>
  readonly directory: Pick<Directory, 'subscriptions'>
}): ScopeSources {
  const { catalogue, directory } = context
  return {
    catalogue,
    membersOf: (groupId) =>
      directory.subscriptions.filter(({ groups }) =>
        groups.some((membership) => membership.groupId === groupId),
      ),
  }
}

/** The key of an allowance instance, of whatever build. */
export function settledTakeKey(key: string, sources: ScopeSources): string {
  if (!key.endsWith(`|${SELF}`)) return key
  const [allowanceId = '', scopeId = '', startDay] = splitKey(key)
  return `${allowanceId}|${scopeId}|${startDay}|${kindOf(allowanceId, scopeId, sources)}`
}

/** The key of a crossing, of whatever build: the subject of a bundle's is its allowance. */
export function settledCrossingKey(key: string, sources: ScopeSources): string {
  const [code, scopeId = '', allowanceId = '', kind, level] = splitKey(key)
  if (kind !== SELF) return key
  return `${code}|${scopeId}|${allowanceId}|${kindOf(allowanceId, scopeId, sources)}|${level}`
}

/** As claims.ts has it: a member takes from its group, unless the allowance is its own. */
function kindOf(allowanceId: string, id: string, sources: ScopeSources): ScopeKind {
  if (sources.catalogue.allowances.get(allowanceId)?.scope === 'own') return 'subscription'
  const isMember = sources.membersOf(id).some(({ subscriptionId }) => subscriptionId === id)
  return isMember ? 'group' : 'subscription'
}
