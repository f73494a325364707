/**
 * Limit events as other systems get them: the Kafka topics `alerts` and `service-requests` and
 * webhooks carry the same JSON. README.md documents the fields; they may be added to, never changed.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { accountCalendar, termsAt } from '../../core/time/account-calendar.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import { crossingKey, type ScopeKind } from '../../core/usage/ids.ts'
import { micros, microsToDecimal } from '../../core/money/money.ts'
import { billingCalendar, dayToIso } from '../../core/time/period.ts'
import type { BlockService, LimitUnit } from '../../limits/limit-kinds.ts'
import { percentOfLevel, repeatedAt, thresholdOf } from '../../limits/limit-levels.ts'
import { unitOf } from '../letters/alert-item.ts'
import type { LedgerCrossing } from '../crossings/crossing.ts'

export interface AlertEvent {
  readonly type: 'limit.crossed'
  readonly version: 1
  /** The same for every delivery of this crossing: recipients drop what they had. */
  readonly id: string
  readonly accountId: string
  readonly partnerId: string
  readonly limit: {
    readonly code: string
    /** What is watched. */
    readonly scope: ScopeKind
    readonly scopeId: string
    readonly subject: string
    readonly percent: number
    /** The sum that was reached: that percent of the amount, or the step of a level that repeats. */
    readonly threshold: string | number
    /** EUR as a decimal string, else a count of the unit. */
    readonly amount: string | number
    readonly unit: 'EUR' | 'second' | 'byte' | 'message'
  }
  readonly used: string | number
  /** The subscription whose usage crossed it; '' when a change of the limit did. */
  readonly subscriptionId: string
  readonly product: string
  /** First day, and first day of the next period. */
  readonly period: { readonly start: string; readonly end: string; readonly timeZone: string }
  readonly happenedAt: string
  readonly recordedAt: string
}

export interface ServiceRequestEvent {
  readonly type: 'service.block.requested' | 'service.unblock.requested'
  readonly version: 1
  readonly id: string
  readonly accountId: string
  readonly partnerId: string
  readonly service: BlockService
  readonly subscriptions: readonly {
    readonly subscriptionId: string
    readonly requestId: string
    readonly identities: readonly { readonly kind: string; readonly value: string }[]
  }[]
  /** The limit that was crossed; left out where a person asked. */
  readonly because?: AlertEvent
  /** Why, where no limit asked. */
  readonly cause?: 'person' | 'unpaid' | 'operator'
  readonly requestedAt: string
}

/** Key of an event on a Kafka topic: one order per account, as the usage had. */
export function eventKey(event: AlertEvent | ServiceRequestEvent): string {
  return event.accountId
}

export function toAlertEvent(
  crossing: LedgerCrossing,
  { directory, catalogue }: { directory: Directory; catalogue: Catalogue },
): AlertEvent {
  const { accountId, periodStartDay, code, scopeKind, scopeId, subject } = crossing
  const account = directory.accounts.get(accountId)
  const calendar = account === undefined ? billingCalendar('UTC', 1) : accountCalendar(account)
  const period = calendar.periodStarting(periodStartDay)
  const terms = account === undefined ? undefined : termsAt(account, period.startMs)
  const unit = unitOf(crossing, catalogue)
  return {
    type: 'limit.crossed',
    version: 1,
    id: eventId(crossing),
    accountId,
    partnerId: terms?.partnerId ?? '',
    limit: {
      code,
      scope: scopeKind,
      scopeId,
      subject,
      percent: percentOfLevel(crossing.level),
      threshold: quantity(thresholdOfCrossing(crossing), unit),
      amount: quantity(crossing.amount, unit),
      unit: unit === 'money' ? 'EUR' : unit,
    },
    used: quantity(crossing.used, unit),
    subscriptionId: crossing.subscriptionId,
    product: crossing.product,
    period: {
      start: dayToIso(period.startDay),
      end: dayToIso(period.endDay),
      timeZone: terms?.timeZone ?? calendar.timeZone,
    },
    happenedAt: new Date(crossing.happenedMs).toISOString(),
    recordedAt: new Date(crossing.recordedMs).toISOString(),
  }
}

/** `account/period/limit|scope|subject|kind|level`: what makes a crossing unique. */
export function eventId(crossing: LedgerCrossing): string {
  return `${crossing.accountId}/${dayToIso(crossing.periodStartDay)}/${crossingKey(crossing)}`
}

function thresholdOfCrossing({ level, amount }: LedgerCrossing): number {
  return repeatedAt(level) ?? thresholdOf(percentOfLevel(level), amount)
}

function quantity(amount: number, unit: LimitUnit): string | number {
  return unit === 'money' ? microsToDecimal(micros(amount)) : amount
}
