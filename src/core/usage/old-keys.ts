/**
 * Keys that rows of the builds before scopes had kinds carry (decision 0231): they name the scope and
 * not its kind. clickhouse/migrations/0230-scoped-keys.sql reads them by the same rules.
 */
import { splitKey, type ScopeKind } from './ids.ts'

/**
 * Stands for the kind in what is read of an old row whose own subscription the scope is named as: its
 * own, or a group of the same name. The catalogue and the directory tell (src/rating/restore/settle-scope.ts).
 */
export const SELF = 'self'

const OLD_TAKE_PARTS = 3
const OLD_CROSSING_PARTS = 6
/** Place of the kind in a crossing. */
const KIND_AT = 3
const OLD_CODES_OF_BUNDLES: ReadonlySet<string> = new Set([
  'group-bundle',
  'data-bundle',
  'sms-bundle',
  'voice-bundle',
])
const OLD_CODES_OF_ACCOUNTS: ReadonlySet<string> = new Set(['account-total', 'voip-total'])

/** The key of a take on a row of the subscription, with the kind that the row tells. */
export function scopedTakeKey(key: string, subscriptionId: string): string {
  return isOldTakeKey(key) ? `${key}|${kindFor(splitKey(key)[1], subscriptionId)}` : key
}

/** The same of a crossing. Only the scope of a bundle was not told by the limit itself. */
export function scopedCrossing(entry: string, subscriptionId: string): string {
  const parts = splitKey(entry)
  if (parts.length !== OLD_CROSSING_PARTS) return entry
  const [code = '', scopeId] = parts
  const kind = OLD_CODES_OF_BUNDLES.has(code)
    ? kindFor(scopeId, subscriptionId)
    : OLD_CODES_OF_ACCOUNTS.has(code)
      ? 'account'
      : 'subscription'
  return parts.toSpliced(KIND_AT, 0, kind).join('|')
}

/** Only a group lends a row a scope that is not its subscription's. */
function kindFor(
  scopeId: string | undefined,
  subscriptionId: string,
): Extract<ScopeKind, 'group'> | typeof SELF {
  return scopeId === subscriptionId ? SELF : 'group'
}

/** Whether a row stored the key as an earlier build wrote it: what it does not say cannot differ. */
export function isSameTakeKey(stored: string, key: string): boolean {
  return stored === key || (isOldTakeKey(stored) && key.startsWith(`${stored}|`))
}

/** The same of a crossing. */
export function isSameCrossing(stored: string, entry: string): boolean {
  if (stored === entry) return true
  const parts = splitKey(entry)
  return (
    splitKey(stored).length === OLD_CROSSING_PARTS &&
    stored === parts.toSpliced(KIND_AT, 1).join('|')
  )
}

function isOldTakeKey(key: string): boolean {
  return splitKey(key).length === OLD_TAKE_PARTS
}
