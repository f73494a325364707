/**
 * What each place of a usage message may hold (usage-message.ts has the table of places). A word that
 * this build does not know, or a number written as text, is a problem, never a default.
 */
import { REJECT_REASONS, UNBILLABLE_REASONS } from '../../core/reasons.ts'
import type { RejectReason, UnbillableReason } from '../../core/reasons.ts'
import { isRatableTime } from '../../core/period.ts'
import { DIRECTIONS, isPartNumber, PRODUCTS, USAGE_KINDS } from '../../core/usage.ts'

export const USAGE_MESSAGE_VERSION = 2

/** In each list of words the first stands for what was left out. */
export const REJECT_WORDS = ['', ...keysOf<RejectReason>(REJECT_REASONS)] as const
export const UNBILLABLE_WORDS = ['', ...keysOf<UnbillableReason>(UNBILLABLE_REASONS)] as const

/** Places of a message without the four that only a usage has that will not be charged. */
const PLACES_AT_LEAST = 23
const PLACES = 27

/** undefined when all places hold what they may; else a sentence about the first that does not. */
export function problemOfFields(fields: readonly unknown[]): string | undefined {
  if (fields[0] !== USAGE_MESSAGE_VERSION) return 'no usage of a known version'
  if (fields[1] === '' || typeof fields[1] !== 'string') return 'no usage without an id'
  if (fields.length !== PLACES_AT_LEAST && fields.length !== PLACES) {
    return `a usage has ${PLACES_AT_LEAST} or ${PLACES} fields, this has ${fields.length}`
  }
  for (const at of TEXT_PLACES) {
    if (fields[at] !== undefined && typeof fields[at] !== 'string') return wrong(fields, at, 'text')
  }
  for (const [at, words] of WORD_PLACES) {
    if (fields[at] !== undefined && !words.has(fields[at])) return wrong(fields, at, 'a known word')
  }
  const isRefused = (fields[23] ?? '') !== '' || (fields[24] ?? '') !== ''
  for (const at of NUMBER_PLACES) {
    if (fields[at] === undefined || isCount(fields[at])) continue
    if (!isRefused) return wrong(fields, at, 'a count')
    // What was refused for a number that is none carries it as it was; nothing is charged by it.
    if (fields[at] !== null && !Number.isSafeInteger(fields[at]))
      return wrong(fields, at, 'a number')
  }
  const partNumber = fields[22] ?? 0
  if (!isRefused && typeof partNumber === 'number' && !isPartNumber(partNumber)) {
    return wrong(fields, 22, 'a part number')
  }
  const startMs = fields[17] ?? 0
  if (!isRefused && typeof startMs === 'number' && !isRatableTime(startMs)) {
    return wrong(fields, 17, 'a time of the ledger')
  }
  return undefined
}

/** A whole number from 0 on, exact. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)
}

const NAMES = (
  'version usageId contentHash origin originRecord partnerId accountId subscriptionId product kind ' +
  'direction callType destination sender receiver servedNumber visitedNetwork startMs ' +
  'durationSeconds volumeBytes quantity sessionKey partNumber rejectReason unbillableReason detail raw'
).split(' ')

const NUMBER_PLACES = [2, 4, 17, 18, 19, 20, 22]
const WORD_PLACES: readonly (readonly [number, ReadonlySet<unknown>])[] = [
  [8, new Set(PRODUCTS)],
  [9, new Set(USAGE_KINDS)],
  [10, new Set(DIRECTIONS)],
  [23, new Set(REJECT_WORDS)],
  [24, new Set(UNBILLABLE_WORDS)],
]
const TEXT_PLACES = [3, 5, 6, 7, 11, 12, 13, 14, 15, 16, 21, 25, 26]

const SHOWN_CHARACTERS_MAX = 40

function wrong(fields: readonly unknown[], at: number, expected: string): string {
  const found = (JSON.stringify(fields[at]) ?? '').slice(0, SHOWN_CHARACTERS_MAX)
  return `${NAMES[at]} is not ${expected}: ${found}`
}

function keysOf<Reason extends string>(reasons: Readonly<Record<Reason, string>>): Reason[] {
  const isReason = (key: string): key is Reason => Object.hasOwn(reasons, key)
  return Object.keys(reasons).filter(isReason)
}
