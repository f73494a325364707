/** One subscription of an accounts document, and what can be wrong between subscriptions. */
import type {
  Account,
  Group,
  Identity,
  Partner,
  PlanAssignment,
  Subscription,
  Validity,
} from '../../core/accounts/accounts.ts'
import type { BillTo, BillToAssignment } from '../../core/accounts/bill-to.ts'
import { overlaps } from '../../core/time/validity.ts'
import { defaultPlans } from '../agreement.ts'
import type { DirectoryDocument } from './directory-schema.ts'
import { localMomentMs, validityOf } from '../local-moment.ts'
import type { DocumentProblem } from './located-document.ts'

type WrittenSubscription = DirectoryDocument['subscriptions'][number]
type WrittenAssignment = WrittenSubscription['modules'][number]

export interface SubscriptionContext {
  readonly index: number
  readonly account: Account
  readonly accounts: ReadonlyMap<string, Account>
  readonly partner: Partner | undefined
  readonly groups: ReadonlyMap<string, Group>
  readonly billTos: ReadonlyMap<string, BillTo>
  readonly problems: DocumentProblem[]
}

export function buildSubscription(
  written: WrittenSubscription,
  context: SubscriptionContext,
): Subscription {
  const { timeZone } = context.account
  const activatedMs = localMomentMs(written.activated, timeZone)
  const terminatedMs =
    written.terminated === undefined ? Infinity : localMomentMs(written.terminated, timeZone)
  if (terminatedMs < activatedMs) {
    const path = ['subscriptions', context.index, 'terminated']
    context.problems.push({ path, message: 'it ends before it begins' })
  }
  const dated = (assignments: readonly WrittenAssignment[]): (Validity & { id: string })[] =>
    assignments.map((one) => toValidity(one, timeZone, activatedMs))
  checkGroups(written, context)
  return {
    subscriptionId: written.id,
    index: context.index,
    accountId: written.account,
    ...earlierAccounts(written, context, { fromMs: activatedMs, toMs: terminatedMs }),
    product: written.product,
    label: written.label,
    costCentre: written.costCentre,
    activatedMs,
    terminatedMs,
    identities: identitiesOf(written, timeZone, activatedMs),
    plans: planAssignments(dated(written.plans), context, written.product, activatedMs),
    modules: dated(written.modules).map(({ id, ...validity }) => ({ moduleId: id, ...validity })),
    groups: dated(written.groups).map(({ id, ...validity }) => ({ groupId: id, ...validity })),
    ...(written.billTos === undefined
      ? {}
      : { billTos: billToAssignments(dated(written.billTos), written, context) }),
  }
}

/** Pairs of subscriptions that have the same number (IMSI, …) at the same time. */
export function overlappingIdentities(subscriptions: readonly Subscription[]): DocumentProblem[] {
  const holders = new Map<string, { identity: Identity; subscription: Subscription }[]>()
  const problems: DocumentProblem[] = []
  for (const subscription of subscriptions) {
    for (const identity of subscription.identities) {
      const key = overlapKey(subscription, identity)
      const earlier = holders.get(key) ?? []
      const other = earlier.find((holder) => overlaps(holder.identity, identity))
      if (other !== undefined) {
        problems.push({
          path: ['subscriptions', subscription.index],
          message: `${key} belongs to ${other.subscription.subscriptionId} at the same time`,
        })
      }
      holders.set(key, [...earlier, { identity, subscription }])
    }
  }
  return problems
}

/** An extension is a number within its account; every other identity exists once. */
function overlapKey({ accountId }: Subscription, { kind, value }: Identity): string {
  const isExtension = kind === 'number' && !value.startsWith('+')
  return isExtension ? `extension ${value} of ${accountId}` : `${kind} ${value}`
}

function identitiesOf(
  written: WrittenSubscription,
  timeZone: string,
  activatedMs: number,
): Identity[] {
  const lists = [
    ['iccid', written.iccids],
    ['imsi', written.imsis],
    ['number', written.numbers],
    ['trunk', written.trunks],
  ] as const
  return lists.flatMap(([kind, identities]) =>
    identities.map((one): Identity => {
      const { value, ...validity } = typeof one === 'string' ? { value: one } : one
      return { kind, value, ...validityOf(validity, timeZone, activatedMs) }
    }),
  )
}

