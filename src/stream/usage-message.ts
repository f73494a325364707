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
 */
import type { LogPartition } from '../core/ledger-row.ts'
import { DIRECTIONS, PRODUCTS, USAGE_KINDS } from '../core/usage.ts'
import type { Direction, Product, Usage, UsageKind } from '../core/usage.ts'
import { REJECT_REASONS, UNBILLABLE_REASONS } from '../core/reasons.ts'
import type { RejectReason, UnbillableReason } from '../core/reasons.ts'
import type { StreamMessage } from './stream.ts'
import { arrayOfVersion1 } from './usage-message-1.ts'

const VERSION = 2

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
 * `malformed_record` with its raw text, under an id made of its place in the log.
 */
export function fromUsageMessage(
  message: StreamMessage,
  log: LogPartition,
  indexes: UsageIndexes,
): Usage {
  const text = message.value.toString('utf8')
  const fields = parseFields(text)
  const usageId = fields === undefined ? '' : textOf(fields[1])
  if (fields === undefined || fields[0] !== VERSION || usageId === '') {
    const detail = fields === undefined ? 'no JSON object' : 'no usage of a known version'
    return malformedUsage(text, detail, message.offset, log)
  }
  const subscriptionId = textOf(fields[7])
  const callType = textOf(fields[11])
  const usage = {
    usageId,
    contentHash: numberOf(fields[2]),
    origin: textOf(fields[3]),
    originRecord: numberOf(fields[4]),
    rejectReason: rejectReasonOf(fields[23]),
    unbillableReason: unbillableReasonOf(fields[24]),
    detail: textOf(fields[25]),
    raw: textOf(fields[26]),
    partnerId: textOf(fields[5]),
    accountId: textOf(fields[6]),
    subscriptionId,
    subscriptionIndex: subscriptionId === '' ? -1 : indexes.subscriptionIndex(subscriptionId),
    product: productOf(fields[8]),
    kind: kindOf(fields[9]),
    direction: directionOf(fields[10]),
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
    partNumber: numberOf(fields[22]),
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

function malformedUsage(raw: string, detail: string, offset: number, log: LogPartition): Usage {
  const origin = `${log.source}-${log.partition}`
  return {
    usageId: `${origin}#${offset}`,
    contentHash: 0,
    origin,
    originRecord: offset,
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

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0
}

function productOf(value: unknown): Product {
  return PRODUCTS.find((product) => product === value) ?? 'none'
}

function kindOf(value: unknown): UsageKind {
  return USAGE_KINDS.find((kind) => kind === value) ?? 'none'
}

function directionOf(value: unknown): Direction {
  return DIRECTIONS.find((direction) => direction === value) ?? 'none'
}

function rejectReasonOf(value: unknown): RejectReason | '' {
  return isOneOf(REJECT_REASONS, value) ? value : ''
}

function unbillableReasonOf(value: unknown): UnbillableReason | '' {
  return isOneOf(UNBILLABLE_REASONS, value) ? value : ''
}

function isOneOf<Reasons extends object>(
  reasons: Reasons,
  value: unknown,
): value is keyof Reasons & string {
  return typeof value === 'string' && Object.hasOwn(reasons, value)
}
