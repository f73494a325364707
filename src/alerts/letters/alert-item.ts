/**
 * What a mail says about one limit: the levels of it that were crossed together, with names and
 * numbers looked up, but not yet in any language.
 */
import assert from 'node:assert/strict'
import type { Catalogue, Localized } from '../../catalogue/catalogue.ts'
import type { Directory, Subscription } from '../../core/accounts/accounts.ts'
import { accountCalendar } from '../../core/time/account-calendar.ts'
import { unreachable } from '../../core/failures/outcome.ts'
import { billingCalendar } from '../../core/time/period.ts'
import { nameAt } from '../../core/accounts/subscription-name.ts'
import { LIMIT_KINDS, unitOfLimit, type LimitUnit } from '../../limits/limit-kinds.ts'
import { percentOfLevel } from '../../limits/limit-levels.ts'
import type { LedgerCrossing } from '../crossings/crossing.ts'

export interface AlertItem {
  readonly crossing: LedgerCrossing
  /** Lowest first. */
  readonly percents: readonly number[]
  readonly unit: LimitUnit
  /** Name of the bundle or module; undefined where the limit has none. */
  readonly subjectNames: Localized | undefined
  readonly scope: AlertScope
  /** Whose usage crossed a limit of the whole account or group. */
  readonly crossedBy: SubscriptionName | undefined
  readonly period: { readonly startDay: number; readonly endDay: number }
  readonly blocks: boolean
  /** After the amount is reached a message comes each time that this much was used; 0 = no more. */
  readonly everyAmount: number
}

export type AlertScope =
  | { readonly kind: 'account'; readonly name: string }
  | { readonly kind: 'group'; readonly name: string }
  | ({ readonly kind: 'subscription' } & SubscriptionName)

export interface SubscriptionName {
  readonly number: string
  readonly label: string
}

export interface AlertContext {
  readonly directory: Directory
  readonly catalogue: Catalogue
  /** Subscription by id. */
  readonly subscriptions: ReadonlyMap<string, Subscription>
}

export function alertContext(directory: Directory, catalogue: Catalogue): AlertContext {
  const subscriptions = new Map(directory.subscriptions.map((one) => [one.subscriptionId, one]))
  return { directory, catalogue, subscriptions }
}

/** One item for each limit, in the order in which they were crossed; the last numbers count. */
export function alertItems(
  crossings: readonly (LedgerCrossing & {
    readonly blocks: boolean
    readonly everyAmount?: number
  })[],
  context: AlertContext,
): AlertItem[] {
  const items = new Map<string, AlertItem>()
  for (const crossing of crossings) {
    const { accountId, periodStartDay, code, scopeKind, scopeId, subject, amount } = crossing
    const of = [accountId, periodStartDay, code, scopeKind, scopeId, subject, amount]
    const key = of.join('|')
    const earlier = items.get(key)
    const percents = [...(earlier?.percents ?? []), percentOfLevel(crossing.level)]
    items.set(key, {
      crossing,
      percents: percents.sort((left, right) => left - right),
      unit: unitOf(crossing, context.catalogue),
      subjectNames: subjectNames(crossing, context.catalogue),
      scope: scopeOf(crossing, context),
      crossedBy: crossedBy(crossing, context),
      period: periodOf(crossing, context.directory),
      blocks: crossing.blocks || earlier?.blocks === true,
      everyAmount: crossing.everyAmount ?? 0,
    })
  }
  return [...items.values()]
}

/** Unit in which the limit of a crossing is counted. */
export function unitOf({ code, subject }: LedgerCrossing, catalogue: Catalogue): LimitUnit {
  const unit =
    LIMIT_KINDS[code].watches === 'module'
      ? catalogue.modules.get(subject)?.limit?.unit
      : (unitOfLimit(code, subject) ?? catalogue.allowances.get(subject)?.unit)
  assert(unit !== 'event') // Nothing watches those.
  return unit ?? 'money'
}

/** Number and label at that moment. */
export function subscriptionName(
  subscription: Subscription | undefined,
  atMs: number,
  subscriptionId: string,
): SubscriptionName {
  if (subscription === undefined) return { number: subscriptionId, label: '' }
  return { number: nameAt(subscription, atMs), label: subscription.label }
}

function subjectNames(
  { code, subject }: LedgerCrossing,
  catalogue: Catalogue,
): Localized | undefined {
  if (LIMIT_KINDS[code].watches === 'module') return catalogue.modules.get(subject)?.names
  return catalogue.allowances.get(subject)?.names
}

function scopeOf(crossing: LedgerCrossing, { directory, subscriptions }: AlertContext): AlertScope {
  const { scopeKind, scopeId, accountId } = crossing
  switch (scopeKind) {
    case 'subscription': {
      const subscription = subscriptions.get(scopeId)
      return { kind: scopeKind, ...subscriptionName(subscription, crossing.happenedMs, scopeId) }
    }
    case 'group':
      return { kind: scopeKind, name: directory.groups.get(scopeId)?.name ?? scopeId }
    case 'account': {
      const name = directory.accounts.get(accountId)?.party.legalName ?? accountId
      return { kind: scopeKind, name }
    }
    default:
      return unreachable(scopeKind)
  }
}

function crossedBy(
  { subscriptionId, scopeKind, happenedMs }: LedgerCrossing,
  { subscriptions }: AlertContext,
): SubscriptionName | undefined {
  if (subscriptionId === '' || scopeKind === 'subscription') return undefined
  return subscriptionName(subscriptions.get(subscriptionId), happenedMs, subscriptionId)
}

function periodOf(
  { accountId, periodStartDay }: LedgerCrossing,
  directory: Directory,
): { startDay: number; endDay: number } {
  const account = directory.accounts.get(accountId)
  const calendar = account === undefined ? billingCalendar('UTC', 1) : accountCalendar(account)
  return calendar.periodStarting(periodStartDay)
}
