/**
 * A usage as it travels on the topic `usage`: one JSON array a message, keyed by the account, so that
 * all usage of an account is in one partition and in one order. Each field has its place by the table
 * USAGE_FIELDS; place 0 is the version. The places of reason, detail and raw and what was added since
 * are left out when all of them are empty, as they are for whatever will be charged.
 *
 * Topics still hold version 1, an object with names (decision 0225): usage-message-1.ts reads it.
 * What each place may hold is checked by usage-message-fields.ts.
 */
import type { LogPartition } from '../../core/usage/ledger-row.ts'
import { compile, emptyInCode, nameInCode } from '../../core/usage/compile-fields.ts'
import type { Words } from '../../core/usage/field.ts'
import { emptyUsage, isPartNumber, type Usage } from '../../core/usage/usage.ts'
import type { StreamMessage } from '../stream.ts'
import { isCount, OPTIONAL_FROM, PLACED_FIELDS, PLACES_AT_FIRST } from './usage-message-fields.ts'
import { problemOfFields } from './usage-message-fields.ts'
import { USAGE_MESSAGE_VERSION as VERSION, type PlacedField } from './usage-message-fields.ts'
import { arrayOfVersion1 } from './usage-message-1.ts'

/** Finds the indexes that rating works with; they hold for one directory and one catalogue. */
export interface UsageIndexes {
  /** As the account of the usage had it then: it may have been another's since. */
  subscriptionIndex(subscriptionId: string, accountId: string, startMs: number): number
  callTypeIndex(callType: string): number
}

/**
 * Key and value of the message. Unidentified usage is spread by its served number. The array is made
 * for `JSON.stringify` because that gives one flat text; pieced together it would be flattened later,
 * which takes three times as long.
 */
export function toUsageMessage(usage: Usage): { key: string; value: string } {
  return { key: keyOf(usage), value: JSON.stringify(fieldsOf(usage)) }
}

const fieldsOf = compileFieldsOf()

function compileFieldsOf(): (usage: Usage) => unknown[] {
  const always = PLACED_FIELDS.filter(({ place }) => place < OPTIONAL_FROM)
  const optional = PLACED_FIELDS.filter(({ place }) => place >= OPTIONAL_FROM)
  const first = optional.filter(({ place }) => place < PLACES_AT_FIRST)
  const added = optional.filter(({ place }) => place >= PLACES_AT_FIRST)
  const isThere = (of: readonly PlacedField[]): string =>
    of.map((one) => `${codeOf(one)} !== ${emptyInCode(one.field)}`).join(' || ')
  const push = (of: readonly PlacedField[]): string => `fields.push(${of.map(codeOf).join(', ')})`
  // Without anything that was added since, a message is one that builds before can read.
  return compile(
    'usage',
    `const fields = [${[VERSION, ...always.map(codeOf)].join(', ')}]
    if (${isThere(added)}) { ${push(optional)} }
    else if (${isThere(first)}) { ${push(first)} }
    return fields`,
  )
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
  const usage = emptyUsage()
  readFields(usage, fields)
  const { subscriptionId, accountId, startMs, callType } = usage
  if (subscriptionId !== '') {
    usage.subscriptionIndex = indexes.subscriptionIndex(subscriptionId, accountId, startMs)
  }
  if (callType !== '') usage.callTypeIndex = indexes.callTypeIndex(callType)
  if (namesUnknown(usage)) usage.raw = text // Rating rejects it; suspense needs the record.
  return usage
}

function codeOf({ name }: PlacedField): string {
  return `usage.${nameInCode(name)}`
}

type ReadFields = (usage: Usage, fields: readonly unknown[]) => void
type ReadField = (value: unknown) => string | number

const readFields = compileReadFields()

function compileReadFields(): ReadFields {
  const names = PLACED_FIELDS.map(({ place }) => `read${place}`)
  const lines = PLACED_FIELDS.map(
    (field) => `${codeOf(field)} = read${field.place}(fields[${field.place}])`,
  )
  const compiled = compile<(readers: ReadField[]) => ReadFields>(
    'readers',
    `const [${names.join(', ')}] = readers; return (usage, fields) => { ${lines.join('; ')} }`,
  )
  return compiled(PLACED_FIELDS.map(readerOf))
}

/** Of what was checked before: `undefined` was left out, and null stands for 0 in what was refused. */
function readerOf({ field: { holds } }: PlacedField): ReadField {
  if (typeof holds !== 'string') return wordReader(holds)
  if (holds === 'text' || holds === 'category') return textOf
  return holds === 'partNumber' ? partNumberOf : numberOf
}

function wordReader(words: Words): ReadField {
  const byValue = new Map<unknown, string>(words.map((word) => [word, word]))
  return (value) => byValue.get(value) ?? words[0]
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
  const usage = emptyUsage()
  Object.assign(usage, identityOf(fields ?? []) ?? identityOfPlace(log, offset))
  usage.rejectReason = 'malformed_record'
  usage.detail = detail
  usage.raw = raw
  return usage
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
