/**
 * A level of a limit that was crossed: what it is, by whom, and which kind of message it makes.
 * The unique key is (account, period, limit, kind and id of the scope, subject, level); a level of a limit with a set
 * amount contains the amount, so that raising the limit makes a new one.
 */
import { z } from 'zod'
import type { LimitCode, MessageKind } from '../../core/accounts/accounts.ts'
import { parseCrossingEntry, splitKey, type ScopeKind } from '../../core/usage/ids.ts'
import type { Product } from '../../core/usage/usage.ts'
import { limitCodeSchema } from '../../limits/limit-code.ts'
import { settledCrossingKey, type ScopeSources } from '../../rating/restore/settle-scope.ts'

export interface LedgerCrossing {
  readonly accountId: string
  readonly periodStartDay: number
  readonly code: LimitCode
  /** What the limit watches. */
  readonly scopeKind: ScopeKind
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

/**
 * What a stored entry says about the limit itself; `sources` settle what a row of an earlier build
 * left open. Throws ZodError when it is not one.
 */
export function fromCrossingEntry(
  entry: string,
  sources?: ScopeSources,
): Pick<
  LedgerCrossing,
  'code' | 'scopeKind' | 'scopeId' | 'subject' | 'level' | 'used' | 'amount'
> {
  const { key, used, amount } = parseCrossingEntry(entry)
  const parts = splitKey(sources === undefined ? key : settledCrossingKey(key, sources))
  const [code, scopeId = '', subject = '', kind, level = ''] = parts
  const scopeKind = scopeKindSchema.parse(kind)
  return { code: limitCodeSchema.parse(code), scopeKind, scopeId, subject, level, used, amount }
}

export const scopeKindSchema = z.enum(['account', 'subscription', 'group'])

export function messageKindOf({ product }: Pick<LedgerCrossing, 'product'>): MessageKind {
  return product === 'voip' ? 'voip-high-usage' : 'mobile-high-usage'
}
