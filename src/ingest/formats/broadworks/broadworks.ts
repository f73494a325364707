/**
 * BroadWorks CDR files (release 14.2 with 197 fields up to R23 with some 450): positions are stable
 * and the list grows at its end, so only the first fields are read by position.
 *
 * Lines: `version=… encoding=…` is a header, no record. Type Normal is a finished call; Start, End and
 *   Failover say something about the file (control_record); Long Duration, Interim and Duration records
 *   are intermediate for a call whose Normal record carries the whole duration (superseded).
 * Key: recordId, unique by contract.
 * Answered: answerIndicator Yes or Yes-PostRedirection; otherwise the quantity is 0.
 * Rounding: there is no duration field: release minus answer in milliseconds, rounded up to whole
 *   seconds (`durationRounding`).
 * Time: UTC with milliseconds; userTimeZone is for display. The start is the answer, or the attempt.
 * Legs: each user on a call has its own record. Originating is outgoing, forwarded when it names a
 *   redirecting number (the redirecting user pays); Terminating is incoming; chargeIndicator n is an
 *   internal_leg. A route other than Group or Enterprise is the carrier's: such a call is never internal.
 * Text: a comma inside a field is `\,` and a backslash is doubled; there are no quotes. Latin-1 or UTF-8.
 */
import { z } from 'zod'
import type { Cdr, DecodedRecord, Direction } from '../../../core/usage/usage.ts'
import type { FormatAdapter, RecordDecoder } from '../../format.ts'
import { createBackslashScanner } from '../../text/backslash-fields.ts'
import { DURATION_SECONDS_MAX, oversizedRecord } from '../decoded-record.ts'
import { rejectedRecord, unbillableRecord, unusableRecord } from '../decoded-record.ts'
import { civilMs, digitsBetween } from '../../text/digits.ts'
import { parseOptions, textOptions } from '../format-options.ts'
import { firstLineOf, LineSplitter } from '../../text/line-splitter.ts'
import type { LineSink } from '../../text/line-splitter.ts'
import { wholeSeconds } from '../mapped/mapped-quantities.ts'

const optionsSchema = z.strictObject({
  ...textOptions,
  durationRounding: z.enum(['up', 'down', 'half-up']).default('up'),
})
type Options = z.infer<typeof optionsSchema>

/** Positions from 0. */
const FIELD = {
  recordId: 0,
  type: 2,
  userNumber: 3,
  groupNumber: 4,
  direction: 5,
  callingNumber: 6,
  calledNumber: 8,
  startTime: 9,
  answerIndicator: 11,
  answerTime: 12,
  releaseTime: 13,
  networkTranslatedNumber: 20,
  route: 23,
  accountCode: 33,
  redirectingNumber: 38,
  chargeIndicator: 41,
} as const

/** A Normal record shorter than 14.2's 197 fields was cut; the fields that are read end before 42. */
const FIELDS_MIN = 42

const OTHER_TYPES: ReadonlyMap<string, 'control_record' | 'superseded'> = new Map([
  ['Start', 'control_record'],
  ['End', 'control_record'],
  ['Failover', 'control_record'],
  ['Long Duration', 'superseded'],
  ['Long Duration Start', 'superseded'],
  ['Long Duration End', 'superseded'],
  ['Duration', 'superseded'],
  ['Interim', 'superseded'],
])

const INSIDE_ROUTES: ReadonlySet<string> = new Set(['Group', 'Enterprise'])

export const broadworksAdapter: FormatAdapter = {
  name: 'broadworks',
  product: 'voip',
  detect(head) {
    const first = firstLineOf(head)
    if (/^version=[\d.]+ encoding=/.test(first)) return 0.95
    return /^[0-9a-f]{14,80}\d\.\d+[01]?[+-]\d{6},[^,]*,(?:Start|Normal|End),?/.test(first)
      ? 0.8
      : 0
  },
  createDecoder(source) {
    return createBroadworksDecoder(parseOptions(optionsSchema, source))
  },
}

