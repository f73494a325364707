/** One step in the life of a subscription: what it is afterwards, or why that cannot be. */
import type { Identity, ModuleAssignment, Subscription } from '../../core/accounts/accounts.ts'
import { holdersOf } from '../../core/accounts/held-subscriptions.ts'
import { endedAt, holdsAt, openFrom } from '../../core/time/validity.ts'
import type { SubscriptionStep } from './directory-event.ts'

export type StepResult = { readonly changed: Subscription } | { readonly problem: string }

export function changeSubscription(
  subscription: Subscription,
  event: SubscriptionStep,
  atMs: number,
): StepResult {
  if (atMs < subscription.activatedMs) return { problem: 'it is before the activation' }
  if (atMs > subscription.terminatedMs) return { problem: 'the subscription was terminated before' }
  switch (event.type) {
    case 'block-sim':
    case 'unblock-sim':
      return { changed: subscription } // The network blocks; here it is only charged and remembered.
    case 'terminate':
      return terminated(subscription, atMs)
    case 'swap-sim':
      return swapped(subscription, event, atMs)
    case 'port-in':
      return withNumber(subscription, event.number, atMs)
    case 'port-out':
      return withoutNumber(subscription, event.number, atMs)
    case 'change-plan':
      return withPlan(subscription, event.plan, atMs)
    case 'add-module':
      return withModule(subscription, event.module, atMs)
    case 'end-module':
      return withoutModule(subscription, event.module, atMs)
    case 'change-bill-to':
      return withBillTo(subscription, event.billTo, atMs)
    case 'takeover':
      break
  }
  return takenOver(subscription, event.account, atMs)
}

/** Its numbers and SIM can be somebody else's from then on. */
function terminated(subscription: Subscription, atMs: number): StepResult {
  return {
    changed: {
      ...subscription,
      terminatedMs: atMs,
      identities: endedAt(subscription.identities, atMs),
      plans: endedAt(subscription.plans, atMs),
      modules: endedAt(subscription.modules, atMs),
      groups: endedAt(subscription.groups, atMs),
    },
  }
}

function swapped(
  subscription: Subscription,
  event: Extract<SubscriptionStep, { type: 'swap-sim' }>,
  atMs: number,
): StepResult {
  const chips = [
    { kind: 'imsi', value: event.imsi },
    { kind: 'iccid', value: event.iccid },
  ] as const
  let identities = subscription.identities
  for (const { kind, value } of chips) {
    if (value === undefined) continue
    const others = identities.filter((one) => one.kind !== kind)
    const ended = endedAt(
      identities.filter((one) => one.kind === kind),
      atMs,
    )
    identities = [...others, ...ended, { kind, value, ...openFrom(atMs) }]
  }
  return withIdentities(subscription, identities)
}

function withNumber(subscription: Subscription, value: string, atMs: number): StepResult {
  const { identities } = subscription
  const isIt = (one: Identity) => one.kind === 'number' && one.value === value && one.toMs > atMs
  if (identities.some(isIt)) return { problem: `it has the number ${value} already` }
  return withIdentities(subscription, [...identities, { kind: 'number', value, ...openFrom(atMs) }])
}

function withoutNumber(subscription: Subscription, number: string, atMs: number): StepResult {
  const isIt = (one: Identity) =>
    one.kind === 'number' && one.value === number && holdsAt(one, atMs)
  if (!subscription.identities.some(isIt)) return { problem: `it has no number ${number} then` }
  return withIdentities(
    subscription,
    subscription.identities.flatMap((one) => (isIt(one) ? endedAt([one], atMs) : [one])),
  )
}

function withPlan(subscription: Subscription, planId: string, atMs: number): StepResult {
  const later = subscription.plans.find(({ fromMs }) => fromMs > atMs)
  if (later !== undefined) return { problem: `plan ${later.planId} begins later already` }
  const plans = [...endedAt(subscription.plans, atMs), { planId, ...openFrom(atMs) }]
  return { changed: { ...subscription, plans } }
}

function withModule(subscription: Subscription, moduleId: string, atMs: number): StepResult {
  const { modules } = subscription
  const isTheSame = (one: ModuleAssignment) =>
    one.moduleId === moduleId && one.fromMs === atMs && one.toMs === Infinity
  if (modules.some(isTheSame)) return { changed: subscription }
  if (modules.some((one) => one.moduleId === moduleId && one.toMs > atMs)) {
    return { problem: `it has the module ${moduleId} already` }
  }
  return { changed: { ...subscription, modules: [...modules, { moduleId, ...openFrom(atMs) }] } }
}

/** On whose invoice it is from then on. */
function withBillTo(
  subscription: Subscription,
  billToId: string | undefined,
  atMs: number,
): StepResult {
  const { billTos = [] } = subscription
  const later = billTos.find(({ fromMs }) => fromMs > atMs)
  if (later !== undefined) return { problem: `bill-to ${later.billToId} begins later already` }
  if (billTos.findLast((one) => holdsAt(one, atMs))?.billToId === billToId) {
    return { changed: subscription }
  }
  const next = billToId === undefined ? [] : [{ billToId, ...openFrom(atMs) }]
  return { changed: { ...subscription, billTos: [...endedAt(billTos, atMs), ...next] } }
}

function withoutModule(subscription: Subscription, moduleId: string, atMs: number): StepResult {
  const { modules } = subscription
  const ended = modules.some((one) => one.moduleId === moduleId && one.toMs === atMs)
  if (ended) return { changed: subscription }
  const ending = modules.filter((one) => one.moduleId === moduleId && holdsAt(one, atMs))
  if (ending.length === 0) return { problem: `it has no module ${moduleId} then` }
  const others = modules.filter((one) => !ending.includes(one))
  return { changed: { ...subscription, modules: [...others, ...endedAt(ending, atMs)] } }
}

/** Its groups and bill-to's are the old account's; numbers, plans and modules go on. */
function takenOver(subscription: Subscription, accountId: string, atMs: number): StepResult {
  const holders = holdersOf(subscription)
  const now = holders.at(-1)
  const nowId = now?.accountId ?? subscription.accountId
  const fromMs = now?.fromMs ?? subscription.activatedMs
  if (atMs === subscription.terminatedMs) return { problem: 'the subscription ends then' }
  if (nowId === accountId) {
    if (atMs < fromMs) return movedTo(subscription, accountId, atMs)
    if (atMs === fromMs) return { changed: subscription }
    return { problem: `${accountId} has it since ${new Date(fromMs).toISOString()} already` }
  }
  if (atMs < fromMs) {
    return { problem: `it goes to ${nowId} later, at ${new Date(fromMs).toISOString()}` }
  }
  return movedTo(subscription, accountId, atMs)
}

function movedTo(subscription: Subscription, accountId: string, atMs: number): StepResult {
  const earlier = holdersOf(subscription)
    .filter(({ fromMs }) => fromMs < atMs)
    .map((held) => ({ accountId: held.accountId, toMs: Math.min(held.toMs, atMs) }))
  while (earlier.at(-1)?.accountId === accountId) earlier.pop() // It has it back as if it had stayed.
  const { billTos } = subscription
  const groups = endedAt(subscription.groups, atMs)
  const ended = billTos === undefined ? {} : { billTos: endedAt(billTos, atMs) }
  return { changed: { ...subscription, accountId, earlierAccounts: earlier, groups, ...ended } }
}

function withIdentities(subscription: Subscription, identities: readonly Identity[]): StepResult {
  return { changed: { ...subscription, identities } }
}
