/**
 * What a subscription or account is given twice for one moment: which of the two would hold? The store
 * could not keep them either; here they are named with their place in the document.
 */
import type { Account, Subscription } from '../core/accounts/accounts.ts'
import { overlap, type Validity } from '../core/time/validity.ts'
import type { DocumentProblem } from './document/located-document.ts'

type Given = readonly [what: string, validity: Validity]

/** Modules, groups and rates of an account that overlap, and plans that begin at one moment. */
export function doubledAssignments(
  subscriptions: readonly Subscription[],
  accounts: readonly Account[],
): DocumentProblem[] {
  return [
    ...subscriptions.flatMap(({ index, plans, modules, groups }) =>
      [
        ...(new Set(plans.map(({ fromMs }) => fromMs)).size < plans.length
          ? ['two plans begin at the same moment']
          : []),
        ...doubled(modules.map((module): Given => [`module ${module.moduleId}`, module])),
        ...doubled(groups.map((group): Given => [`group ${group.groupId}`, group])),
      ].map((message) => ({ path: ['subscriptions', index], message })),
    ),
    ...accounts.flatMap(({ rateOverrides }, index) =>
      doubled(rateOverrides.map((one): Given => [`a rate for ${one.callType}`, one])).map(
        (message) => ({ path: ['accounts', index, 'rateOverrides'], message }),
      ),
    ),
  ]
}

function doubled(given: readonly Given[]): string[] {
  return given.flatMap(([what, validity], at) => {
    const isDouble = given.slice(0, at).some(([other, earlier]) => {
      return other === what && overlap(earlier, validity) !== undefined
    })
    return isDouble ? [`${what} is given twice for one moment`] : []
  })
}