function createBroadworksDecoder(options: Options): RecordDecoder {
  const splitter = new LineSplitter(options.encoding)
  const fields = createBackslashScanner()
  let fieldsCount = 0

  function decodeLine(line: string, terminated: boolean): DecodedRecord {
    const count = fields.scan(line)
    const isCut = !terminated && (count < fieldsCount || line.endsWith('\\'))
    const type = fields.text(FIELD.type)
    const other = OTHER_TYPES.get(type) ?? (type.startsWith('Interim') ? 'superseded' : undefined)
    if (other !== undefined) return unbillableRecord(other, `type ${type}`, line)
    if (isCut || (!terminated && count < FIELDS_MIN)) {
      return rejectedRecord('truncated_record', `the last record ends at field ${count}`, line)
    }
    if (type !== 'Normal') return rejectedRecord('malformed_record', `type "${type}"`, line)
    if (count < FIELDS_MIN) return rejectedRecord('malformed_record', `${count} fields`, line)
    fieldsCount = Math.max(fieldsCount, count)
    return decodeNormal((field) => fields.text(FIELD[field]), options, line)
  }

  function sinkTo(emit: (record: DecodedRecord) => void): LineSink {
    return {
      line(text, terminated) {
        if (!text.startsWith('version=')) emit(decodeLine(text, terminated))
      },
      oversized: (head) => emit(oversizedRecord(head)),
    }
  }

  return {
    push: (chunk, emit) => splitter.push(chunk, sinkTo(emit)),
    end: (emit) => splitter.end(sinkTo(emit)),
  }
}

type ReadField = (field: keyof typeof FIELD) => string

function decodeNormal(read: ReadField, options: Options, line: string): DecodedRecord {
  const recordKey = read('recordId')
  if (recordKey === '') return rejectedRecord('missing_field', 'recordId is empty', line)
  const way = directionOf(read)
  if (way === undefined) {
    return rejectedRecord('malformed_record', `direction "${read('direction')}"`, line)
  }
  if (way === 'out' && read('chargeIndicator') === 'n') {
    return unbillableRecord('internal_leg', 'chargeIndicator n', line)
  }
  const isAnswered = read('answerIndicator').startsWith('Yes')
  const startMs = instantOf(isAnswered ? read('answerTime') : read('startTime'))
  if (startMs === undefined) {
    const detail = 'answerTime or startTime is empty'
    return unusableRecord(isAnswered, { reason: 'missing_field', detail }, line)
  }
  if (Number.isNaN(startMs)) {
    const detail = 'answerTime or startTime'
    return unusableRecord(isAnswered, { reason: 'invalid_time', detail }, line)
  }
  const durationSeconds = isAnswered ? secondsSince(startMs, read, options) : 0
  if (durationSeconds === undefined) {
    return rejectedRecord('call_incomplete', 'answered, but releaseTime is empty', line)
  }
  if (!(durationSeconds >= 0 && durationSeconds <= DURATION_SECONDS_MAX)) {
    return rejectedRecord('invalid_quantity', `release at ${read('releaseTime')}`, line)
  }
  return {
    status: 'cdr',
    raw: line,
    recordKey,
    kind: 'voice',
    direction: way,
    servedNumber: firstOf(read('userNumber'), read('groupNumber')),
    imsi: '',
    iccid: '',
    trunk: read('accountCode'),
    sender: read('callingNumber'),
    receiver:
      way === 'in'
        ? read('calledNumber')
        : firstOf(read('networkTranslatedNumber'), read('calledNumber')),
    startMs,
    durationSeconds,
    volumeUpBytes: 0,
    volumeDownBytes: 0,
    count: 1,
    visitedNetwork: '',
    sessionKey: '',
    partNumber: 0,
    overTrunk: way !== 'in' && isCarrierRoute(read('route')),
  } satisfies Cdr
}

/** An address or device of the carrier; 'Group' and 'Enterprise' stay on the platform, '' says nothing. */
function isCarrierRoute(route: string): boolean {
  return route !== '' && !INSIDE_ROUTES.has(route)
}

function directionOf(read: ReadField): Direction | undefined {
  switch (read('direction')) {
    case 'Originating':
      return read('redirectingNumber') === '' ? 'out' : 'forwarded'
    case 'Terminating':
      return 'in'
    default:
      return undefined
  }
}

/** undefined when the record does not say when the call was released. */
function secondsSince(startMs: number, read: ReadField, options: Options): number | undefined {
  const releasedMs = instantOf(read('releaseTime'))
  if (releasedMs === undefined) return undefined
  return wholeSeconds(releasedMs - startMs, options.durationRounding)
}

/** `yyyymmddhhmmss.mmm` in UTC; undefined when empty, NaN when it is no time. */
function instantOf(text: string): number | undefined {
  if (text === '') return undefined
  if (text.length !== 18 || text.charAt(14) !== '.') return Number.NaN
  const civil = civilMs({
    year: digitsBetween(text, 0, 4),
    month: digitsBetween(text, 4, 6),
    day: digitsBetween(text, 6, 8),
    hour: digitsBetween(text, 8, 10),
    minute: digitsBetween(text, 10, 12),
    second: digitsBetween(text, 12, 14),
  })
  return civil + digitsBetween(text, 15, 18)
}

function firstOf(first: string, second: string): string {
  return first === '' ? second : first
}
