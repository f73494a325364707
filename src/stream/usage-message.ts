/**
 * A usage as it travels on the topic `usage`: one JSON object a message, keyed by the account, so
 * that all usage of an account is in one partition and in one order. What is empty is left out.
 *
 * | field | usage                | field | usage            | field | usage              |
 * | ----- | -------------------- | ----- | ---------------- | ----- | ------------------ |
 * | v     | version, 1           | p     | partnerId        | n     | servedNumber       |
 * | id    | usageId              | a     | accountId        | net   | visitedNetwork     |
 * | h     | contentHash          | s     | subscriptionId   | at    | startMs            |
 * | o     | origin               | pr    | product          | sec   | durationSeconds    |
 * | r     | originRecord         | k     | kind             | vol   | volumeBytes        |
 * | x     | rejectReason         | dir   | direction        | q     | quantity           |
 * | u     | unbillableReason     | ct    | callType         | ses   | sessionKey         |
 * | d     | detail               | de    | destination      | part  | partNumber         |
 * | raw   | the record as it came| f, t  | sender, receiver |       |                    |
 */
import type { LogPartition } from '../core/ledger-row.ts'
import { DIRECTIONS, PRODUCTS, USAGE_KINDS } from '../core/usage.ts'
import type { Direction, Product, Usage, UsageKind } from '../core/usage.ts'
import { REJECT_REASONS, UNBILLABLE_REASONS } from '../core/reasons.ts'
import type { RejectReason, UnbillableReason } from '../core/reasons.ts'
import type { StreamMessage } from './stream.ts'

const VERSION = 1

/** Finds the indexes that rating works with; they hold for one directory and one catalogue. */
export interface UsageIndexes {
  subscriptionIndex(subscriptionId: string): number
  callTypeIndex(callType: string): number
}

/** Key and value of the message. Unidentified usage is spread by its served number. */
export function toUsageMessage(usage: Usage): { key: string; value: string } {
  const value = `{"v":${VERSION},"id":${quoted(usage.usageId)}${numbersOf(usage)}${textsOf(usage)}}`
  return { key: keyOf(usage), value }
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
  const fields = parseObject(text)
  const usageId = fields === undefined ? '' : textOf(fields['id'])
  if (fields === undefined || fields['v'] !== VERSION || usageId === '') {
    const detail = fields === undefined ? 'no JSON object' : 'no usage of a known version'
    return malformedUsage(text, detail, message.offset, log)
  }
  const subscriptionId = textOf(fields['s'])
  const callType = textOf(fields['ct'])
  const usage = {
    usageId,
    contentHash: numberOf(fields['h']),
    origin: textOf(fields['o']),
    originRecord: numberOf(fields['r']),
    rejectReason: rejectReasonOf(fields['x']),
    unbillableReason: unbillableReasonOf(fields['u']),
    detail: textOf(fields['d']),
    raw: textOf(fields['raw']),
    partnerId: textOf(fields['p']),
    accountId: textOf(fields['a']),
    subscriptionId,
    subscriptionIndex: subscriptionId === '' ? -1 : indexes.subscriptionIndex(subscriptionId),
    product: productOf(fields['pr']),
    kind: kindOf(fields['k']),
    direction: directionOf(fields['dir']),
    callType,
    callTypeIndex: callType === '' ? -1 : indexes.callTypeIndex(callType),
    destination: textOf(fields['de']),
    sender: textOf(fields['f']),
    receiver: textOf(fields['t']),
    servedNumber: textOf(fields['n']),
    visitedNetwork: textOf(fields['net']),
    startMs: numberOf(fields['at']),
    durationSeconds: numberOf(fields['sec']),
    volumeBytes: numberOf(fields['vol']),
    quantity: numberOf(fields['q']),
    sessionKey: textOf(fields['ses']),
    partNumber: numberOf(fields['part']),
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

/** Written field by field: an object for `JSON.stringify` takes four times as long. */
function numbersOf(usage: Usage): string {
  return (
    numberField('h', usage.contentHash) +
    numberField('r', usage.originRecord) +
    numberField('at', usage.startMs) +
    numberField('sec', usage.durationSeconds) +
    numberField('vol', usage.volumeBytes) +
    numberField('q', usage.quantity) +
    numberField('part', usage.partNumber)
  )
}

function textsOf(usage: Usage): string {
  return (
    textField('o', usage.origin) +
    textField('x', usage.rejectReason) +
    textField('u', usage.unbillableReason) +
    textField('d', usage.detail) +
    textField('raw', usage.raw) +
    textField('p', usage.partnerId) +
    textField('a', usage.accountId) +
    textField('s', usage.subscriptionId) +
    textField('ct', usage.callType) +
    textField('de', usage.destination) +
    textField('f', usage.sender) +
    textField('t', usage.receiver) +
    textField('n', usage.servedNumber) +
    textField('net', usage.visitedNetwork) +
    textField('ses', usage.sessionKey) +
    categoryField('pr', usage.product) +
    categoryField('k', usage.kind) +
    categoryField('dir', usage.direction)
  )
}

function numberField(name: string, value: number): string {
  return value === 0 || !Number.isFinite(value) ? '' : `,"${name}":${value}`
}

function textField(name: string, text: string): string {
  return text === '' ? '' : `,"${name}":${quoted(text)}`
}

function categoryField(name: string, category: string): string {
  return category === 'none' ? '' : `,"${name}":"${category}"`
}

/** What JSON cannot hold as it is: quotes, backslashes, control characters, halves of a pair. */
const NEEDS_ESCAPE = /[^ !#-[\]-\uD7FF\uE000-\uFFFF]/

function quoted(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`
}

type Fields = Readonly<Record<string, unknown>>

function parseObject(text: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return isFields(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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