/** Without `to` a plan holds until the next one starts. */
function planAssignments(
  plans: readonly (Validity & { id: string })[],
  { partner }: SubscriptionContext,
  product: 'voip' | 'mobile',
  activatedMs: number,
): PlanAssignment[] {
  if (plans.length === 0) {
    return [...defaultPlans({ product, activatedMs }, partner)]
  }
  const ordered = [...plans].sort((left, right) => left.fromMs - right.fromMs)
  return ordered.map(({ id, fromMs, toMs }, position) => ({
    planId: id,
    fromMs,
    toMs: Math.min(toMs, ordered[position + 1]?.fromMs ?? Infinity),
  }))
}

/** Each until the next one begins, as plans; of a bill-to of whoever has or had the subscription. */
function billToAssignments(
  billTos: readonly (Validity & { id: string })[],
  { account, earlierAccounts: earlier = [] }: WrittenSubscription,
  { index, problems, billTos: known }: SubscriptionContext,
): BillToAssignment[] {
  const holders = [account, ...earlier.map(({ id }) => id)]
  for (const [position, { id, fromMs, toMs }] of billTos.entries()) {
    const path = ['subscriptions', index, 'billTos', position]
    if (!holders.includes(known.get(id)?.accountId ?? '')) {
      problems.push({ path, message: `${account} has no bill-to "${id}"` })
    }
    if (toMs <= fromMs) problems.push({ path, message: 'it ends before it begins' })
    if (billTos.slice(0, position).some((other) => other.fromMs === fromMs)) {
      problems.push({ path, message: "two bill-to's begin at the same moment" })
    }
  }
  const ordered = [...billTos].sort((left, right) => left.fromMs - right.fromMs)
  return ordered.map(({ id, fromMs, toMs }, position) => ({
    billToId: id,
    fromMs,
    toMs: Math.min(toMs, ordered[position + 1]?.fromMs ?? Infinity),
  }))
}

/** Whoever had it before, in the order of time. */
function earlierAccounts(
  { account, earlierAccounts: written }: WrittenSubscription,
  { index, accounts, problems, account: { timeZone } }: SubscriptionContext,
  life: Validity,
): Pick<Subscription, 'earlierAccounts'> {
  if (written === undefined) return {}
  const earlier = written.map(({ id, to }) => ({
    accountId: id,
    toMs: localMomentMs(to, timeZone),
  }))
  let [beforeId, beforeMs] = ['', life.fromMs]
  for (const [position, { accountId, toMs }] of earlier.entries()) {
    const path = ['subscriptions', index, 'earlierAccounts', position]
    const nextId = earlier[position + 1]?.accountId ?? account
    if (!accounts.has(accountId))
      problems.push({ path, message: `there is no account "${accountId}"` })
    if (accountId === nextId || accountId === beforeId) {
      problems.push({ path, message: `${accountId} stands there twice in a row` })
    }
    if (toMs <= beforeMs || toMs > life.toMs) {
      const message = 'it ends before it begins, or after the subscription'
      problems.push({ path, message })
    }
    ;[beforeId, beforeMs] = [accountId, toMs]
  }
  return { earlierAccounts: earlier }
}

function checkGroups(
  written: WrittenSubscription,
  { index, account, groups, problems }: SubscriptionContext,
): void {
  const holders = [account.accountId, ...(written.earlierAccounts ?? []).map(({ id }) => id)]
  for (const [position, one] of written.groups.entries()) {
    const id = typeof one === 'string' ? one : one.id
    if (holders.includes(groups.get(id)?.accountId ?? '')) continue
    problems.push({
      path: ['subscriptions', index, 'groups', position],
      message: `${account.accountId} has no group "${id}"`,
    })
  }
}

function toValidity(
  written: WrittenAssignment,
  timeZone: string,
  activatedMs: number,
): Validity & { id: string } {
  if (typeof written === 'string') return { id: written, fromMs: activatedMs, toMs: Infinity }
  return { id: written.id, ...validityOf(written, timeZone, activatedMs) }
}
