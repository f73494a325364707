/**
 * A usage as it travels on the topic `usage`: one JSON array a message, keyed by the account, so that
 * all usage of an account is in one partition and in one order. The last four are left out when all
 * of them are empty, as they are for whatever will be charged.
 *
 * | at | usage          | at | usage          | at | usage           | at | usage            |
 * | -- | -------------- | -- | -------------- | -- | --------------- | -- | ---------------- |
 * | 0  | version, 2     | 7  | subscriptionId | 14 | receiver        | 21 | sessionKey       |
 * | 1  | usageId        | 8  | product        | 15 | servedNumber    | 22 | partNumber       |
 * | 2  | contentHash    | 9  | kind           | 16 | visitedNetwork  | 23 | rejectReason     |
 * | 3  | origin         | 10 | direction      | 17 | startMs         | 24 | unbillableReason |
 * | 4  | originRecord   | 11 | callType       | 18 | durationSeconds | 25 | detail           |
 * | 5  | partnerId      | 12 | destination    | 19 | volumeBytes     | 26 | raw              |
 * | 6  | accountId      | 13 | sender         | 20 | quantity        |    |                  |
 *
 * Topics still hold version 1, an object with names (decision 0225): usage-message-1.ts reads it.
 * What each place may hold is checked by usage-message-fields.ts.
 */
import type { LogPartition } from '../../core/ledger-row.ts'
import { DIRECTIONS, isPartNumber, PRODUCTS, USAGE_KINDS } from '../../core/usage.ts'
import type { Usage } from '../../core/usage.ts'
import type { StreamMessage } from '../stream.ts'
import {
  isCount,
  problemOfFields,
  REJECT_WORDS,
  UNBILLABLE_WORDS,
  USAGE_MESSAGE_VERSION as VERSION,
} from './usage-message-fields.ts'
import { arrayOfVersion1 } from './usage-message-1.ts'

/** Finds the indexes that rating works with; they hold for one directory and one catalogue. */
export interface UsageIndexes {
  subscriptionIndex(subscriptionId: string): number
  callTypeIndex(callType: string): number
}

/**
 * Key and value of the message. Unidentified usage is spread by its served number. The array is made
 * for `JSON.stringify` because that gives one flat text; pieced together it would be flattened later,
 * which takes three times as long.
 */
export function toUsageMessage(usage: Usage): { key: string; value: string } {
  const fields: unknown[] = [
    VERSION,
    usage.usageId,
    usage.contentHash,
    usage.origin,
    usage.originRecord,
    usage.partnerId,
    usage.accountId,
    usage.subscriptionId,
    usage.product,
    usage.kind,
    usage.direction,
    usage.callType,
    usage.destination,
    usage.sender,
    usage.receiver,
    usage.servedNumber,
    usage.visitedNetwork,
    usage.startMs,
    usage.durationSeconds,
    usage.volumeBytes,
    usage.quantity,
    usage.sessionKey,
    usage.partNumber,
  ]
  const { rejectReason, unbillableReason, detail, raw } = usage
  if (rejectReason !== '' || unbillableReason !== '' || detail !== '' || raw !== '') {
    fields.push(rejectReason, unbillableReason, detail, raw)
  }
  return { key: keyOf(usage), value: JSON.stringify(fields) }
}

/**
 * The usage of a message. Never throws: what is no usage becomes one that is rejected as
 * `malformed_record` with its raw text, also when only one word or number of it is not understood:
 * a guess in its place could charge what was refused, or give away what is not free.
 */
