/**
 * A level of a limit that was crossed: what it is, by whom, and which kind of message it makes.
 * The unique key is (account, period, limit, scope, subject, level); a level of a limit with a set
 * amount contains the amount, so that raising the limit makes a new one.
 */
import type { LimitCode, MessageKind } from '../core/accounts.ts'
import { parseCrossingEntry, splitKey } from '../core/ids.ts'
import type { Product } from '../core/usage.ts'
import { limitCodeSchema } from '../operations/limit-code.ts'

export interface Crossing {
  readonly accountId: string
  readonly periodStartDay: number
  readonly code: LimitCode
  /** Subscription, group or account that the limit watches. */
  readonly scopeId: string
  /** Allowance, module or service; '' where the limit has none. */
  readonly subject: string
  /** '80', '100', or '100@50000000' where the amount is set by somebody; see src/limits. */
  readonly level: string
  /** In the unit of the limit, when it was crossed. */
  readonly used: number
  readonly amount: number
  readonly product: Product
  /** Whose usage crossed it; '' when lowering the limit did. */
  readonly subscriptionId: string
  /** Start of the usage, or moment of the change. */
  readonly happenedMs: number
  readonly recordedMs: number
  /** `source/partition/offset` of the ledger entry, or `limit-change`. */
  readonly origin: string
}

/** What a stored entry says about the limit itself. Throws ZodError when it is not one. */
export function fromCrossingEntry(
  entry: string,
): Pick<Crossing, 'code' | 'scopeId' | 'subject' | 'level' | 'used' | 'amount'> {
  const { key, used, amount } = parseCrossingEntry(entry)
  const [code, scopeId = '', subject = '', level = ''] = splitKey(key)
  return { code: limitCodeSchema.parse(code), scopeId, subject, level, used, amount }
}

export function messageKindOf({ product }: Pick<Crossing, 'product'>): MessageKind {
  return product === 'voip' ? 'voip-high-usage' : 'mobile-high-usage'
}
