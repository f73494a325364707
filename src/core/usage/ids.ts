/**
 * The few composite keys that several stages write and read. They are built only here.
 */

/** Whose sum something is. An id is unique within its kind only: a group may be named as a subscription. */
export type ScopeKind = 'account' | 'subscription' | 'group'

/** `allowance|scope|day|kind`: one instance of an allowance for one scope and one start day. */
export function allowanceInstanceKey(parts: {
  allowanceId: string
  scopeKind: ScopeKind
  scopeId: string
  startDay: number
}): string {
  return `${parts.allowanceId}|${parts.scopeId}|${parts.startDay}|${parts.scopeKind}`
}

/** First local day of the window of an allowance instance, from its key. */
export function instanceStartDay(key: string): number {
  return Number.parseInt(splitKey(key)[2] ?? '', 10)
}

/**
 * `code|scope|subject|kind|level`: one level of a limit; with the row's account and period it is
 * unique.
 */
export function crossingKey(parts: {
  code: string
  scopeKind: ScopeKind
  scopeId: string
  subject: string
  level: string
}): string {
  return `${parts.code}|${parts.scopeId}|${parts.subject}|${parts.scopeKind}|${parts.level}`
}

/** Splits what the two functions above built. Ids are validated to contain no `|`. */
export function splitKey(key: string): string[] {
  return key.split('|')
}

/** `source/partition/offset` of a ledger entry. */
export function entryId(entry: {
  logSource: string
  logPartition: number
  logOffset: number
}): string {
  return `${entry.logSource}/${entry.logPartition}/${entry.logOffset}`
}

const ADJUSTMENT_MARK = 'adjustment:'

/** What a period-end adjustment stores as its rate. No id of the catalogue has a colon. */
export function adjustmentRateId(rateId: string): string {
  return ADJUSTMENT_MARK + rateId
}

export function isAdjustmentRate(rateId: string): boolean {
  return rateId.startsWith(ADJUSTMENT_MARK)
}

/** What a ledger row stores for a crossing: its key, and what was used of how much at that moment. */
export function crossingEntry(crossing: { key: string; used: number; amount: number }): string {
  return `${crossing.key}|${crossing.used}|${crossing.amount}`
}

/** The key of a stored crossing, and its two numbers in the unit of the limit. */
export function parseCrossingEntry(entry: string): { key: string; used: number; amount: number } {
  const parts = splitKey(entry)
  return {
    key: parts.slice(0, CROSSING_KEY_PARTS).join('|'),
    used: Number.parseInt(parts[CROSSING_KEY_PARTS] ?? '', 10),
    amount: Number.parseInt(parts[CROSSING_KEY_PARTS + 1] ?? '', 10),
  }
}

const CROSSING_KEY_PARTS = 5