export function fromUsageMessage(
  message: StreamMessage,
  log: LogPartition,
  indexes: UsageIndexes,
): Usage {
  const text = message.value.toString('utf8')
  const fields = parseFields(text)
  const problem = fields === undefined ? 'no JSON object' : problemOfFields(fields)
  if (fields === undefined || problem !== undefined) {
    return malformedUsage({ raw: text, detail: problem ?? '', offset: message.offset, log, fields })
  }
  const subscriptionId = textOf(fields[7])
  const callType = textOf(fields[11])
  const usage = {
    usageId: textOf(fields[1]),
    contentHash: numberOf(fields[2]),
    origin: textOf(fields[3]),
    originRecord: numberOf(fields[4]),
    rejectReason: wordOf(REJECT_WORDS, fields[23]),
    unbillableReason: wordOf(UNBILLABLE_WORDS, fields[24]),
    detail: textOf(fields[25]),
    raw: textOf(fields[26]),
    partnerId: textOf(fields[5]),
    accountId: textOf(fields[6]),
    subscriptionId,
    subscriptionIndex: subscriptionId === '' ? -1 : indexes.subscriptionIndex(subscriptionId),
    product: wordOf(PRODUCTS, fields[8]),
    kind: wordOf(USAGE_KINDS, fields[9]),
    direction: wordOf(DIRECTIONS, fields[10]),
    callType,
    callTypeIndex: callType === '' ? -1 : indexes.callTypeIndex(callType),
    destination: textOf(fields[12]),
    sender: textOf(fields[13]),
    receiver: textOf(fields[14]),
    servedNumber: textOf(fields[15]),
    visitedNetwork: textOf(fields[16]),
    startMs: numberOf(fields[17]),
    durationSeconds: numberOf(fields[18]),
    volumeBytes: numberOf(fields[19]),
    quantity: numberOf(fields[20]),
    sessionKey: textOf(fields[21]),
    partNumber: partNumberOf(fields[22]),
  }
  if (namesUnknown(usage)) usage.raw = text // Rating rejects it; suspense needs the record.
  return usage
}

/** Mediation knew a subscription or call type that these indexes do not have (yet). */
export function namesUnknown(usage: Usage): boolean {
  if (usage.rejectReason !== '' || usage.unbillableReason !== '') return false
  return usage.subscriptionIndex === -1 || usage.callTypeIndex === -1
}

function keyOf(usage: Usage): string {
  return usage.accountId || usage.servedNumber || usage.usageId
}

/** The array of version 2, also for what was written as version 1; undefined when it is neither. */
function parseFields(text: string): readonly unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed : arrayOfVersion1(parsed)
  } catch {
    return undefined
  }
}

/** Under its own identity where that can be read, so that a replay finds the record it came from. */
function malformedUsage(parts: {
  readonly raw: string
  readonly detail: string
  readonly offset: number
  readonly log: LogPartition
  readonly fields: readonly unknown[] | undefined
}): Usage {
  const { raw, detail, offset, log, fields } = parts
  return {
    ...(identityOf(fields ?? []) ?? identityOfPlace(log, offset)),
    rejectReason: 'malformed_record',
    unbillableReason: '',
    detail,
    raw,
    partnerId: '',
    accountId: '',
    subscriptionId: '',
    subscriptionIndex: -1,
    product: 'none',
    kind: 'none',
    direction: 'none',
    callType: '',
    callTypeIndex: -1,
    destination: '',
    sender: '',
    receiver: '',
    servedNumber: '',
    visitedNetwork: '',
    startMs: 0,
    durationSeconds: 0,
    volumeBytes: 0,
    quantity: 0,
    sessionKey: '',
    partNumber: 0,
  }
}

type Identity = Pick<Usage, 'usageId' | 'contentHash' | 'origin' | 'originRecord'>

function identityOf(fields: readonly unknown[]): Identity | undefined {
  const [version, usageId, contentHash, origin, originRecord] = fields
  if (version !== VERSION || typeof usageId !== 'string' || usageId === '') return undefined
  if (!isCount(contentHash) || typeof origin !== 'string' || !isCount(originRecord))
    return undefined
  return { usageId, contentHash, origin, originRecord }
}

function identityOfPlace(log: LogPartition, offset: number): Identity {
  const origin = `${log.source}-${log.partition}`
  return { usageId: `${origin}#${offset}`, contentHash: 0, origin, originRecord: offset }
}

/** What was checked before; `undefined` was left out, and null stands for 0 in what was refused. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

/** Only what was refused can have one that the ledger cannot keep: none stands for it. */
function partNumberOf(value: unknown): number {
  const partNumber = numberOf(value)
  return isPartNumber(partNumber) ? partNumber : 0
}

function wordOf<Word extends string>(words: readonly [Word, ...Word[]], value: unknown): Word {
  return words.find((word) => word === value) ?? words[0]
}
