/**
 * The conditions of a report: whose usage the reader may see, and which of it is asked for. Every
 * report takes its conditions from here, so tenants are kept apart in one place. Conditions are
 * fixed texts; values go in as parameters.
 */
import { unreachable } from '../core/failures/outcome.ts'
import type { Product } from '../core/usage/usage.ts'
import type { QueryParam } from '../ledger/engine/query-file.ts'
import type { PeriodFilter } from './period-filter.ts'

/** Who reads: operations see all, a partner its accounts, a customer its own. */
export type ReportScope =
  | { readonly kind: 'operator' }
  | { readonly kind: 'partner'; readonly partnerId: string }
  | { readonly kind: 'accounts'; readonly accountIds: readonly string[] }

export interface UsageFilter {
  readonly scope: ReportScope
  readonly period: PeriodFilter
  readonly partnerId?: string | undefined
  readonly accountId?: string | undefined
  readonly product?: Product | undefined
  readonly callTypes?: readonly string[] | undefined
  /**
   * As a person types it: any part of the number, in any grouping, national or international; with `=` in
   * front the whole of it.
   */
  readonly senderContains?: string | undefined
  readonly receiverContains?: string | undefined
  /** Only of these; none of them where the list is empty. */
  readonly subscriptionIds?: readonly string[] | undefined
}

export interface Conditions {
  /** Parts of a WHERE clause, all of which must hold. */
  readonly texts: readonly string[]
  readonly params: Readonly<Record<string, QueryParam>>
}

/** Rated usage only: what was rejected or found duplicate is in `tik rejects`, not in a total. */
export function usageConditions(filter: UsageFilter): Conditions {
  return allOf([
    { texts: ["outcome = 'rated'"], params: {} },
    scopeConditions(filter.scope),
    periodConditions(filter.period),
    given('partner_id = {partnerId:String}', 'partnerId', filter.partnerId),
    given('account_id = {accountId:String}', 'accountId', filter.accountId),
    given('product = {product:String}', 'product', filter.product),
    given('call_type IN {callTypes:Array(String)}', 'callTypes', filter.callTypes),
    numberConditions('sender', filter.senderContains),
    numberConditions('receiver', filter.receiverContains),
    subscriptionConditions(filter.subscriptionIds),
  ])
}

export function allOf(conditions: readonly Conditions[]): Conditions {
  return {
    texts: conditions.flatMap((each) => each.texts),
    params: Object.assign({}, ...conditions.map((each) => each.params)),
  }
}

/** A condition that is there when its value is; an empty text or list means no wish. */
export function given(text: string, name: string, value: QueryParam | undefined): Conditions {
  const isWish =
    value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
  return isWish ? { texts: [text], params: { [name]: value } } : { texts: [], params: {} }
}

/** An empty list is a wish as well: a cost centre that nobody has used nothing. */
function subscriptionConditions(subscriptionIds: readonly string[] | undefined): Conditions {
  return subscriptionIds === undefined
    ? { texts: [], params: {} }
    : { texts: ['subscription_id IN {subscriptionIds:Array(String)}'], params: { subscriptionIds } }
}

/** Parameters of its own, so that no filter can widen it. */
function scopeConditions(scope: ReportScope): Conditions {
  switch (scope.kind) {
    case 'operator':
      return { texts: [], params: {} }
    case 'partner':
      return {
        texts: ['partner_id = {scopePartnerId:String}'],
        params: { scopePartnerId: scope.partnerId },
      }
    case 'accounts':
      return {
        texts: ['account_id IN {scopeAccountIds:Array(String)}'],
        params: { scopeAccountIds: scope.accountIds },
      }
    default:
      return unreachable(scope)
  }
}

function periodConditions(period: PeriodFilter): Conditions {
  if (period.kind === 'periods') {
    return {
      texts: ['period_start BETWEEN toDate({fromDay:Int32}) AND toDate({toDay:Int32})'],
      params: { fromDay: period.fromDay, toDay: period.toDay },
    }
  }
  return {
    texts: [
      "started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')",
      "started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')",
    ],
    params: { fromMs: period.fromMs, toMs: period.toMs },
  }
}

/** `=` in front asks for the whole number, which an index finds among those of years. */
function numberConditions(column: 'sender' | 'receiver', typed: string | undefined): Conditions {
  const whole = /^\s*=(.*)$/.exec(typed ?? '')?.[1]
  if (whole !== undefined) {
    return given(
      `${column} IN {${column}Numbers:Array(String)}`,
      `${column}Numbers`,
      numberParts(whole),
    )
  }
  return given(
    `multiSearchAnyCaseInsensitiveUTF8(${column}, {${column}Parts:Array(String)})`,
    `${column}Parts`,
    typed === undefined ? undefined : numberParts(typed),
  )
}

/**
 * What to look for in a stored number, which is E.164 with '+': `06-1234` → 061234, +3161234 and
 * +3261234; `0031 6` → +316; a name of a sender as it is.
 */
export function numberParts(typed: string): string[] {
  const text = typed.trim()
  const digits = text.replaceAll(/\D/g, '')
  if (digits === '' || /\p{L}/u.test(text)) return text === '' ? [] : [text]
  if (text.startsWith('+')) return [`+${digits}`]
  if (digits.startsWith('00')) return digits.length > 2 ? [`+${digits.slice(2)}`] : [digits]
  if (!digits.startsWith('0') || digits.length < 2) return [digits]
  return [digits, `+31${digits.slice(1)}`, `+32${digits.slice(1)}`]
}
