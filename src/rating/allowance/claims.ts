/** Which allowances a subscription may take from at a moment, and in whose name. */
import type { Group, Subscription } from '../../core/accounts/accounts.ts'
import { holdsAt } from '../../core/time/validity.ts'
import type { CompiledAllowance, Offer } from '../memory/offer.ts'
import { tightList } from '../memory/tight-list.ts'
import type { AllowanceInstance } from './allowance-instance.ts'

export interface Claim {
  readonly compiled: CompiledAllowance
  /** Undefined where it is the subscription's own. */
  readonly groupId: string | undefined
  /** What it stands for in the stretch of the standing, once that was asked. */
  instances: readonly AllowanceInstance[] | undefined
}

export interface ClaimSources {
  readonly allowancesById: ReadonlyMap<string, readonly CompiledAllowance[]>
  readonly groups: ReadonlyMap<string, Group>
}

/**
 * Own and pooled ones come from the offer, fixed ones from the groups; without a group a pooled
 * allowance is its owner's alone.
 */
export function claimsAt(
  instantMs: number,
  { subscription, offer }: { readonly subscription: Subscription; readonly offer: Offer },
  sources: ClaimSources,
): readonly Claim[] {
  const groupIds = subscription.groups
    .filter((membership) => holdsAt(membership, instantMs))
    .map((membership) => membership.groupId)
  const offered = offer.allowances.flatMap(({ versions, dates }): Claim[] => {
    if (dates?.some((each) => holdsAt(each, instantMs)) === false) return []
    const compiled = versions.find((version) => holdsAt(version, instantMs))
    if (compiled === undefined) return []
    if (compiled.allowance.scope !== 'group-pooled' || groupIds.length === 0) {
      return [claim(compiled, undefined)]
    }
    return groupIds.map((groupId) => claim(compiled, groupId))
  })
  const fixed = groupIds.flatMap((groupId) =>
    (sources.groups.get(groupId)?.allowanceIds ?? []).flatMap((allowanceId): Claim[] => {
      const versions = sources.allowancesById.get(allowanceId)
      const compiled = versions?.find((version) => holdsAt(version, instantMs))
      return compiled === undefined ? [] : [claim(compiled, groupId)]
    }),
  )
  return tightList([...offered, ...fixed])
}

function claim(compiled: CompiledAllowance, groupId: string | undefined): Claim {
  return { compiled, groupId, instances: undefined }
}
